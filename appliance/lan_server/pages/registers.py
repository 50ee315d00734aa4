"""Registers: which are the shop's, how each does, what is not in order between them, and letting one in no more."""

from collections.abc import Mapping
from typing import Final

import msgspec
from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from appliance.journal.trust_kinds import OriginKnown
from appliance.lan_server.access.doors import may_act, may_see, me, needs
from appliance.lan_server.devices import Health
from appliance.lan_server.pages import register_views as views
from appliance.lan_server.pages.page import (
    done,
    formats,
    is_posted,
    sent,
    show,
    typed,
    words,
    wrong,
)
from appliance.lan_server.pages.parts import (
    Confirm,
    Fact,
    Field,
    Form,
    Link,
    Option,
    Table,
)
from appliance.lan_server.pages.register_views import Names, Trouble
from appliance.lan_server.room import here, write
from appliance.services import backups, mirroring, origins, pairing, people, registers
from appliance.services.registers import Register
from appliance.store.database import Database

BLUEPRINT: Final = Blueprint("registers", __name__, url_prefix="/registers")
LONGEST_WHY: Final = 200


class RegistersPage(msgspec.Struct, frozen=True):
    """What `registers/index.html` shows."""

    title: str
    pair: Link | None
    troubles_title: str
    means: str
    todo: str
    troubles: tuple[Trouble, ...]
    kept: Link | None
    registers: Table
    server_title: str
    server: tuple[Fact, ...]
    trust: Link
    gone: Table
    history: Table


class RegisterPage(msgspec.Struct, frozen=True):
    """What `registers/register.html` shows."""

    title: str
    state: str
    tone: str
    facts: tuple[Fact, ...]
    change_title: str
    change: Form | None
    acts: tuple[Link, ...]
    crumbs: tuple[Link, ...]


@BLUEPRINT.route("/")
@needs("manager")
def index() -> ResponseReturnValue:
    """All of them, and the server."""
    net, now_ms, form = here().network, here().now_ms(), formats()
    heard = {} if net is None else net.devices.all()
    with here().readers.reading() as db:
        found = registers.all_of(db)
        names = names_of(db, found)
        facts = views.server(
            origins.own(db),
            registers.length(db),
            registers.size_bytes(db),
            backups.state(db),
            now_ms,
            form,
        )
        troubles = registers.troubles(db)
        history = views.history(registers.begun(db), registers.closed(db), names, form)
    say = form.words
    can_keep = troubles.apart and may_see("registers.apart")
    page = RegistersPage(
        title=say("web.room.registers"),
        pair=Link(say("web.registers.pair"), url_for("pair_page.add"), "plus")
        if net is not None and may_see("pair_page.add")
        else None,
        troubles_title=say("web.registers.troubles"),
        means=say("web.registers.means"),
        todo=say("web.registers.todo"),
        troubles=views.troubles(
            troubles,
            () if net is None else net.missing,
            names,
            form,
            may_name=may_see("registers.name_stranger") and may_act("devices"),
        ),
        kept=Link(say("web.registers.kept"), url_for("registers.apart")) if can_keep else None,
        registers=views.table(
            tuple(one for one in found if not one.revoked_at_ms), heard, now_ms, form
        ),
        server_title=say("web.registers.server"),
        server=facts,
        trust=Link(say("web.trust.title"), url_for("trust.index"), "certificate-outline"),
        gone=views.gone(tuple(one for one in found if one.revoked_at_ms), names, form),
        history=history,
    )
    return show("registers/index.html", page, title=page.title)


@BLUEPRINT.route("/<device>")
@needs("manager")
def detail(device: str) -> ResponseReturnValue:
    """One register. Its name and place are changed by owners, at an address of their own."""
    form, say = formats(), words()
    with here().readers.reading() as db:
        found = registers.find(db, device)
        names = names_of(db, registers.all_of(db))
    health = _health().get(device)
    state = views.state(found, health, here().now_ms(), form)
    is_in, is_owner = not found.revoked_at_ms, may_see("registers.revoke")
    page = RegisterPage(
        title=found.name,
        state=state.text,
        tone=state.tone,
        facts=views.facts(found, health, names, form),
        change_title=say("web.registers.change"),
        change=_change(found) if is_in and is_owner else None,
        acts=_acts(found) if is_owner else (),
        crumbs=crumbs(found.name),
    )
    return show("registers/register.html", page, title=page.title)


@BLUEPRINT.route("/<device>/name", methods=["POST"])
@needs("owner")
def rename(device: str) -> ResponseReturnValue:
    """A register is called otherwise, or stands elsewhere."""
    write(registers.rename, device, sent("name"), sent("place"), me().id)
    return done(words()("web.saved"), "registers.detail", device=device)


