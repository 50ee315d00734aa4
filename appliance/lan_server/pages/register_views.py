"""What the pages of registers say, made of what shop and server know of them: plain functions, finished text."""

import functools
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from flask import url_for

from appliance.journal.wire import Range
from appliance.lan_server.devices import Health
from appliance.lan_server.pages.formats import NO_BREAK, Formats
from appliance.lan_server.pages.parts import Cell, Column, Fact, Link, Table
from appliance.services import registers
from appliance.services.backups import BackupState
from appliance.services.registers import Register

CONNECTED_MS: Final = 60_000
"""A register that waits asks anew every 25 seconds: one that was heard so long ago at most is there."""

BACKUP_IS_OLD_MS: Final = 3 * 24 * 3_600_000
_MEGABYTE: Final = 1_000_000
_CAUSES: Final = {"unknown kind": "unknown", "unreadable": "unreadable", "waits": "waits"}
_PLACES: Final = {"till": "cash-register", "door": "door"}


class Trouble(msgspec.Struct, frozen=True):
    """Something that is not in order: what it is, what it means, and what the owner does."""

    title: str
    means: str
    todo: str
    tone: str = "look"
    icon: str = "alert-outline"
    act: Link | None = None


class Names(msgspec.Struct, frozen=True):
    """What devices and people are called: by origin, whichever of a device's it is, and by id."""

    devices: Mapping[str, str]
    people: Mapping[str, str]

    def device(self, origin: str) -> str:
        """`Till 2 (K7Q2)`, or only the mark where nobody gave a name."""
        name = self.devices.get(origin, "")
        return f"{name} ({origin})" if name and name != origin else origin


def state(one: Register, health: Health | None, now_ms: int, form: Formats) -> Cell:
    """Whether a register is there now, how far it is behind, or since when it is alone."""
    say = form.words
    if one.revoked_at_ms:
        return Cell(say("web.registers.out_since", at=form.moment(one.revoked_at_ms)), tone="bad")
    heard_ms = 0 if health is None else health.heard_at_ms
    is_there = health is not None and (health.waits > 0 or now_ms - heard_ms < CONNECTED_MS)
    if health is not None and is_there:
        behind = health.behind_up + health.behind_down
        if behind:
            text = say("web.registers.behind", count=form.number(behind))
            return Cell(text, tone="look", icon="sync")
        return Cell(say("web.registers.connected"), tone="good", icon="check-circle-outline")
    last_ms = heard_ms or one.written_at_ms
    if not last_ms:
        return Cell(say("web.registers.never"), tone="look", icon="lan-disconnect")
    text = say("web.registers.alone", at=form.moment(last_ms))
    return Cell(text, tone="look", icon="lan-disconnect")


def heard(one: Register, health: Health | None, form: Formats) -> str:
    """When a register was heard last; before the server started only its newest entry tells it."""
    if health is not None and health.heard_at_ms:
        return form.moment(health.heard_at_ms)
    if one.written_at_ms:
        return form.words("web.registers.last_entry", at=form.moment(one.written_at_ms))
    return form.words("web.registers.not_yet")


def table(
    found: tuple[Register, ...], health: Mapping[str, Health], now_ms: int, form: Formats
) -> Table:
    """The registers that are let in."""
    say = form.words
    return Table(
        caption=say("web.registers.paired"),
        columns=(
            Column(say("web.registers.register"), is_title=True),
            Column(say("web.registers.state")),
            Column(say("web.registers.place")),
            Column(say("web.registers.heard")),
            Column(say("web.registers.address")),
            Column(say("web.registers.entries"), "number"),
        ),
        rows=tuple(
            (
                Cell(one.name, url_for("registers.detail", device=one.device), more=one.device),
                state(one, health.get(one.device), now_ms, form),
                place(one.place, form),
                Cell(heard(one, health.get(one.device), form)),
                Cell(address(health.get(one.device))),
                Cell(form.number(one.entries)),
            )
            for one in found
        ),
        empty=say("web.registers.nobody"),
    )


