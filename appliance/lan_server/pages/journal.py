"""The journal: entries with filters, each with all it says, and whether the chains hold.

What must stay secret (hashes of PINs and passwords, keys of second factors) is not shown, and not searched in.
"""

import json
from collections.abc import Mapping
from typing import Final

import msgspec
from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.journal.kinds import KINDS
from appliance.lan_server.access.doors import needs
from appliance.lan_server.checking import Check, Checker
from appliance.lan_server.pages import asked
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import done, formats, is_posted, show, words
from appliance.lan_server.pages.parts import (
    Cell,
    Column,
    Fact,
    Field,
    Filters,
    Form,
    Link,
    Notice,
    Pager,
    Table,
)
from appliance.lan_server.room import here
from appliance.services import figures, journal_pages, mirroring, pay_rules, people, today
from appliance.services.journal_pages import Told, Wanted
from appliance.store.database import Database

BLUEPRINT: Final = Blueprint("journal", __name__, url_prefix="/journal")
CHECKER: Final = "open-pos-checker"
HIDDEN: Final = "•••"
SECRETS: Final = frozenset(
    {"pin_hash", "password_hash", "code_hash", "secret", "recovery", "session", "password", "marks", "code"}
)  # fmt: skip
"""Fields that are not shown, of entries of `SECRET_KINDS`."""
SECRET_KINDS: Final = frozenset(
    {
        *("employee_added", "employee_changed", "badge_given", "badge_taken", "password_set"),
        *("password_code_given", "second_factor_set", "one_time_code_used", "web_signed_in"),
        "web_signed_out",
    }
)


class JournalPage(msgspec.Struct, frozen=True):
    """What `journal/index.html` shows."""

    title: str
    filters: Filters
    entries: Table
    notice: Notice | None
    pager: Pager | None
    check: Link
    troubles: tuple[Notice, ...]


class EntryPage(msgspec.Struct, frozen=True):
    """What `journal/entry.html` shows."""

    title: str
    facts: tuple[Fact, ...]
    body_title: str
    body: str
    notice: Notice | None
    sale: Link | None
    crumbs: tuple[Link, ...]


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


@BLUEPRINT.route("/")
@needs("manager")
def index() -> ResponseReturnValue:
    """The newest entries that fit. Raises `NotADay`."""
    form = formats()
    with here().readers.reading() as db:
        devices = _devices(db)
        persons = {one.id: one.name for one in people.active(db)}
        wanted = _wanted(db, devices)
        found = journal_pages.page(db, wanted, asked.whole("before"))
        names = figures.names(db, "employee", (one.entry.actor for one in found.found))
        unapplied, _ = journal_pages.unapplied(db, 1)
        apart, forks = len(mirroring.quarantined(db)), len(mirroring.forks(db))
    say = form.words
    notice = None
    if found.is_cut and found.after is not None:
        notice = Notice(say("web.journal.cut"), "look")
    troubles = (("forks", forks, "bad"), ("apart", apart, "bad"), ("unapplied", unapplied, "look"))
    page = JournalPage(
        title=say("web.room.journal"),
        filters=_filters(devices, persons, form),
        entries=table(found.found, names, devices, form),
        notice=notice,
        pager=_pager(found.after, form),
        check=Link(say("web.journal.check"), url_for("journal.check"), "shield-check-outline"),
        troubles=tuple(
            Notice(say(f"web.today.alarm_{key}", count=form.number(count)), tone)
            for key, count, tone in troubles
            if count
        ),
    )
    return show("journal/index.html", page, title=page.title)


@BLUEPRINT.route("/<entry_id>")
@needs("manager")
def entry(entry_id: str) -> ResponseReturnValue:
    """One entry. Raises `NoSuchEntry`."""
    form = formats()
    with here().readers.reading() as db:
        told, cause, made = journal_pages.one(db, entry_id)
        devices = _devices(db)
        names = figures.names(db, "employee", [told.entry.actor])
    say = form.words
    page = EntryPage(
        title=say("web.journal.entry", entry=entry_id),
        facts=_facts(told, made, devices, names, form),
        body_title=say("web.journal.body"),
        body=readable(told.entry.kind, told.entry.body),
        notice=None
        if cause is None
        else Notice(say("web.journal.not_applied", cause=cause[0], why=cause[1]), "look"),
        sale=Link(say("web.journal.to_sale"), url_for("sales.sale", sale_id=entry_id))
        if "sale" in made
        else None,
        crumbs=(
            Link(say("web.room.journal"), url_for("journal.index")),
            Link(entry_id, "", is_here=True),
        ),
    )
    return show("journal/entry.html", page, title=page.title)


