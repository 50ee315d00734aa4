"""Whether the chains of the journal hold: a check that runs in the background, and what is not as it should be."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue

from appliance.lan_server.access.doors import needs
from appliance.lan_server.checking import Check, Checker
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.journal import device_names
from appliance.lan_server.pages.page import done, formats, is_posted, show, words
from appliance.lan_server.pages.parts import Cell, Column, Form, Link, Notice, Table
from appliance.lan_server.room import here
from appliance.services import journal_pages, mirroring

BLUEPRINT: Final = Blueprint("journal_check", __name__, url_prefix="/journal/check")
CHECKER: Final = "open-pos-checker"
_MOST_LISTED: Final = 50
_SHOWN_LETTERS: Final = 16
"""How much of a hash is shown: enough to tell two apart."""


class CheckPage(msgspec.Struct, frozen=True):
    """What `journal/check.html` shows. `refresh_s` is 0 where nothing changes by itself."""

    title: str
    sentence: str
    verdict: Notice | None
    done: int
    total: int
    progress: str
    refresh_s: int
    begin: Form | None
    stop: Form | None
    heads: Table
    unapplied: Table
    apart: Table
    forks: Table
    crumbs: tuple[Link, ...]


@BLUEPRINT.route("/", methods=["GET", "POST"])
@needs("manager")
def index() -> ResponseReturnValue:
    """How the check of all chains stands, and what is not as it should be. Raises `AlreadyChecking`."""
    if is_posted():
        checker().begin()
        return done("", "journal_check.index")
    form = formats()
    with here().readers.reading() as db:
        devices = device_names(db)
        heads = journal_pages.heads(db)
        unapplied = journal_pages.unapplied(db)[1]
        apart, forks = mirroring.quarantined(db), mirroring.forks(db)
    say = form.words
    page = check_page(checker().check, form)
    page = msgspec.structs.replace(
        page,
        heads=_heads(checker().check, heads, devices, form),
        unapplied=_unapplied(unapplied, form),
        apart=_apart(apart, devices, form),
        forks=_forks(forks, devices, form),
        crumbs=(
            Link(say("web.room.journal"), url_for("journal.index")),
            Link(say("web.journal.check"), "", is_here=True),
        ),
    )
    return show("journal/check.html", page, title=page.title)


def _unapplied(found: Sequence[journal_pages.Waits], form: Formats) -> Table:
    rows = [
        (_entry(one.origin, one.seq), Cell(one.kind), Cell(one.cause, more=one.why))
        for one in found
    ]
    return _listed("unapplied", ("entry", "kind", "why"), rows, form)


def _apart(found: Sequence[mirroring.Apart], devices: Mapping[str, str], form: Formats) -> Table:
    rows = [
        (
            Cell(f"{one.origin}-{one.seq}", more=one.hash[:_SHOWN_LETTERS]),
            Cell(devices.get(one.sender, one.sender)),
            Cell(one.why),
        )
        for one in found[:_MOST_LISTED]
    ]
    return _listed("quarantine", ("entry", "sender", "why"), rows, form)


def _forks(found: Sequence[mirroring.Fork], devices: Mapping[str, str], form: Formats) -> Table:
    rows = [
        (
            Cell(devices.get(one.device, one.device)),
            _entry(
                one.device, one.seq, f"{one.held[:_SHOWN_LETTERS]} ≠ {one.came[:_SHOWN_LETTERS]}"
            ),
            Cell(one.why),
        )
        for one in found[:_MOST_LISTED]
    ]
    return _listed("forks", ("device", "entry", "why"), rows, form)


def _entry(origin: str, seq: int, more: str = "") -> Cell:
    """An entry by its name, with the way to its page."""
    name = f"{origin}-{seq}"
    return Cell(name, url_for("journal.entry", entry_id=name), more=more)


@BLUEPRINT.route("/stop", methods=["POST"])
@needs("manager")
def stop() -> ResponseReturnValue:
    """The check goes no further."""
    checker().stop()
    checker().wait(5.0)
    return done(words()("web.journal.stopped"), "journal_check.index")


def checker() -> Checker:
    """The server's one check."""
    room = here()
    found = current_app.extensions.setdefault(CHECKER, Checker(room.readers, room.now_ms))
    assert isinstance(found, Checker)
    return found


# --------------------------------------------------------------------------- words and numbers


def check_page(check: Check, form: Formats) -> CheckPage:
    """How a check stands, without the lists below it."""
    say = form.words
    token = url_for("journal_check.index")
    running = check.state == "running"
    nothing = Table("", (), ())
    return CheckPage(
        title=say("web.journal.check"),
        sentence=say("web.journal.check_sentence"),
        verdict=_verdict(check, form),
        done=check.done if running else 0,
        total=check.total if running else 0,
        progress=say(
            "web.journal.progress", done=form.number(check.done), total=form.number(check.total)
        ),
        refresh_s=1 if running else 0,
        begin=None if running else Form(token, (), say("web.journal.begin"), id="begin"),
        stop=Form(url_for("journal_check.stop"), (), say("web.journal.stop"), "plain", id="stop")
        if running
        else None,
        heads=nothing,
        unapplied=nothing,
        apart=nothing,
        forks=nothing,
        crumbs=(),
    )


def _verdict(check: Check, form: Formats) -> Notice | None:
    say = form.words
    if check.state in {"stopped", "broken"}:
        return Notice(say(f"web.journal.check_{check.state}"), "look")
    if check.state != "done" or check.verdict is None:
        return None
    at = form.moment(check.ended_ms)
    bad = check.verdict.bad
    if bad is None and check.verdict.entries == check.total:
        return Notice(say("web.journal.sound", count=form.number(check.total), at=at), "good")
    why = say(f"web.journal.bad_{bad.why}") if bad else say("web.journal.bad_missing")
    return Notice(
        say("web.journal.unsound", entry=bad.entry if bad else "?", why=why, at=at), "bad"
    )


def _heads(
    check: Check, heads: Mapping[str, int], devices: Mapping[str, str], form: Formats
) -> Table:
    """The last entry of each device; with its hash where it was checked."""
    checked = {} if check.verdict is None else check.verdict.heads
    return _listed(
        "heads",
        ("device", "seq", "hash"),
        [
            (
                Cell(devices.get(origin, origin), more=origin),
                Cell(form.number(checked.get(origin, (seq, b""))[0])),
                Cell(checked[origin][1].hex()) if origin in checked else Cell("–"),
            )
            for origin, seq in heads.items()
        ],
        form,
    )


def _listed(
    name: str, columns: tuple[str, ...], rows: Sequence[tuple[Cell, ...]], form: Formats
) -> Table:
    say = form.words
    return Table(
        caption=say(f"web.journal.{name}"),
        columns=tuple(
            Column(say(f"web.journal.{column}"), is_title=place == 0)
            for place, column in enumerate(columns)
        ),
        rows=tuple(rows),
        empty=say("web.journal.nothing_such"),
    )
