"""Whoever asks too often is slowed, address by address, and nobody's memory is filled by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lan_server.access.brakes import MOST_ADDRESSES, Brake, TooOften, network_of
from appliance.lan_server.access.gate import MOST_SESSIONS, Idle, Seldom


def asks(brake: Brake, address: str, now_ms: int) -> bool:
    try:
        brake.take(address, now_ms)
    except TooOften:
        return False
    return True


def test_so_many_at_once_and_then_one_after_another() -> None:
    brake = Brake(burst=3, refill_ms=1000)
    assert [asks(brake, "a", 0) for _ in range(5)] == [True, True, True, False, False]
    assert [asks(brake, "a", 1000) for _ in range(2)] == [True, False]
    assert [asks(brake, "a", 60_000) for _ in range(4)] == [True, True, True, False]


def test_it_is_said_how_long_to_wait() -> None:
    brake = Brake(burst=1, refill_ms=1000)
    brake.take("a", 0)
    with pytest.raises(TooOften) as no:
        brake.take("a", 300)
    assert no.value.fields["wait_ms"] == 700
    brake.take("a", 1000)


def test_one_address_does_not_slow_another() -> None:
    brake = Brake(burst=1, refill_ms=1000)
    assert asks(brake, "192.0.2.1", 0)
    assert asks(brake, "192.0.2.2", 0)
    assert not asks(brake, "192.0.2.1", 0)


def test_a_network_of_ipv6_is_one_address() -> None:
    brake = Brake(burst=1, refill_ms=1000)
    assert asks(brake, "2001:db8:1:2::7", 0)
    assert not asks(brake, "2001:db8:1:2:ffff::8", 0)
    assert asks(brake, "2001:db8:1:3::7", 0)
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("a name") == "a name"


@given(st.lists(st.integers(0, 5000), max_size=60))
def test_never_more_than_the_burst_and_what_was_refilled(gaps: list[int]) -> None:
    brake = Brake(burst=4, refill_ms=1000)
    now_ms, taken = 0, 0
    for gap in gaps:
        now_ms += gap
        taken += asks(brake, "a", now_ms)
    assert taken <= 4 + now_ms // 1000


def test_addresses_that_came_long_ago_are_forgotten() -> None:
    brake = Brake(burst=1, refill_ms=1_000_000)
    assert asks(brake, "first", 0)
    for number in range(MOST_ADDRESSES):
        brake.take(f"other {number}", 0)
    assert len(brake._spent) == MOST_ADDRESSES
    assert asks(brake, "first", 0)


def test_a_session_that_was_never_seen_goes_on_and_an_idle_one_stays_over() -> None:
    idle = Idle(limit_ms=1000)
    assert not idle.is_over("s", 5000)
    assert not idle.is_over("s", 5999)
    assert idle.is_over("s", 6999)
    assert idle.is_over("s", 7000)
    for number in range(MOST_SESSIONS + 5):
        idle.is_over(f"{number}", 0)
    assert len(idle._seen) == MOST_SESSIONS


def test_the_same_thing_is_noted_once_an_hour() -> None:
    seldom = Seldom()
    assert seldom.is_due(("a", "b"), 0)
    assert not seldom.is_due(("a", "b"), 3_599_999)
    assert seldom.is_due(("a", "c"), 0)
    assert seldom.is_due(("a", "b"), 3_600_000)
    for number in range(MOST_SESSIONS + 5):
        seldom.is_due((f"{number}",), 0)
    assert len(seldom._seen) == MOST_SESSIONS
