"""What counts as a tap, by times that the tests choose."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.badge._taps import Taps
from tests.drivers.badge.tags import MAKERS, SEEED, Tag, badge

ONE, OTHER = badge(SEEED), badge(MAKERS)


def taken(taps: Taps) -> list[str]:
    ids = []
    while found := taps.next():
        ids.append(found.id)
    return ids


def test_a_tag_is_new_only_after_it_was_away_long_enough() -> None:
    taps = Taps(1500)
    for at_ms, counts in ((0, True), (1500, False), (2999, False), (4499, False), (6000, True)):
        taps.heard(ONE, at_ms, at_ms)
        assert bool(taken(taps)) is counts, at_ms


def test_a_tag_that_stays_for_hours_is_one_tap() -> None:
    taps = Taps(1500)
    for at_ms in range(0, 3_600_000, 1000):
        taps.heard(ONE, at_ms, at_ms)
    assert taken(taps) == [ONE.id]


def test_two_tags_that_lie_there_together_are_two_taps() -> None:
    taps = Taps(1500)
    for at_ms in range(0, 60_000, 100):
        taps.heard(ONE if at_ms % 200 else OTHER, at_ms, at_ms)
    assert taken(taps) == [OTHER.id, ONE.id]


def test_when_nobody_looked_a_tag_stayed() -> None:
    taps = Taps(1500)
    taps.heard(ONE, 0, 0)
    taps.heard(ONE, 0, 9000)
    taps.heard(ONE, 10_000, 10_000)
    assert taken(taps) == [ONE.id]
    taps.heard(ONE, 11_501, 11_501)
    assert taken(taps) == [ONE.id]


def test_the_same_number_of_another_form_is_another_tag() -> None:
    taps = Taps(1500)
    taps.heard(badge(Tag("E3086CED", "em4100-32")), 0, 0)
    taps.heard(badge(Tag("E3086CED", "uid4")), 0, 0)
    assert len(taps) == 2


def test_after_a_trouble_what_was_there_may_have_stayed() -> None:
    taps = Taps(1500)
    taps.heard(ONE, 0, 0)
    taps.resume(60_000)
    taps.heard(ONE, 61_000, 61_000)
    assert taken(taps) == [ONE.id]


def test_after_closing_every_tag_is_new() -> None:
    taps = Taps(1500)
    taps.heard(ONE, 0, 0)
    taps.forget()
    assert not taps
    taps.heard(ONE, 1, 1)
    assert taken(taps) == [ONE.id]


def test_a_tag_that_is_away_is_forgotten() -> None:
    taps = Taps(1500)
    taps.heard(ONE, 0, 0)
    taps.heard(OTHER, 1501, 1501)
    assert list(taps._last_ms) == [(OTHER.form, OTHER.id)]


def test_it_remembers_no_more_than_it_must() -> None:
    taps = Taps(1500)
    for number in range(1, 300):
        taps.heard(badge(Tag(f"{number:010X}", "em4100")), 0, 0)
    assert len(taps._last_ms) == 64


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 900)), max_size=300))
def test_between_two_taps_of_a_tag_it_was_away(heard: list[tuple[int, int]]) -> None:
    taps = Taps(1500)
    now_ms = 0
    last_ms: dict[str, int] = {}
    for number, pause_ms in heard:
        now_ms += pause_ms
        tag = Tag(f"{number:010X}", "em4100")
        taps.heard(badge(tag), now_ms, now_ms)
        assert bool(taken(taps)) == (now_ms - last_ms.get(tag.id, -2000) > 1500)
        last_ms[tag.id] = now_ms