@BLUEPRINT.route("/check", methods=["GET", "POST"])
@needs("manager")
def check() -> ResponseReturnValue:
    """How the check of all chains stands, and what is not as it should be. Raises `AlreadyChecking`."""
    if is_posted():
        checker().begin()
        return done("", "journal.check")
    form = formats()
    with here().readers.reading() as db:
        devices = _devices(db)
        heads = journal_pages.heads(db)
        unapplied = journal_pages.unapplied(db)[1]
        apart, forks = mirroring.quarantined(db), mirroring.forks(db)
    say = form.words
    page = check_page(checker().check, form)
    page = msgspec.structs.replace(
        page,
        heads=_heads(checker().check, heads, devices, form),
        unapplied=_listed(
            "unapplied",
            ("entry", "kind", "why"),
            [
                (
                    Cell(
                        f"{one.origin}-{one.seq}",
                        url_for("journal.entry", entry_id=f"{one.origin}-{one.seq}"),
                    ),
                    Cell(one.kind),
                    Cell(one.cause, more=one.why),
                )
                for one in unapplied
            ],
            form,
        ),
        apart=_listed(
            "quarantine",
            ("entry", "sender", "why"),
            [
                (
                    Cell(f"{one.origin}-{one.seq}", more=one.hash[:16]),
                    Cell(devices.get(one.sender, one.sender)),
                    Cell(one.why),
                )
                for one in apart[:50]
            ],
            form,
        ),
        forks=_listed(
            "forks",
            ("device", "entry", "why"),
            [
                (
                    Cell(devices.get(one.device, one.device)),
                    Cell(
                        f"{one.device}-{one.seq}",
                        url_for("journal.entry", entry_id=f"{one.device}-{one.seq}"),
                        more=f"{one.held[:16]} ≠ {one.came[:16]}",
                    ),
                    Cell(one.why),
                )
                for one in forks[:50]
            ],
            form,
        ),
        crumbs=(
            Link(say("web.room.journal"), url_for("journal.index")),
            Link(say("web.journal.check"), "", is_here=True),
        ),
    )
    return show("journal/check.html", page, title=page.title)


@BLUEPRINT.route("/check/stop", methods=["POST"])
@needs("manager")
def stop() -> ResponseReturnValue:
    """The check goes no further."""
    checker().stop()
    checker().wait(5.0)
    return done(words()("web.journal.stopped"), "journal.check")


def checker() -> Checker:
    """The server's one check."""
    room = here()
    found = current_app.extensions.setdefault(CHECKER, Checker(room.readers, room.now_ms))
    assert isinstance(found, Checker)
    return found


def readable(kind: str, body: str) -> str:
    """The body of an entry in lines, without what is secret."""
    fields = json.loads(body)
    if kind in SECRET_KINDS and isinstance(fields, dict):
        fields = {name: HIDDEN if name in SECRETS else value for name, value in fields.items()}
    return json.dumps(fields, ensure_ascii=False, indent=2)


# --------------------------------------------------------------------------- what is asked for


def _devices(db: Database) -> dict[str, str]:
    """The names of all devices that wrote here."""
    named = today.registers(db)
    return {origin: named.get(origin, origin) for origin in sorted(journal_pages.heads(db))}


def _wanted(db: Database, devices: Mapping[str, str]) -> Wanted:
    zone = pay_rules.read(db).zone
    first, last = asked.text("first"), asked.text("last")
    return Wanted(
        kind=asked.choice("kind", KINDS),
        origin=asked.choice("device", devices),
        actor=asked.text("person"),
        text=asked.text("text"),
        from_ms=calendar.day_begins_ms(pay_rules.day(first), zone) if first else None,
        to_ms=calendar.day_begins_ms(pay_rules.day(last) + calendar.ONE_DAY, zone)
        if last
        else None,
        without=SECRET_KINDS,
    )