def gone(found: tuple[Register, ...], names: Names, form: Formats) -> Table:
    """The registers that are let in no more."""
    say = form.words
    return Table(
        caption=say("web.registers.gone"),
        columns=(
            Column(say("web.registers.register"), is_title=True),
            Column(say("web.registers.since")),
            Column(say("web.registers.by")),
            Column(say("web.registers.why")),
        ),
        rows=tuple(
            (
                Cell(one.name, url_for("registers.detail", device=one.device), more=one.device),
                Cell(form.moment(one.revoked_at_ms)),
                Cell(person(one.revoked_by, names, form)),
                Cell(why(one.why, form)),
            )
            for one in found
        ),
    )


def facts(one: Register, health: Health | None, names: Names, form: Formats) -> tuple[Fact, ...]:
    """All that is known of one register."""
    say = form.words
    program = health.program if health is not None else ""
    others = tuple(origin for origin in one.origins if origin != one.device)
    return tuple(
        Fact(say(f"web.registers.{key}"), text)
        for key, text in (
            ("mark", one.device),
            ("other_marks", ", ".join(others)),
            ("place", place(one.place, form).text),
            ("heard", heard(one, health, form)),
            ("address", address(health)),
            ("program", program),
            ("entries", form.number(one.entries)),
            ("paired_at", form.moment(one.paired_at_ms)),
            ("paired_by", person(one.by, names, form)),
            ("certificate", grouped(one.fingerprint[:32])),
            ("out", form.moment(one.revoked_at_ms) if one.revoked_at_ms else ""),
            ("revoked_by", person(one.revoked_by, names, form) if one.revoked_at_ms else ""),
            ("why", why(one.why, form)),
        )
        if text
    )


