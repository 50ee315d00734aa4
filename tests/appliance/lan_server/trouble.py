"""A shop with registers of every kind, for tests of their pages and for eyes: one that is there, one that is alone,
one that was stolen, one that was replaced, and all that can be out of order between them."""

import contextlib
from pathlib import Path
from typing import Final

from appliance.clock import ScriptedClock
from appliance.journal.body import Body
from appliance.journal.book import Book
from appliance.journal.entry import Entry
from appliance.journal.kinds import CategoryAdded
from appliance.journal.wire import Range
from appliance.lan_server import intake
from appliance.services import pairing
from appliance.services.desk import Desk
from appliance.store.shelf import Shelf
from tests.appliance.lan_server.office import NOW_MS, Office
from tests.appliance.trading import ROOMY

HOUR_MS: Final = 3_600_000


def let_in(office: Office, origin: str, name: str, place: str = "till", replaces: str = "") -> None:
    """As if it had been paired by the owner."""
    newcomer = pairing.Newcomer(origin, f"{origin.lower():0<64}", name, place, replaces)
    office.room.scribe.do(lambda desk: pairing.admit(desk, newcomer, office.ids["1"]))


def recorded(
    folder: Path, origin: str, count: int, at_ms: int = NOW_MS, bodies: tuple[Body, ...] = ()
) -> tuple[Entry, ...]:
    """Entries of a register of this origin: `bodies`, and so many categories after them."""
    folder.mkdir(exist_ok=True)
    with contextlib.closing(Shelf(folder, limits=ROOMY)) as shelf:
        with shelf.db.transaction():
            shelf.name_origin(origin)
        book: Book = shelf.book(ScriptedClock(at_ms))
        categories = (CategoryAdded(f"category {number}") for number in range(count))
        return book.record("", *bodies, *categories)


def taken(office: Office, sender: str, entries: tuple[Entry, ...]) -> None:
    """The server is handed entries."""

    def take(desk: Desk) -> None:
        intake.take(desk, sender, entries, office.room.now_ms())

    office.room.scribe.do(take)


def full_of_trouble(office: Office, folder: Path) -> None:
    """Everything at once."""
    net = office.room.network
    assert net is not None
    now_ms = office.room.now_ms()
    for origin, name in (
        ("K7Q2", "Kasse 1"),
        ("M3RT", "Kasse 2 im Gartenmöbelausstellungsraum"),
        ("P4XY", "Marktstand"),
    ):
        let_in(office, origin, name)
    let_in(office, "D2NR", "Stempeluhr", "door")
    first = recorded(folder / "one", "K7Q2", 1204)
    taken(office, "K7Q2", first)
    net.devices.heard("K7Q2", "192.0.2.21", now_ms - 4_000)
    second = recorded(folder / "two", "M3RT", 30, now_ms - 26 * HOUR_MS)
    other = recorded(folder / "other", "M3RT", 30, now_ms - 3 * HOUR_MS)
    taken(office, "M3RT", second)
    taken(office, "M3RT", other)
    net.devices.heard("D2NR", "192.0.2.23", now_ms - 1_000)
    net.devices.sent("D2NR", 0)
    old = recorded(folder / "old", "V8WZ", 12, now_ms - 90 * HOUR_MS)
    let_in(office, "V8WZ", "Alte Kasse")
    taken(office, "V8WZ", old[:9])
    let_in(office, "T5VW", "Kasse 3", replaces="V8WZ")
    taken(office, "V8WZ", old)
    office.room.scribe.do(
        lambda desk: pairing.revoke(desk, "P4XY", "Am Samstag vom Markt gestohlen", office.ids["1"])
    )
    net.missing = (Range("K7Q2", 17, 19),)


__all__ = ["full_of_trouble", "let_in", "recorded", "taken"]
