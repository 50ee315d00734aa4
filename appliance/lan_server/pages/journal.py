"""The journal: entries with filters, each with all it says, and whether the chains hold.

What must stay secret (hashes of PINs and passwords, keys of second factors) is not shown, and not searched in.
"""

import json
from collections.abc import Mapping
from typing import Final

import msgspec
from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.journal.kinds import KINDS
from appliance.lan_server.access.doors import needs
from appliance.lan_server.pages import asked
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import formats, show
from appliance.lan_server.pages.parts import (
    Cell,
    Column,
    Fact,
    Field,
    Filters,
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
HIDDEN: Final = "•••"
SECRETS: Final = frozenset(
    {
        *("pin_hash", "password_hash", "token_hash", "code_hash", "secret", "recovery", "session"),
        *("password", "marks", "code"),
    }
)
"""Fields that are not shown, of entries of `SECRET_KINDS`."""
SECRET_KINDS: Final = frozenset(
    {
        "api_token_made",
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


@BLUEPRINT.route("/")
@needs("manager")
def index() -> ResponseReturnValue:
    """The newest entries that fit. Raises `NotADay`."""
    form = formats()
    with here().readers.reading() as db:
        devices = device_names(db)
        persons = people.names(db)
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
        check=Link(
            say("web.journal.check"), url_for("journal_check.index"), "shield-check-outline"
        ),
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
        devices = device_names(db)
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


def device_names(db: Database) -> dict[str, str]:
    """The names of all devices that wrote here."""
    named = today.registers(db)
    return {origin: named.get(origin, origin) for origin in sorted(journal_pages.heads(db))}


def kind_name(kind: str, form: Formats) -> str:
    """What a kind of entry is called; one that is newer than this program by its own name."""
    key = f"journal.kind.{kind}"
    said = form.words(key)
    return kind.replace("_", " ") if said == key else said


def readable(kind: str, body: str) -> str:
    """The body of an entry in lines, without what is secret."""
    fields = json.loads(body)
    if kind in SECRET_KINDS and isinstance(fields, dict):
        fields = {name: HIDDEN if name in SECRETS else value for name, value in fields.items()}
    return json.dumps(fields, ensure_ascii=False, indent=2)


# --------------------------------------------------------------------------- what is asked for


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
    named = {kind: kind_name(kind, form) for kind in KINDS}
    kinds = dict(sorted(named.items(), key=lambda one: one[1].casefold()))
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
                Cell(kind_name(one.entry.kind, form)),
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
        Fact(say("web.journal.kind"), f"{kind_name(entry.kind, form)} ({entry.version})"),
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
