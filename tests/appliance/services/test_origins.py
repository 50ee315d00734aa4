"""Devices that the shop does not know: what they tell of punches counts for nothing until a manager says so."""

import itertools
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.clock import ScriptedClock
from appliance.domain.timeclock import Presence, What
from appliance.journal.book import JournalDamaged, JournalForked, JournalGap
from appliance.journal.entry import Entry
from appliance.journal.time_kinds import PunchCorrected, Punched, PunchSaid, PunchUndone
from appliance.journal.trust_kinds import OriginKnown
from appliance.services import origins, people, timeclock, wages
from appliance.services.desk import Desk
from appliance.services.origins import Device
from appliance.services.places import ACTS, NotHere, Place
from appliance.store.shelf import Shelf
from tests.appliance.services.test_wages import MONDAY, TILL, Shop, open_shop
from tests.appliance.trading import ROOMY, START_MS

HOUR_MS = 3_600_000


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = open_shop(tmp_path / "till")
    opened.rate(1000)
    yield opened
    assert opened.shelf.differences() == ()
    opened.shelf.close()


@pytest.fixture
def stranger(tmp_path: Path, shop: Shop) -> Iterator[Desk]:
    """A device that has heard of everything in the shop, and of which the shop has heard nothing."""
    shelf = Shelf(tmp_path / "stranger", limits=ROOMY)
    desk = Desk(shelf.db, shelf.book(ScriptedClock(shop.at(MONDAY, 9))))
    desk.book.receive(tuple(shop.shelf.entries()))
    yield desk
    shelf.close()


def own_entries(desk: Desk) -> tuple[Entry, ...]:
    lines = [entry for entry in desk.book._shelf.entries() if entry.origin == desk.origin]
    return tuple(lines)


def forge_a_day(desk: Desk, employee: str) -> None:
    """Eight hours on Monday, made up by whoever owns the device."""
    for hours, what in ((0, "in"), (8, "out")):
        assert isinstance(desk.book._clock, ScriptedClock)
        desk.book._clock.set(desk.book._clock._start_ms + hours * HOUR_MS)
        desk.book.record(employee, Punched(employee=employee, what=what, by="pin"))


def why(shop: Shop) -> list[str]:
    return [one.why for one in shop.owed().questions]


def test_punches_of_an_unknown_device_are_kept_and_count_for_nothing(
    shop: Shop, stranger: Desk
) -> None:
    forge_a_day(stranger, shop.ana)
    assert shop.desk.book.receive(own_entries(stranger)) == 2
    found = shop.owed()
    assert (found.worked_ms, found.total_minor) == (0, 0)
    assert [(one.why, one.day) for one in found.questions] == [("unknown_device", "2026-03-02")] * 2
    assert timeclock.record_of(shop.desk.db, shop.ana, shop.at(MONDAY, 10)).presence is (
        Presence.AWAY
    )
    with pytest.raises(wages.StillAtWork):
        wages.approve(
            shop.desk, shop.ana, "2026-03-02", "2026-03-08", TILL, shop.ben, shop.at(MONDAY, 20)
        )
    (waits,) = origins.waiting(shop.desk.db)
    assert (waits.origin, waits.punches) == (stranger.origin, 2)


def test_a_manager_confirms_single_punches_of_an_unknown_device(shop: Shop, stranger: Desk) -> None:
    forge_a_day(stranger, shop.ana)
    shop.desk.book.receive(own_entries(stranger))
    for question, (what, hour) in zip(shop.owed().questions, (("in", 9), ("out", 12)), strict=True):
        said = PunchSaid(what, shop.at(MONDAY, hour))
        timeclock.correct(shop.desk, shop.ana, question.punch, said, "I saw her", TILL, shop.ben)
    assert (shop.owed().total_minor, why(shop)) == (3000, [])


def test_a_manager_says_that_a_device_is_the_shops_and_what_it_told_counts(
    shop: Shop, stranger: Desk
) -> None:
    forge_a_day(stranger, shop.ana)
    shop.desk.book.receive(own_entries(stranger))
    word = OriginKnown(stranger.origin, "door", "Back door")
    origins.say(shop.desk, word, TILL, shop.ben)
    assert (shop.owed().total_minor, why(shop)) == (8000, [])
    assert origins.known(shop.desk.db)[stranger.origin] == Device("door", "Back door")
    assert origins.waiting(shop.desk.db) == ()
    # It was stolen: what it tells counts no more, and what it told is asked for again.
    gone = OriginKnown(stranger.origin, "door", "Back door", known=False)
    origins.say(shop.desk, gone, TILL, shop.ben)
    assert (shop.owed().total_minor, why(shop)) == (0, ["unknown_device"] * 2)


