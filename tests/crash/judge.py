"""Is a store that lived through a crash what it must be?

A truth is written while the shop trades, and stores are held to it.
The truth is the journal as it would be had nothing happened, and what the ticket was after each command. A store must
hold a beginning of that journal, byte for byte: not less than what anyone was shown, no entry more, and no half of what
was committed at once. The chain is checked here with nothing but JSON and SHA-256, as the journal promises it can be.
"""

import bisect
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.clock import ScriptedClock
from appliance.journal.entry import Entry
from appliance.messages import Snapshot, TicketView
from appliance.play import START_MS, InlineDevices
from appliance.problems import Refusal
from appliance.register import Register
from appliance.store.shelf import DiskLimits, Shelf

THIN = DiskLimits(ballast_bytes=4096)
"""The limits of a shop, but for the ballast: many stores are looked at."""


@dataclass
class Truth:
    """What happened."""

    entries: list[Entry] = field(default_factory=list)
    _counts: list[int] = field(default_factory=lambda: [0])
    _tickets: list[tuple[object, ...]] = field(default_factory=lambda: [gist(None)])

    def note(self, entries: Iterable[Entry], ticket: TicketView | None) -> None:
        """More entries were made, and the ticket is now this one."""
        self.entries += entries
        self._counts.append(len(self.entries))
        self._tickets.append(gist(ticket))

    def ticket_at(self, count: int) -> tuple[object, ...]:
        """What the ticket was when there were so many entries."""
        return self._tickets[bisect.bisect_right(self._counts, count) - 1]

    def cut(self, count: int) -> None:
        """Forget what came after so many entries: it never happened."""
        keep = bisect.bisect_right(self._counts, count)
        ticket = self.ticket_at(count)
        del self.entries[count:], self._counts[keep:], self._tickets[keep:]
        if self._counts[-1] != count:
            self._counts.append(count)
            self._tickets.append(ticket)


def gist(ticket: TicketView | None) -> tuple[object, ...]:
    """What of a ticket must survive: not which line was selected, nor a quantity that was only keyed."""
    if ticket is None or ticket.id is None:
        return ()
    return (
        ticket.id,
        ticket.number,
        ticket.state,
        ticket.lines,
        ticket.subtotal_minor,
        ticket.total_minor,
        ticket.taxes,
    )


def judge(folder: Path, truth: Truth, seen: int, *, thoroughly: bool = True) -> tuple[int, str]:
    """How many entries a store holds, and what is wrong with it: nothing, if it is as it must be.

    `seen` is how many entries had been shown. Opens the store as the register does, which mends it. Unless
    `thoroughly`, the chain is checked from the last hundred entries on, and the tables are not folded anew.
    """
    try:
        shelf = Shelf(folder, limits=THIN)
    except Refusal as why:
        return 0, f"does not open: {why}"
    try:
        found = list(shelf.entries())
        wrong = _wrong(shelf, found, truth, seen, since=0 if thoroughly else len(found) - 100)
        if not wrong and thoroughly and (differing := shelf.differences()):
            wrong = f"tables are not what the journal says: {differing}"
        return len(found), wrong or _wrong_ticket(shelf, truth.ticket_at(len(found)))
    finally:
        shelf.close()


def _wrong(  # noqa: PLR0911 - one answer for each thing that can be wrong
    shelf: Shelf, found: Sequence[Entry], truth: Truth, seen: int, since: int
) -> str:
    if len(found) < seen:
        return f"lost: {seen} entries had been shown, {len(found)} are there"
    if broken := broken_link(found[max(0, since) :]):
        return f"the chain is broken at {broken}"
    if [entry.hash for entry in found] != [entry.hash for entry in truth.entries[: len(found)]]:
        return "the journal is not a beginning of what happened"
    if 0 < len(found) < len(truth.entries) and (
        _recorded_at_once(found[-1], truth.entries[len(found)])
    ):
        return f"half of what was recorded at once is there, up to {found[-1].id}"
    if shelf.unapplied():
        return f"unapplied: {shelf.unapplied()}"
    numbers = [row[0] for row in shelf.db.sql("SELECT number FROM sale ORDER BY number")]
    if numbers != list(range(1, len(numbers) + 1)):
        return f"receipt numbers are not dense: {numbers}"
    return ""


def _recorded_at_once(entry: Entry, following: Entry) -> bool:
    """A scripted clock goes on with each record, so entries of one moment were recorded at once."""
    return entry.boot_ns == following.boot_ns and following.kind != "register_started"


def _wrong_ticket(shelf: Shelf, wanted: tuple[object, ...]) -> str:
    """Start the register on the store and look at its screen."""
    shown: dict[type[Snapshot], Snapshot] = {}
    devices = InlineDevices()
    Register(shelf, ScriptedClock(START_MS), devices, lambda view: shown.update({type(view): view}))
    ticket = shown[TicketView]
    assert isinstance(ticket, TicketView)
    if gist(ticket) != wanted:
        return f"the ticket is {gist(ticket)}, it was {wanted}"
    if devices.drawer.kicks or devices.printer.slips:
        return "the drawer opened or a slip was printed because the program began"
    return ""


def broken_link(entries: Sequence[Entry]) -> str:
    """The first entry that does not follow from the one before it, by nothing but JSON and SHA-256; empty if none."""
    for before, entry in zip((None, *entries), entries, strict=False):
        if before is not None and (entry.prev_hash, entry.seq) != (before.hash, before.seq + 1):
            return entry.id
        fields: list[Any] = [*entry[:11]]
        fields[3] = bool(entry.clock_ok)
        fields[10] = json.loads(entry.body)
        canonical = json.dumps(
            fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True
        ).encode()
        if hashlib.sha256(entry.prev_hash + canonical).digest() != entry.hash:
            return entry.id
    return ""
