"""The last minute, and what of it goes to the disk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.recorder.ring import HOLDS_NS, MOST_BYTES, Policy, Ring
from appliance.recorder.segments import Segment

SECOND = 1_000_000_000


def segment(number: int, motion: int = 0, size: int = 10) -> Segment:
    """Two seconds, the `number`th of them."""
    return Segment(
        "door", 0, number * 2 * SECOND, (number + 1) * 2 * SECOND, 30, motion, bytes(size)
    )


def numbers(found: tuple[Segment, ...]) -> list[int]:
    return [one.begin_ns // (2 * SECOND) for one in found]


def test_all_is_kept_at_once_where_all_is_to_be_kept() -> None:
    ring = Ring("continuous")
    assert [numbers(ring.take(segment(number))) for number in range(4)] == [[0], [1], [2], [3]]
    assert ring.want(0, 10 * SECOND) == ()


def test_of_an_event_what_came_before_it_is_kept_and_what_comes_after() -> None:
    ring = Ring("events")
    assert [ring.take(segment(number)) for number in range(10)] == [()] * 10
    # At 19 s, from ten seconds before to twenty after.
    assert numbers(ring.want(9 * SECOND, 39 * SECOND)) == [4, 5, 6, 7, 8, 9]
    after = [numbers(ring.take(segment(number))) for number in range(10, 25)]
    assert after == [[number] for number in range(10, 20)] + [[]] * 5


def test_two_events_keep_what_both_need_once() -> None:
    ring = Ring("events")
    for number in range(10):
        ring.take(segment(number))
    assert numbers(ring.want(8 * SECOND, 12 * SECOND)) == [4, 5]
    assert numbers(ring.want(6 * SECOND, 16 * SECOND)) == [3, 6, 7]


def test_around_motion_ten_seconds_are_kept_on_either_side() -> None:
    ring = Ring("motion", motion_from=5)
    kept = []
    for number in range(30):
        kept += numbers(ring.take(segment(number, motion=9 if number == 12 else 4)))
    assert kept == list(range(7, 18))


@pytest.mark.parametrize("policy", ["motion", "events"])
def test_what_nobody_asked_for_is_forgotten_after_a_minute(policy: Policy) -> None:
    ring = Ring(policy)
    for number in range(100):
        ring.take(segment(number))
    assert len(ring.held()) <= HOLDS_NS // (2 * SECOND) + 1
    assert numbers(ring.want(0, 100 * SECOND)) == []


def test_great_segments_do_not_fill_the_memory() -> None:
    ring = Ring("events")
    for number in range(20):
        ring.take(segment(number, size=MOST_BYTES // 8))
    assert sum(len(one.data) for one in ring.held()) <= MOST_BYTES


def test_a_time_that_goes_back_forgets_what_was_before() -> None:
    ring = Ring("events")
    ring.take(segment(50))
    ring.want(100 * SECOND, 200 * SECOND)
    assert ring.take(segment(1)) == ()
    assert numbers(ring.held()) == [1]


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(1, 20)), max_size=8), st.data())
def test_whatever_is_asked_for_in_time_is_kept_once_and_nothing_else(
    windows: list[tuple[int, int]], data: st.DataObject
) -> None:
    ring = Ring("events")
    asked_at = {data.draw(st.integers(begin // 2, begin // 2 + 15)): None for begin, _ in windows}
    due: dict[int, list[tuple[int, int]]] = {}
    for (begin, lasts), at in zip(windows, list(asked_at) * len(windows), strict=False):
        due.setdefault(max(at, begin // 2), []).append((begin, begin + lasts))
    kept: list[int] = []
    for number in range(70):
        kept += numbers(ring.take(segment(number)))
        for begin, end in due.get(number, ()):
            kept += numbers(ring.want(begin * SECOND, end * SECOND))
    told = [one for some in due.values() for one in some]
    # Of a window that is asked for later than the ring reaches back, the rest is kept.
    reach = HOLDS_NS // SECOND
    must = {
        number
        for at, some in due.items()
        for begin, end in some
        for number in range(70)
        if number * 2 < end and number * 2 + 2 > begin and number * 2 + 2 >= at * 2 + 2 - reach
    }
    may = {n for begin, end in told for n in range(70) if n * 2 < end and n * 2 + 2 > begin}
    assert len(kept) == len(set(kept))
    assert must <= set(kept) <= may
