"""What the looks at a drawer's switch mean: opened, forced, shut, forgotten, stuck."""

import itertools
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.drawer import DrawerEvent, DrawerNews, DrawerWatch, WatchLimits
from drivers.drawer import simulated as simulated_drawer

OPENED, UNASKED = DrawerEvent.OPENED, DrawerEvent.OPENED_UNASKED
CLOSED, LEFT, STUCK = DrawerEvent.CLOSED, DrawerEvent.LEFT_OPEN, DrawerEvent.DID_NOT_OPEN
LIMITS: Final = WatchLimits(asked_ms=3000, springs_ms=1000, left_open_ms=10_000)

Step = tuple[int, str]
"""Milliseconds since the step before, and what is seen ("open", "shut", "?") or done ("kick")."""
SEEN: Final[dict[str, bool | None]] = {"open": True, "shut": False, "?": None}
SHUT: Final[list[Step]] = [(0, "shut"), (100, "shut")]


def told(steps: list[Step], limits: WatchLimits = LIMITS) -> list[DrawerNews]:
    """All news of a story that begins at 0 ms."""
    watch, now_ms = DrawerWatch(limits), 0
    news: list[DrawerNews] = []
    for pause_ms, act in steps:
        now_ms += pause_ms
        if act == "kick":
            watch.kicked(now_ms)
        elif act == "use the key":
            watch.left_to_the_key(now_ms)
        else:
            news += watch.look(now_ms, is_open=SEEN[act])
    return news


def events(steps: list[Step], limits: WatchLimits = LIMITS) -> list[DrawerEvent]:
    return [news.event for news in told(steps, limits)]


stories = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 50, 200, 999, 1000, 2900, 3100, 9900, 20_000]),
        st.sampled_from(["open", "open", "shut", "shut", "?", "kick"]),
    ),
    max_size=60,
)


# ---------------------------------------------------------------------------------- stories


def test_a_kicked_drawer_opens_and_is_shut() -> None:
    story = [*SHUT, (100, "kick"), (200, "open"), (100, "open"), (4000, "shut"), (100, "shut")]
    assert told(story) == [DrawerNews(OPENED, 400), DrawerNews(CLOSED, 4500, open_ms=4100)]


def test_a_drawer_that_opens_without_a_kick_raises_the_alarm() -> None:
    assert told([*SHUT, (100, "open"), (100, "open")]) == [DrawerNews(UNASKED, 200)]


@pytest.mark.parametrize(("pause_ms", "event"), [(0, OPENED), (3000, OPENED), (3001, UNASKED)])
def test_a_kick_answers_for_an_opening_for_so_long(pause_ms: int, event: DrawerEvent) -> None:
    limits = WatchLimits(asked_ms=3000, springs_ms=10_000)
    assert events([*SHUT, (100, "kick"), (pause_ms, "open"), (5000, "open")], limits) == [event]


def test_a_kick_does_not_excuse_an_opening_that_was_seen_before_it() -> None:
    assert events([*SHUT, (100, "open"), (10, "kick"), (10, "open")]) == [UNASKED]


def test_a_second_kick_does_not_take_away_what_the_first_had_opened() -> None:
    story = [*SHUT, (100, "kick"), (100, "open"), (10, "kick"), (10, "open")]
    assert events(story) == [OPENED]


@pytest.mark.parametrize(("pause_ms", "event"), [(0, OPENED), (20_000, OPENED), (20_001, UNASKED)])
def test_whoever_was_told_to_use_the_key_raises_no_alarm_for_so_long(
    pause_ms: int, event: DrawerEvent
) -> None:
    limits = WatchLimits(asked_ms=3000, by_key_ms=20_000)
    failed: list[Step] = [*SHUT, (0, "kick"), (0, "use the key")]
    assert events([*failed, (pause_ms, "open"), (100, "open")], limits)[-1] is event


def test_the_key_is_used_once() -> None:
    story = [*SHUT, (0, "use the key"), (9, "open"), (9, "open"), (9, "shut"), (9, "shut")]
    assert events([*story, (9, "open"), (9, "open")]) == [OPENED, CLOSED, UNASKED]