def test_no_device_admits_itself_nor_another(shop: Shop, stranger: Desk) -> None:
    forge_a_day(stranger, shop.ana)
    stranger.book.record(
        shop.ben,
        OriginKnown(stranger.origin, "till", "me"),
        OriginKnown("M4TN", "till", "my friend"),
        OriginKnown(shop.desk.origin, "till", "no till of yours", known=False),
    )
    shop.desk.book.receive(own_entries(stranger))
    assert origins.known(shop.desk.db).keys() == {shop.desk.origin}
    # Whoever admits a device believes what was said there, but for what it says of this one; the newest word counts.
    origins.say(shop.desk, OriginKnown(stranger.origin, "door", "Door"), TILL, shop.ben)
    assert origins.known(shop.desk.db).keys() == {shop.desk.origin, stranger.origin, "M4TN"}
    origins.say(shop.desk, OriginKnown("M4TN", "till", "", known=False), TILL, shop.ben)
    origins.say(shop.desk, OriginKnown(stranger.origin, "door", "", known=False), TILL, shop.ben)
    assert origins.known(shop.desk.db).keys() == {shop.desk.origin}
    origins.say(shop.desk, OriginKnown(stranger.origin, "door", "Door"), TILL, shop.ben)
    assert origins.known(shop.desk.db).keys() == {shop.desk.origin, stranger.origin}


def test_a_register_in_the_place_of_another_knows_the_devices_that_were_named_there(
    shop: Shop, tmp_path: Path
) -> None:
    """The till broke. Its journal comes to a new one, whose manager says once that the old till was the shop's."""
    shop.work(MONDAY, 9, 8)
    origins.say(shop.desk, OriginKnown("M4TN", "door", "Back door"), TILL, shop.ben)
    shelf = Shelf(tmp_path / "new", limits=ROOMY)
    desk = Desk(shelf.db, shelf.book(ScriptedClock(shop.at(MONDAY, 20))))
    desk.book.receive(tuple(shop.shelf.entries()))
    assert timeclock.punches(desk.db, shop.ana) == ()
    origins.say(desk, OriginKnown(shop.desk.origin, "till", "Old till"), TILL, shop.ben)
    assert len(timeclock.punches(desk.db, shop.ana)) == 2
    assert origins.known(desk.db)["M4TN"] == Device("door", "Back door")
    shelf.close()


def test_a_stranger_cannot_take_a_punch_back_nor_move_it_out_of_sight(
    shop: Shop, stranger: Desk
) -> None:
    shop.work(MONDAY, 9, 8)
    stranger.book.receive(tuple(shop.shelf.entries()))
    came, went = timeclock.punches(shop.desk.db, shop.ana)
    far_ms = came.at_ms + 400 * 24 * HOUR_MS
    stranger.book.record(
        shop.ben,
        PunchUndone(punch=came.id),
        PunchUndone(punch=went.id),
        PunchCorrected(employee=shop.ana, reason="x", punch=came.id, said=PunchSaid("in", far_ms)),
        PunchCorrected(employee=shop.ana, reason="x", punch=went.id, said=None),
        PunchCorrected(employee=shop.ana, reason="x", said=PunchSaid("in", came.at_ms)),
    )
    shop.desk.book.receive(own_entries(stranger))
    found = shop.owed()
    assert found.total_minor == 0
    assert {one.punch for one in found.questions if one.why == "unknown_device"} > {
        came.id,
        went.id,
    }
    (waits,) = origins.waiting(shop.desk.db)
    assert (waits.origin, waits.punches) == (stranger.origin, 3)
    for punch in (came, went):
        said = PunchSaid(punch.what.value, punch.at_ms)
        timeclock.correct(shop.desk, shop.ana, punch.id, said, "as it was", TILL, shop.ben)
    assert shop.owed().total_minor == 8000


def test_entries_that_were_changed_or_made_up_are_not_taken_in(shop: Shop, stranger: Desk) -> None:
    forge_a_day(stranger, shop.ana)
    first, second = own_entries(stranger)
    longer = second._replace(at_ms=second.at_ms + HOUR_MS)
    for bad, refusal in (
        ([first, longer], JournalDamaged),
        ([second], JournalGap),
        ([first._replace(seq=2)], JournalGap),
        ([first, second._replace(prev_hash=bytes(32))], JournalDamaged),
    ):
        with pytest.raises(refusal):
            shop.desk.book.receive(bad)
    assert origins.waiting(shop.desk.db) == ()
    assert shop.desk.book.receive([first, second]) == 2
    # Put in again they are the same punches; another one in the place of one is refused.
    assert shop.desk.book.receive([first, second]) == 0
    with pytest.raises(JournalForked):
        shop.desk.book.receive([first._replace(hash=bytes(32))])
    assert len(shop.shelf.db.sql("SELECT id FROM punch")) == 2


