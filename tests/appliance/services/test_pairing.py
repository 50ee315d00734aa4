"""Who may share the journal: let in, replaced, let in no more; the same on every device that reads it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.journal.kinds import CategoryAdded
from appliance.problems import Refusal
from appliance.services import mirroring, origins, pairing
from appliance.services.desk import Desk
from appliance.services.origins import NoSuchOrigin, NoSuchPlace
from appliance.services.pairing import Newcomer, NoSuchDevice, ReplacesItself
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    one = Shelf(tmp_path / "server", limits=ROOMY)
    yield one
    assert one.differences() == ()
    one.close()


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    return Desk(shelf.db, shelf.book(SystemClock(always_ok=True)))


def newcomer(origin: str, fingerprint: str, *, place: str = "till", replaces: str = "") -> Newcomer:
    return Newcomer(origin, fingerprint, f"Till {origin}", place, replaces)


def lived(desk: Desk, tmp_path: Path, count: int) -> str:
    """The origin of a register of which so many entries are held here."""
    other = Shelf(tmp_path / f"register-{count}", limits=ROOMY)
    book = other.book(SystemClock(always_ok=True))
    desk.book.receive(book.record("", *(CategoryAdded(str(n)) for n in range(count))))
    other.close()
    return book.origin


def test_who_is_let_in_is_known_by_the_certificate_and_trusted(desk: Desk) -> None:
    pairing.admit(desk, newcomer("K7Q2", "aa"), "")
    found = mirroring.by_fingerprint(desk.db, "aa")
    assert found is not None
    assert (found.device, found.name, found.place, found.revoked_at_ms) == (
        "K7Q2",
        "Till K7Q2",
        "till",
        0,
    )
    assert origins.known(desk.db)["K7Q2"] == ("till", "Till K7Q2")
    assert mirroring.by_fingerprint(desk.db, "bb") is None


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (newcomer("", "aa"), NoSuchOrigin),
        (newcomer("K7QU", "aa"), NoSuchOrigin),
        (newcomer("K7Q2", "aa", place="web"), NoSuchPlace),
        (newcomer("K7Q2", "aa", place="roof"), NoSuchPlace),
        (newcomer("K7Q2", "aa", replaces="0THR"), NoSuchDevice),
        (newcomer("K7Q2", "aa", replaces="K7Q2"), ReplacesItself),
    ],
)
def test_who_cannot_be_let_in_leaves_nothing(
    desk: Desk, wrong: Newcomer, refusal: type[Refusal]
) -> None:
    before = desk.book.length
    with pytest.raises(refusal):
        pairing.admit(desk, wrong, "")
    assert desk.book.length == before
    assert mirroring.paired(desk.db) == ()


def test_nobody_is_let_in_under_the_origin_of_this_store(desk: Desk) -> None:
    with pytest.raises(NoSuchOrigin):
        pairing.admit(desk, newcomer(desk.origin, "aa"), "")
    was = desk.origin
    desk.book.begin_anew("restored")
    with pytest.raises(NoSuchOrigin):
        pairing.admit(desk, newcomer(was, "aa"), "")


def test_one_device_has_one_certificate(desk: Desk) -> None:
    pairing.admit(desk, newcomer("K7Q2", "aa"), "")
    pairing.admit(desk, newcomer("K7Q2", "bb"), "")
    assert [one.fingerprint for one in pairing.devices(desk.db)] == ["bb"]
    assert pairing.named(desk.db, "K7Q2").fingerprint == "bb"


def test_who_is_let_in_no_more_stays_known_by_name(desk: Desk) -> None:
    pairing.admit(desk, newcomer("K7Q2", "aa"), "")
    pairing.revoke(desk, "K7Q2", "stolen", "")
    assert pairing.devices(desk.db) == ()
    assert pairing.named(desk.db, "K7Q2").revoked_at_ms
    with pytest.raises(NoSuchDevice):
        pairing.revoke(desk, "K7Q2", "stolen", "")
    with pytest.raises(NoSuchDevice):
        pairing.named(desk.db, "0THR")


def test_a_replaced_device_ends_at_the_last_entry_that_is_held(desk: Desk, tmp_path: Path) -> None:
    old = lived(desk, tmp_path, 5)
    pairing.admit(desk, newcomer(old, "aa"), "")
    pairing.admit(desk, newcomer("NEW1", "bb", replaces=old), "")
    assert mirroring.closed(desk.db) == {old: 5}
    assert [one.device for one in pairing.devices(desk.db)] == ["NEW1"]
    rows = desk.db.sql("SELECT device, seq, head, why, successor FROM closed_origin")
    assert rows == [(old, 5, desk.book.head(old)[1].hex(), "replaced", "NEW1")]


def test_a_replaced_device_that_was_revoked_before_is_closed_all_the_same(
    desk: Desk, tmp_path: Path
) -> None:
    """A stolen register is let in no more at once, and replaced the day after."""
    old = lived(desk, tmp_path, 2)
    pairing.admit(desk, newcomer(old, "aa"), "")
    pairing.revoke(desk, old, "stolen", "")
    pairing.admit(desk, newcomer("NEW1", "bb", replaces=old), "")
    assert mirroring.closed(desk.db) == {old: 2}


def test_a_device_that_never_sent_anything_can_be_replaced(desk: Desk) -> None:
    pairing.admit(desk, newcomer("K7Q2", "aa"), "")
    pairing.admit(desk, newcomer("NEW1", "bb", replaces="K7Q2"), "")
    assert mirroring.closed(desk.db) == {"K7Q2": 0}


def test_a_name_is_what_can_be_printed_of_it(desk: Desk) -> None:
    for name, kept in {" Till\n\x1b[31m 2 ": "Till[31m 2", "": "K7Q2", "é" * 99: "é" * 40}.items():
        pairing.admit(desk, Newcomer("K7Q2", name or "aa", name, "till"), "")
        assert pairing.named(desk.db, "K7Q2").name == kept