def test_a_later_kick_takes_the_key_away() -> None:
    story = [
        *SHUT,
        (0, "use the key"),
        (9, "kick"),
        (9, "open"),
        (9, "open"),
        (9, "shut"),
        (9, "shut"),
    ]
    assert events([*story, (9000, "open"), (9, "open")]) == [OPENED, CLOSED, UNASKED]


def test_a_drawer_that_stands_open_is_told_of_again_and_again() -> None:
    story = [*SHUT, (0, "kick"), (100, "open"), (100, "open"), *(8 * [(5000, "open")])]
    news = [piece for piece in told(story) if piece.event is LEFT]
    assert [piece.open_ms for piece in news] == [10_100, 20_100, 30_100, 40_100]


def test_the_reminder_can_be_switched_off() -> None:
    limits = WatchLimits(left_open_ms=None)
    assert events([*SHUT, (0, "kick"), (0, "open"), *(9 * [(99_999, "open")])], limits) == [OPENED]


def test_a_drawer_that_stays_shut_after_a_kick_is_told_of_once() -> None:
    story = [*SHUT, (100, "kick"), (999, "shut"), (1, "shut"), (1000, "shut"), (9000, "shut")]
    assert told(story) == [DrawerNews(STUCK, 1200)]


def test_every_kick_has_its_own_second_to_open_the_drawer() -> None:
    story = [*SHUT, (0, "kick"), (900, "kick"), (100, "shut"), (800, "shut"), (100, "shut")]
    assert [news.at_ms for news in told(story)] == [1100, 2000]


def test_a_drawer_that_opens_late_is_stuck_first_and_opened_then() -> None:
    assert events([*SHUT, (0, "kick"), (1000, "shut"), (500, "open"), (50, "open")]) == [
        STUCK,
        OPENED,
    ]


def test_nobody_is_told_of_a_stuck_drawer_when_nobody_looked_in_time() -> None:
    assert events([*SHUT, (0, "kick"), (60_000, "shut"), (100, "shut")]) == []


def test_a_kick_at_an_open_drawer_expects_nothing() -> None:
    story = [*SHUT, (0, "kick"), (9, "open"), (9, "open"), (9, "kick"), (2000, "open")]
    assert events(story) == [OPENED]


def test_an_open_drawer_is_not_stuck_once_it_is_shut_again() -> None:
    opening: list[Step] = [*SHUT, (0, "kick"), (9, "open"), (9, "open")]
    shutting: list[Step] = [(9, "shut"), (9, "shut"), (1000, "shut")]
    assert events([*opening, *shutting]) == [OPENED, CLOSED]
    assert events([*opening, (9, "kick"), *shutting]) == [OPENED, CLOSED]


def test_two_looks_that_differ_are_not_believed_at_the_start() -> None:
    watch = DrawerWatch()
    for at_ms, is_open in enumerate([True, False, True, False]):
        watch.look(at_ms, is_open=is_open)
        assert watch.is_open is None
    watch.look(4, is_open=False)
    assert watch.is_open is False


def test_a_drawer_found_open_at_the_start_was_not_forced_but_is_left_open() -> None:
    story = [(0, "open"), (100, "open"), (10_000, "open"), (100, "shut"), (100, "shut")]
    assert told(story) == [DrawerNews(LEFT, 10_100, 10_100), DrawerNews(CLOSED, 10_200, 10_200)]


def test_a_drawer_opened_while_nobody_could_look_raises_the_alarm_afterwards() -> None:
    assert events([*SHUT, *(9 * [(1000, "?")]), (100, "open"), (100, "open")]) == [UNASKED]


def test_a_look_that_saw_nothing_does_not_make_two_looks_of_one() -> None:
    assert events([*SHUT, (10, "open"), (10, "?"), (10, "shut"), (10, "open"), (10, "shut")]) == []
    assert events([*SHUT, (10, "open"), (10, "?"), (10, "open"), (10, "shut")]) == []


