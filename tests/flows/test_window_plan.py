"""The schedule in the real window: a stranger's badge is told of, and a week planned, copied, changed and emptied."""

from pathlib import Path

import pytest

from tests.flows import window
from tests.flows.selling import first
from tests.flows.window import Till

pytestmark = [
    pytest.mark.skipif(
        bool(window.missing_programs()),
        reason=f"not installed: {', '.join(window.missing_programs())}",
    ),
    pytest.mark.timeout(300),
]


@pytest.mark.parametrize("size", window.SIZES)
def test_a_manager_plans_next_week_and_sees_what_was_refused(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with window.screen(size) as shown, window.till(shown, tmp_path / "shop", size) as till:
        a_stranger_holds_a_badge_to_the_reader(till)
        till.sign_in("Ben", "2222")
        till.read("Refused at the time clock since yesterday: 1.")
        till.tap("menu")
        till.tap("menu_staff")
        till.tap("chip:plan")
        till.read("Copy last week")
        plans_a_shift(till)
        copies_the_week(till)
        changes_and_drops_it(till)
        till.tap("plan_switch")
        till.read("A badge that is nobody's")
        till.tap("staff_leave")
        till.see(key="menu")
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()


def a_stranger_holds_a_badge_to_the_reader(till: Till) -> None:
    if till.find(key="chip:bench_counter") is not None:
        till.tap("chip:bench_counter")
    till.tap("chip:badge:")
    till.read("Nobody has this badge.")


def plans_a_shift(till: Till) -> None:
    till.tap("week_on")
    till.tap(first(till, "day:"))
    till.read("New shift: Ana")
    for field, digits in (("begins", "0900"), ("ends", "1700")):
        till.tap(f"field:{field}")
        till.keys(digits)
        till.tap("field_take")
    till.tap("sheet_save")
    till.read("09:00–17:00")


def copies_the_week(till: Till) -> None:
    till.tap("week_on")
    till.read("Nothing is planned for this week.")
    till.tap("week_copy")
    till.read("09:00–17:00")


def changes_and_drops_it(till: Till) -> None:
    till.tap(first(till, "shift:"))
    till.read("Shift: Ana")
    till.tap("field:ends")
    for _ in range(4):
        till.tap("key:back")
    till.keys("1830")
    till.tap("field_take")
    till.tap("sheet_save")
    till.read("09:00–18:30")
    till.tap(first(till, "shift:"))
    till.tap("sheet_remove")
    till.tap("ask_yes")
    till.read("Nothing is planned for this week.")
