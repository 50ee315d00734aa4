"""Software for the registers: the bundles that lie at the server, a new one, and removing one. For owners."""

from collections.abc import Callable
from typing import IO, Final, cast

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.journal.upkeep_kinds import SoftwareCame, SoftwareRemoved
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages.catalogue_file import NoFile
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import done, formats, is_posted, show, words, wrong
from appliance.lan_server.pages.parts import (
    Cell,
    Column,
    Confirm,
    Field,
    Form,
    Link,
    Table,
)
from appliance.lan_server.pages.stack import Block, StackPage
from appliance.lan_server.room import write
from appliance.lan_server.software import MOST, Held, Incoming, NoSuchBundle, bundles
from appliance.lan_server.worker import MORE_TIME
from appliance.machine.updates import MOST_BYTES
from appliance.services import upkeep

BLUEPRINT: Final = Blueprint("software_page", __name__, url_prefix="/settings/software")
_MB: Final = 1_000_000
_NS_IN_MS: Final = 1_000_000
_WRONG: Final = (
    "no_file",
    "no_bundle",
    "bundle_unnamed",
    "bundle_too_large",
    "bundle_cut_off",
    "no_room_for_bundle",
    "too_many_bundles",
)


def _receive(name: str, total: int | None) -> IO[bytes]:
    """A bundle is written where it will lie, and takes as long as it takes."""
    go_on: Callable[[], None] = request.environ.get(MORE_TIME, lambda: None)
    return cast(IO[bytes], bundles().receive(name, total, go_on))


@BLUEPRINT.route("/", methods=["GET", "POST"])
@needs("owner", "shop", most_bytes=2 * MOST_BYTES, receive=_receive)
def index() -> ResponseReturnValue:
    """What there is, and a new one."""
    form = formats()
    say = form.words
    if is_posted():
        incoming = _incoming()
        bundles().keep(incoming, _noted)
        return done(say("web.software.came", file=incoming.file), "software_page.index")
    page = StackPage(
        title=say("web.software.title"),
        more=say("web.software.sentence"),
        crumbs=_crumbs(),
        blocks=(
            Block(table=_table(bundles().all(), form)),
            Block(
                title=say("web.software.new"), sentence=say("web.software.how"), form=_form(form)
            ),
        ),
    )
    return show("stack.html", page, title=page.title)


@BLUEPRINT.route("/<file>/remove", methods=["GET", "POST"])
@needs("owner", "shop")
def remove(file: str) -> ResponseReturnValue:
    """It is offered no more."""
    if all(one.file != file for one in bundles().all()):
        raise NoSuchBundle(file=file)
    say = words()
    if is_posted():
        actor = me().id
        bundles().remove(file, lambda: write(upkeep.note, SoftwareRemoved(file), actor))
        return done(say("web.software.removed", file=file), "software_page.index")
    back = Link(say("web.cancel"), url_for("software_page.index"))
    page = Confirm(
        title=say("web.software.remove_title", file=file),
        sentence=say("web.software.remove_sentence"),
        form=Form("", (), say("web.software.remove"), "danger", back),
    )
    return show("confirm.html", page, title=page.title)


def _incoming() -> Incoming:
    """What came in the form at hand. Raises `NoFile`."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise NoFile
    return cast(Incoming, file.stream)


def _noted(came: Incoming) -> None:
    write(upkeep.note, SoftwareCame(came.file, came.version, came.size, came.sha256), me().id)


def _form(form: Formats) -> Form:
    say = form.words
    field = Field(
        "file",
        say("web.software.file"),
        kind="file",
        hint=say(
            "web.software.file_hint", most=form.number(MOST), mb=form.number(MOST_BYTES // _MB)
        ),
        error=wrong(*_WRONG),
        is_needed=True,
    )
    return Form(url_for("software_page.index"), (field,), say("web.software.upload"))


def _table(held: tuple[Held, ...], form: Formats) -> Table:
    say = form.words
    return Table(
        caption=say("web.software.all"),
        columns=(
            Column(say("web.software.version"), is_title=True),
            Column(say("web.software.target")),
            Column(say("web.software.size"), "number"),
            Column(say("web.software.since")),
            Column(say("web.software.act")),
        ),
        rows=tuple(
            (
                Cell(one.version, more=one.file),
                Cell(one.target),
                Cell(say("web.software.mb", count=form.number(-(-one.size // _MB)))),
                Cell(form.moment(one.at_ns // _NS_IN_MS)),
                Cell(say("web.software.remove"), url_for("software_page.remove", file=one.file)),
            )
            for one in held
        ),
        empty=say("web.software.none"),
    )


def _crumbs() -> tuple[Link, ...]:
    say = words()
    return (
        Link(say("web.room.settings"), url_for("settings.index")),
        Link(say("web.software.title"), "", is_here=True),
    )