@pytest.mark.parametrize(
    ("word", "refusal"),
    [
        (OriginKnown("m4tn", "till", ""), origins.NoSuchOrigin),
        (OriginKnown("K7Q2-1", "till", ""), origins.NoSuchOrigin),
        (OriginKnown("M4TN", "moon", ""), origins.NoSuchPlace),
    ],
)
def test_a_word_on_no_device_is_refused(
    shop: Shop, word: OriginKnown, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        origins.say(shop.desk, word, TILL, shop.ben)
    assert origins.known(shop.desk.db).keys() == {shop.desk.origin}


def test_a_device_cannot_disown_itself_and_the_web_admits_none(shop: Shop) -> None:
    with pytest.raises(origins.OwnDevice):
        origins.say(
            shop.desk, OriginKnown(shop.desk.origin, "till", "", known=False), TILL, shop.ben
        )
    origins.say(shop.desk, OriginKnown(shop.desk.origin, "till", "Till 1"), TILL, shop.ben)
    assert origins.known(shop.desk.db) == {shop.desk.origin: Device("till", "Till 1")}
    with pytest.raises(NotHere):
        origins.say(shop.desk, OriginKnown("M4TN", "till", ""), Place("web"), shop.ben)
    assert "web" not in ACTS["devices"]


words = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans(), st.integers(0, 3)), max_size=14
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=words, weave=st.randoms(use_true_random=False))
def test_who_is_known_does_not_depend_on_the_order_in_which_words_arrive(
    tmp_path_factory: pytest.TempPathFactory,
    told: Sequence[tuple[int, int, bool, int]],
    weave: random.Random,
) -> None:
    """Three devices say of one another what they like, and now and then hear what the others said."""
    folder = tmp_path_factory.mktemp("words")
    shelves = [Shelf(folder / str(number), limits=ROOMY) for number in range(4)]
    desks = [Desk(one.db, one.book(ScriptedClock(START_MS))) for one in shelves]
    people.add(
        desks[0], people.pins(folder), number="1", name="A", role="owner", pin="1111", actor=""
    )
    names = [desk.origin for desk in desks]
    for author, device, is_known, hears in told:
        desks[author].book.record("", OriginKnown(names[device], "till", "", known=is_known))
        if hears != author:
            desks[author].book.receive(tuple(shelves[hears].entries()))
    whole = [
        [entry for entry in shelf.entries() if entry.origin == name]
        for shelf, name in zip(shelves, names, strict=True)
    ]
    for desk, own in zip(desks, list(whole), strict=True):
        queues = [list(entries) for entries in whole if entries is not own]
        while any(queues):
            queue = weave.choice([one for one in queues if one])
            desk.book.receive([queue.pop(0)])
    # Each store starts from itself; in one store any order of arrival says the same.
    for shelf, desk in zip(shelves, desks, strict=True):
        before = origins.known(desk.db)
        assert desk.origin in before
        shelf.rebuild()
        assert origins.known(desk.db) == before
        assert before.keys() == _by_hand(desk.origin, list(itertools.chain(*whole)))
        shelf.close()


def _by_hand(own: str, entries: list[Entry]) -> set[str]:
    """The rule of the docstring, read from the journal itself, with what waits for its author in one list."""
    known, waits = [own], []
    newest: dict[str, tuple[int, str]] = {}
    said = [one for one in entries if one.kind == "origin_known"]
    for entry in sorted(said, key=lambda one: (one.lamport, one.origin)):
        waits.append(entry)
        while ready := [one for name in known for one in waits if one.origin == name]:
            waits.remove(ready[0])
            device = ready[0].body.partition('"device":"')[2][:4]
            when = (ready[0].lamport, ready[0].origin)
            if when < newest.get(device, (0, "")):
                continue
            newest[device] = when
            if '"known":false' not in ready[0].body and device not in known:
                known.append(device)
            elif '"known":false' in ready[0].body and device in known and device != own:
                known.remove(device)
    return set(known)


def test_whoever_works_at_two_known_devices_has_worked_once(shop: Shop, stranger: Desk) -> None:
    """In at the till, out at the door."""
    origins.say(shop.desk, OriginKnown(stranger.origin, "door", "Door"), TILL, shop.ben)
    shop.punch(shop.at(MONDAY, 9), What.IN)
    stranger.book.receive(tuple(shop.shelf.entries()))
    stranger.book.record(shop.ben, OriginKnown(shop.desk.origin, "till", "Till"))
    at_ms = shop.at(MONDAY, 13)
    assert isinstance(stranger.book._clock, ScriptedClock)
    stranger.book._clock.set(at_ms)
    timeclock.punch(stranger, shop.ana, What.OUT, Place("door"), at_ms, by="em4100")
    shop.desk.book.receive(own_entries(stranger))
    assert (shop.owed().worked_ms // 60_000, why(shop)) == (240, [])