def _kept() -> dict[str, str]:
    names = ("text", "kind", "device", "person", "first", "last")
    return {name: asked.text(name) for name in names}


def _filters(devices: Mapping[str, str], persons: Mapping[str, str], form: Formats) -> Filters:
    say, kept = form.words, _kept()
    every = say("web.asked.any")
    kinds = {kind: kind.replace("_", " ") for kind in sorted(KINDS)}
    return Filters(
        url_for("journal.index"),
        (
            Field("text", say("web.journal.text"), kept["text"]),
            asked.select("kind", say("web.journal.kind"), kinds, kept["kind"], every),
            asked.select("device", say("web.journal.device"), devices, kept["device"], every),
            asked.select("person", say("web.journal.person"), persons, kept["person"], every),
            *asked.days_fields(asked.Days(kept["first"], kept["last"]), form),
        ),
        say("web.asked.find"),
        Link(say("web.asked.clear"), url_for("journal.index")) if any(kept.values()) else None,
    )


def _pager(after: int | None, form: Formats) -> Pager | None:
    say = form.words
    before = asked.whole("before")
    if after is None and before is None:
        return None
    newest = Link(say("web.asked.newest"), asked.address("journal.index", **_kept()))
    older = Link(say("web.asked.older"), asked.address("journal.index", **_kept(), before=after))
    return Pager(
        say("web.asked.end") if after is None else "",
        newest if before is not None else None,
        older if after is not None else None,
    )


# --------------------------------------------------------------------------- words and numbers


def table(
    found: tuple[Told, ...], names: Mapping[str, str], devices: Mapping[str, str], form: Formats
) -> Table:
    """The list."""
    say = form.words
    return Table(
        caption=say("web.journal.entries"),
        columns=(
            Column(say("web.sales.entry"), is_title=True),
            Column(say("web.journal.kind")),
            Column(say("web.sales.when")),
            Column(say("web.journal.person")),
            Column(say("web.journal.device")),
        ),
        rows=tuple(
            (
                Cell(one.entry.id, url_for("journal.entry", entry_id=one.entry.id)),
                Cell(one.entry.kind.replace("_", " ")),
                Cell(
                    form.moment(one.at_ms),
                    more="" if one.entry.clock_ok else say("web.sales.doubtful"),
                ),
                Cell(names.get(one.entry.actor, one.entry.actor) or "–"),
                Cell(devices.get(one.entry.origin, one.entry.origin)),
            )
            for one in found
        ),
        empty=say("web.journal.none"),
    )


def _facts(
    told: Told,
    made: tuple[str, ...],
    devices: Mapping[str, str],
    names: Mapping[str, str],
    form: Formats,
) -> tuple[Fact, ...]:
    say, entry = form.words, told.entry
    seconds = told.at_ms // 1000 % 60
    facts = [
        Fact(say("web.journal.kind"), f"{entry.kind.replace('_', ' ')} ({entry.version})"),
        Fact(say("web.sales.when"), f"{form.moment(told.at_ms)}:{seconds:02d}"),
        Fact(say("web.journal.person"), names.get(entry.actor, entry.actor) or "–"),
        Fact(say("web.journal.device"), devices.get(entry.origin, entry.origin)),
        Fact(say("web.journal.seq"), form.number(entry.seq)),
        Fact(say("web.journal.lamport"), form.number(entry.lamport)),
        Fact(say("web.journal.boot"), f"{entry.boot[:16]} · {entry.boot_ns}"),
        Fact(say("web.journal.tables"), ", ".join(made) or "–"),
        Fact(say("web.journal.hash"), bytes(entry.hash).hex()),
        Fact(say("web.journal.prev_hash"), bytes(entry.prev_hash).hex()),
    ]
    if not entry.clock_ok:
        clock = say("web.journal.clock_said", at=form.moment(entry.at_ms))
        facts.insert(2, Fact(say("web.sales.clock"), clock, "look"))
    return tuple(facts)


def check_page(check: Check, form: Formats) -> CheckPage:
    """How a check stands, without the lists below it."""
    say = form.words
    token = url_for("journal.check")
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
        stop=Form(url_for("journal.stop"), (), say("web.journal.stop"), "plain", id="stop")
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
    name: str, columns: tuple[str, ...], rows: list[tuple[Cell, ...]], form: Formats
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