@BLUEPRINT.route("/<device>/revoke", methods=["GET", "POST"])
@needs("owner")
def revoke(device: str) -> ResponseReturnValue:
    """A register is let in no more."""
    with here().readers.reading() as db:
        found = registers.find(db, device)
    say = words()
    if is_posted():
        write(pairing.revoke, device, sent("why", LONGEST_WHY), me().id)
        return done(say("web.registers.revoked", name=found.name), "registers.index")
    field = Field(
        "why",
        say("web.registers.why"),
        typed("why"),
        hint=say("web.registers.why_hint"),
        error=wrong("no_such_device"),
        letters=LONGEST_WHY,
    )
    back = Link(say("web.cancel"), url_for("registers.detail", device=device))
    page = Confirm(
        title=say("web.registers.revoke_title", name=found.name),
        sentence=say("web.registers.revoke_sentence"),
        form=Form("", (field,), say("web.registers.revoke"), "danger", back),
        more=tuple(say(f"web.registers.revoke_{place}") for place in range(1, 5)),
    )
    return show("confirm.html", page, title=page.title)


@BLUEPRINT.route("/unknown/<origin>", methods=["GET", "POST"])
@needs("owner", "devices")
def name_stranger(origin: str) -> ResponseReturnValue:
    """An unknown device is the shop's own: its punches count."""
    say = words()
    if is_posted():
        word = OriginKnown(origin, sent("place"), pairing.tidy(sent("name")) or origin)
        write(origins.say, word, here().place, me().id)
        return done(say("web.registers.named", name=word.name), "registers.index")
    fields = (
        Field(
            "name",
            say("web.registers.name"),
            typed("name"),
            letters=pairing.LONGEST_NAME,
            has_focus=True,
        ),
        Field("place", say("web.registers.place"), kind="select", options=places(typed("place"))),
    )
    page = Confirm(
        title=say("web.registers.name_title", register=origin),
        sentence=say("web.registers.name_sentence"),
        form=Form(
            "",
            fields,
            say("web.registers.name_it"),
            cancel=Link(say("web.cancel"), url_for("registers.index")),
        ),
    )
    return show("confirm.html", page, title=page.title)


@BLUEPRINT.route("/kept-apart.jsonl")
@needs("owner")
def apart() -> ResponseReturnValue:
    """Every entry in quarantine, one a line, as it came."""
    with here().readers.reading() as db:
        lines = [one.line.rstrip("\n") + "\n" for one in mirroring.quarantined(db)]
    name = {"Content-Disposition": 'attachment; filename="kept-apart.jsonl"'}
    return Response("".join(lines), mimetype="application/jsonl", headers=name)


# --------------------------------------------------------------------------- helpers


def names_of(db: Database, found: tuple[Register, ...]) -> Names:
    """What devices and people are called."""
    named = {origin: one.name for origin, one in origins.known(db).items()}
    named |= {origin: one.name for one in found for origin in one.origins}
    named[origins.own(db)] = words()("web.registers.server")
    return Names(named, people.names(db))


def crumbs(text: str) -> tuple[Link, ...]:
    """The way from the list of registers to here."""
    first = Link(words()("web.room.registers"), url_for("registers.index"))
    return (first, Link(text, "", is_here=True))


def places(chosen: str) -> tuple[Option, ...]:
    """Where a device can stand."""
    say = words()
    return tuple(
        Option(one, say(f"web.registers.place_{one}"), one == chosen)
        for one in pairing.PAIRED_PLACES
    )


def _health() -> Mapping[str, Health]:
    net = here().network
    return {} if net is None else net.devices.all()


def _change(found: Register) -> Form:
    say = words()
    fields = (
        Field(
            "name",
            say("web.registers.name"),
            found.name,
            letters=pairing.LONGEST_NAME,
            is_needed=True,
        ),
        Field(
            "place", say("web.registers.place"), kind="select", options=places(found.place)
        ),
    )  # fmt: skip
    return Form(url_for("registers.rename", device=found.device), fields, say("web.save"))


def _acts(found: Register) -> tuple[Link, ...]:
    say = words()
    replace = Link(
        say("web.registers.replace"), url_for("pair_page.add", replaces=found.device), "swap-horizontal"
    )  # fmt: skip
    if found.revoked_at_ms:
        return (replace,)
    revoke = Link(
        say("web.registers.revoke"), url_for("registers.revoke", device=found.device), "lock-outline"
    )  # fmt: skip
    return (replace, revoke)