def test_it_tells_what_it_believes() -> None:
    watch = DrawerWatch()
    beliefs = []
    for at_ms, is_open in enumerate([True, True, False, True, False, False, None]):
        watch.look(at_ms, is_open=is_open)
        beliefs.append(watch.is_open)
    assert beliefs == [None, True, True, True, True, False, False]


def test_a_bouncing_switch_makes_one_opening() -> None:
    drawer = simulated_drawer.Driver(simulated_drawer.Options())
    watch = DrawerWatch(LIMITS)
    news: list[DrawerEvent] = []

    def look(start_ms: int) -> None:
        for at_ms in range(start_ms, start_ms + 400, 50):
            news.extend(n.event for n in watch.look(at_ms, is_open=drawer.is_open(0)))

    look(0)
    watch.kicked(400)
    drawer.kick(0)
    drawer.bounce(2)
    look(450)
    drawer.push_shut()
    drawer.bounce(3)
    look(900)
    assert news == [OPENED, CLOSED]


# ---------------------------------------------------------------------------------- laws


@given(stories)
def test_openings_and_closings_alternate(story: list[Step]) -> None:
    turns = [event for event in events(story) if event in (OPENED, UNASKED, CLOSED)]
    for earlier, later in itertools.pairwise(turns):
        assert (earlier is CLOSED) is not (later is CLOSED)


@given(stories)
def test_an_alarm_is_raised_exactly_when_no_kick_came_shortly_before(story: list[Step]) -> None:
    now_ms, order = 0, []
    for pause_ms, act in story:
        now_ms += pause_ms
        order.append((now_ms, act))
    for news in told(story):
        if news.event in (OPENED, UNASKED):
            # The look that the news is dated to may share its millisecond with a kick on either side.
            before = [at for at, act in order if act == "kick" and at < news.at_ms]
            at_once = any(at == news.at_ms and act == "kick" for at, act in order)
            was_asked = any(news.at_ms - at <= LIMITS.asked_ms for at in before)
            assert at_once or was_asked is (news.event is OPENED)


@given(stories, st.data())
def test_one_wrong_look_between_two_right_ones_changes_nothing(
    story: list[Step], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(story)))
    seen = data.draw(st.sampled_from(["open", "shut"]))
    wrong = "shut" if seen == "open" else "open"
    steady = [*story[:place], *(4 * [(0, seen)]), *story[place:]]
    bounced = [*story[:place], *(2 * [(0, seen)]), (0, wrong), *(2 * [(0, seen)]), *story[place:]]
    assert told(bounced) == told(steady)


@given(stories)
def test_reminders_come_only_while_it_is_open_and_never_too_often(story: list[Step]) -> None:
    since_ms: int | None = None
    for news in told(story):
        if news.event in (OPENED, UNASKED):
            since_ms = news.at_ms
        elif news.event is CLOSED:
            since_ms = None
        elif news.event is LEFT and since_ms is not None:
            assert LIMITS.left_open_ms is not None
            assert news.at_ms - since_ms >= LIMITS.left_open_ms
            since_ms = news.at_ms


@given(stories)
def test_no_more_kicks_fail_than_were_given(story: list[Step]) -> None:
    assert events(story).count(STUCK) <= sum(act == "kick" for _, act in story)


@given(stories.map(lambda story: [step for step in story if step[1] in ("?", "kick")]))
def test_a_drawer_that_cannot_be_seen_makes_no_news(story: list[Step]) -> None:
    assert events(story) == []


@given(stories)
def test_news_are_in_order_and_lengths_are_what_the_clock_says(story: list[Step]) -> None:
    opened_at_ms: int | None = None
    last_ms = 0
    for news in told(story):
        assert news.at_ms >= last_ms
        assert news.open_ms >= 0
        last_ms = news.at_ms
        if news.event in (OPENED, UNASKED):
            opened_at_ms = news.at_ms
        elif news.event in (CLOSED, LEFT) and opened_at_ms is not None:
            assert news.open_ms == news.at_ms - opened_at_ms