def server(
    origin: str, entries: int, size_bytes: int, backup: BackupState, now_ms: int, form: Formats
) -> tuple[Fact, ...]:
    """How the server itself does."""
    say = form.words
    megabytes = form.number(-(-size_bytes // _MEGABYTE))
    database = f"SQLite, {megabytes}{NO_BREAK}MB" if size_bytes else "MariaDB"
    if backup.wrong:
        proof = Fact(say("web.registers.backup"), say("web.registers.backup_wrong"), "bad")
    elif not backup.proven_at_ms:
        proof = Fact(say("web.registers.backup"), say("web.registers.backup_never"), "look")
    else:
        is_old = now_ms - backup.proven_at_ms > BACKUP_IS_OLD_MS
        text = say("web.registers.backup_proven", at=form.moment(backup.proven_at_ms))
        proof = Fact(say("web.registers.backup"), text, "look" if is_old else "good")
    return (
        Fact(say("web.registers.mark"), origin),
        Fact(say("web.registers.journal"), say("web.registers.journal_length", count=form.number(entries))),
        Fact(say("web.registers.database"), database),
        proof,
    )  # fmt: skip


def history(
    begun: tuple[registers.Begun, ...],
    closed: tuple[registers.Closed, ...],
    names: Names,
    form: Formats,
) -> Table:
    """Marks that ended, and marks that go on where others ended."""
    say = form.words
    told = [
        (one.at_ms, one.origin, say(f"web.registers.begun_{one.why}", was=names.device(one.was)))
        for one in begun
    ]
    for one in closed:
        key = "closed_by" if one.successor else "closed"
        text = say(
            f"web.registers.{key}",
            seq=form.number(one.seq),
            by=names.device(one.successor),
            who=person(one.by, names, form),
        )
        told.append((one.at_ms, one.origin, text))
    return Table(
        caption=say("web.registers.history"),
        columns=(
            Column(say("web.registers.register"), is_title=True),
            Column(say("web.registers.what")),
            Column(say("web.registers.since")),
        ),
        rows=tuple(
            (Cell(names.device(origin)), Cell(text), Cell(form.moment(at_ms)))
            for at_ms, origin, text in sorted(told, reverse=True)
        ),
    )


def troubles(
    found: registers.Troubles,
    missing: tuple[Range, ...],
    names: Names,
    form: Formats,
    *,
    may_name: bool = False,
) -> tuple[Trouble, ...]:
    """What is not in order, each with what it means and what to do. Empty where all is.

    `may_name`: whoever looks may say here that an unknown device is the shop's own.
    """
    tell = functools.partial(_trouble, form)
    said = [*_histories(found, names, form)]
    more = "+" if found.unapplied_count > len(found.unapplied) else ""
    for cause, some in _by_cause(found).items():
        count = form.number(len(some)) + more
        said.append(tell(cause, count=count, entry=f"{some[0].origin}-{some[0].seq}"))
    for gap in missing:
        count = form.number(gap.last - gap.first + 1)
        said.append(tell("missing", "bad", register=names.device(gap.origin), count=count))
    for author, words in found.for_nothing.items():
        register, count = names.device(author), form.number(len(words))
        said.append(tell("for_nothing", "bad", register=register, count=count, entry=words[0]))
    for stranger in found.strangers:
        act = _naming(stranger.origin, form) if may_name else None
        count = form.number(stranger.punches)
        said.append(tell("stranger", act=act, register=stranger.origin, count=count))
    return tuple(said)


def _histories(found: registers.Troubles, names: Names, form: Formats) -> Iterator[Trouble]:
    """Two histories under one name: what lies apart here, and what is told of elsewhere."""
    for apart in found.apart:
        yield _trouble(
            form,
            apart.why if apart.why in {"forked", "closed", "not_yours"} else "forked",
            "bad",
            register=names.device(apart.origin),
            sender=names.device(apart.sender),
            count=form.number(apart.how_many),
            first=form.number(apart.first),
            last=form.number(apart.last),
            at=form.moment(apart.came_at_ms),
        )
    here = {one.origin for one in found.apart}
    for fork in found.forks:
        if fork.device not in here:
            yield _trouble(
                form,
                "fork_elsewhere",
                register=names.device(fork.device),
                first=form.number(fork.seq),
                at=form.moment(fork.at_ms),
            )


def _trouble(
    form: Formats, key: str, tone: str = "look", act: Link | None = None, **values: str
) -> Trouble:
    say = form.words
    return Trouble(
        say(f"web.registers.{key}_title", **values),
        say(f"web.registers.{key}_means", **values),
        say(f"web.registers.{key}_todo", **values),
        tone,
        act=act,
    )


def _by_cause(found: registers.Troubles) -> dict[str, list[registers.NotApplied]]:
    """The entries that are not applied, by what is said of them."""
    groups: dict[str, list[registers.NotApplied]] = {}
    for one in found.unapplied:
        groups.setdefault(_CAUSES.get(one.cause, "inapplicable"), []).append(one)
    return groups


def _naming(origin: str, form: Formats) -> Link:
    address = url_for("registers.name_stranger", origin=origin)
    return Link(form.words("web.registers.name_it"), address, "tag-plus-outline")


def place(name: str, form: Formats) -> Cell:
    """Where a device stands."""
    return Cell(form.words(f"web.registers.place_{name}"), icon=_PLACES.get(name, ""))


def person(employee: str, names: Names, form: Formats) -> str:
    """Who did it; nobody is the server's own console."""
    if not employee:
        return form.words("web.registers.console")
    return names.people.get(employee, employee)


def why(told: str, form: Formats) -> str:
    """Why a device is let in no more; what the program itself says has words of its own."""
    known = {"paired again": "why_again", "replaced": "why_replaced"}
    return form.words(f"web.registers.{known[told]}") if told in known else told


def address(health: Health | None) -> str:
    """From where a register speaks."""
    return health.address if health is not None and health.address else "–"


def grouped(text: str, letters: int = 4) -> str:
    """A long mark in groups, so that it can be compared by eye."""
    return " ".join(text[at : at + letters] for at in range(0, len(text), letters))
