"""Whether a new system's till is well: what counts, and for how long."""

from collections.abc import Callable

from appliance.caretaker.health import LONGEST_S, PATIENCE_S, WELL_FOR_S, wait_until_well

Shown = Callable[[str], dict[str, str]]


class World:
    """A clock that goes on when somebody sleeps, and units that change with it."""

    def __init__(self, till: Callable[[float], dict[str, str]], rescue_from_s: float = 1e9) -> None:
        self.now_s, self._till, self._rescue_from_s = 1000.0, till, rescue_from_s
        self.began_s = self.now_s

    def shown(self, unit: str) -> dict[str, str]:
        since = self.now_s - self.began_s
        if "rescue" in unit:
            return {"ActiveState": "active" if since >= self._rescue_from_s else "inactive"}
        return self._till(since)

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds

    def judged(self) -> tuple[bool, str]:
        return wait_until_well(self.shown, lambda: self.now_s, self.sleep)


def test_a_till_that_answers_for_a_minute_is_well() -> None:
    world = World(lambda s: {"ActiveState": "active" if s > 30 else "activating", "NRestarts": "0"})
    assert world.judged() == (True, "")
    assert world.now_s - world.began_s >= 30 + WELL_FOR_S


def test_a_till_that_is_started_anew_again_and_again_is_not() -> None:
    world = World(lambda s: {"ActiveState": "active", "NRestarts": str(int(s // 40))})
    assert world.judged() == (False, "update_till_not_ready")
    assert world.now_s - world.began_s >= PATIENCE_S


def test_one_stumble_at_the_start_is_forgiven() -> None:
    world = World(lambda s: {"ActiveState": "active", "NRestarts": "1" if s > 20 else "0"})
    assert world.judged() == (True, "")


def test_the_rescue_screen_ends_it_at_once() -> None:
    world = World(lambda _: {"ActiveState": "failed", "NRestarts": "3"}, rescue_from_s=50)
    assert world.judged() == (False, "update_till_failed")
    assert world.now_s - world.began_s < 60


def test_a_service_manager_that_does_not_answer_is_no_good_sign() -> None:
    world = World(lambda _: {})
    assert world.judged() == (False, "update_till_not_ready")


def test_a_till_that_makes_its_tables_anew_is_given_the_time() -> None:
    world = World(
        lambda s: {"ActiveState": "active" if s > 900 else "activating", "NRestarts": "0"}
    )
    assert world.judged() == (True, "")


def test_a_till_that_starts_for_ever_is_not_well() -> None:
    world = World(lambda _: {"ActiveState": "activating", "NRestarts": "0"})
    assert world.judged() == (False, "update_till_not_ready")
    assert LONGEST_S <= world.now_s - world.began_s < LONGEST_S + 10


def test_a_till_that_is_started_anew_while_it_starts_is_not_waited_for() -> None:
    world = World(lambda s: {"ActiveState": "activating", "NRestarts": str(int(s // 20))})
    assert world.judged() == (False, "update_till_not_ready")
    assert world.now_s - world.began_s < 2 * PATIENCE_S
