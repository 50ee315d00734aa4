"""The time clock in a real window: a banner in the middle of a sale, and the clock by the door.

The demo's bench holds the badges to the reader. Nothing here waits for a time: each step waits until what it needs can
be seen.
"""

import json
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from appliance.store.sqlite import SqliteDatabase
from tests.flows import window
from tests.flows.selling import begin_next_sale, lines, pay, scan
from tests.flows.window import Till

pytestmark = [
    pytest.mark.skipif(
        bool(window.missing_programs()),
        reason=f"not installed: {', '.join(window.missing_programs())}",
    ),
    pytest.mark.timeout(300),
]

HOUR_MS = 3_600_000
DOOR = ("--timeclock",)


def badge(till: Till, name: str) -> None:
    """Hold somebody's badge to the bench's reader."""
    till.tap(f"chip:badge:{name}")


def punches(store: Path) -> list[tuple[str, str, int]]:
    """What was punched since yesterday, by how, and whether it was undone."""
    db = SqliteDatabase(store)
    rows = db.sql("SELECT what, by, gone FROM punch ORDER BY at_ms, id")
    db.close()
    return [(row[0], row[1], row[2]) for row in rows][2:]


def test_a_badge_in_the_middle_of_a_sale_punches_and_the_sale_goes_on(tmp_path: Path) -> None:
    store = tmp_path / "shop"
    came_the_day_before(store, left=True)
    with window.screen((1280, 800)) as shown, window.till(shown, store) as till:
        till.sign_in("Ben", "2222")
        scan(till, 0, 1)
        till.tap("chip:bench_counter")
        badge(till, "Ana")
        till.see(key="clock:in")
        total = till.find(key="pay_cash")
        till.press_until("clock:in", "In at")
        till.press_until("clock:undo", "Not clocked in")
        till.press_until("clock:in", "In at")
        assert len(lines(till)) == 2
        assert till.find(key="pay_cash") == total
        till.tap("chip:bench_articles")
        scan(till, 2)
        pay(till, quick=0)
        begin_next_sale(till)
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()
    assert punches(store) == [("in", "em4100", 1), ("in", "em4100", 0)]
    db = SqliteDatabase(store)
    assert db.sql("SELECT count(*) FROM sale")[0][0] == 1
    db.close()


def test_by_the_door_people_come_by_badge_go_by_pin_and_take_a_slip(tmp_path: Path) -> None:
    store = tmp_path / "shop"
    came_the_day_before(store, left=True)
    with (
        window.screen((1280, 800)) as shown,
        window.till(shown, store, more=DOOR) as till,
    ):
        till.read("Hold your badge to the reader")
        till.read("Nobody is in.")
        till.tap("chip:bench_counter")
        badge(till, "Ana")
        till.press_until("clock:in", "In at")
        till.read("1 person is in")
        till.tap("clock_close")
        till.tap("door_pin")
        till.tap(till.key_of("person:", "Ana"))
        till.keys("1111")
        till.tap("clock_pin_enter")
        till.press_until("clock:out", "Goodbye, Ana")
        till.read("This week")
        till.tap("chip:bench_paper")
        till.press_until("clock:print", "Working time")
        till.read("Nobody is in.")
        till.press_until("clock:hours", "Hours of Ana")
        till.tap("hours_close")
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()
    assert punches(store) == [("in", "em4100", 0), ("out", "pin", 0)]


def test_a_forgotten_end_is_asked_for_at_the_next_tap_and_waits_for_a_manager(
    tmp_path: Path,
) -> None:
    store = tmp_path / "shop"
    came_ms = came_the_day_before(store)
    with (
        window.screen((800, 480)) as shown,
        window.till(shown, store, (800, 480), more=DOOR) as till,
    ):
        till.tap("chip:bench_counter")
        badge(till, "Ana")
        till.read("You did not clock out")
        till.press_until("clock:in", "In at")
        till.tap("clock_missing")
        left = datetime.fromtimestamp((came_ms + 8 * HOUR_MS) // 1000).astimezone()
        till.keys(left.strftime("%H%M"))
        till.tap("say_go_on")
        till.tap("choice:forgot")
        till.read("Sent. A manager will look at it.")
        badge(till, "Ana")
        till.read("waits for a manager")
        assert not till.reads("You did not clock out")
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()
    db = SqliteDatabase(store)
    said, reason, answer = db.sql("SELECT said, reason, answer FROM punch_request")[0]
    db.close()
    found = json.loads(said)
    assert (found["what"], reason, answer) == ("out", "I forgot", "")
    assert abs(found["at_ms"] - (came_ms + 8 * HOUR_MS)) < 60_000


def came_the_day_before(store: Path, *, left: bool = False) -> int:
    """Ana came thirty hours ago, and `left` eight hours later or never clocked out; answers when she came.

    In a shop where somebody has punched, the demo makes up no colleagues, of whom some may be in just now.
    """
    came_ms = time.time_ns() // 1_000_000 - 30 * HOUR_MS
    days = [(came_ms, "in"), (came_ms + 8 * HOUR_MS, "out")]
    script = store.parent / "before.jsonl"
    with script.open("w") as file:
        for at_ms, what in days if left else days[:1]:
            punch = {"do": "punch", "what": what, "employee": "1", "pin": "1111"}
            for line in ({"do": "set_clock", "at_ms": at_ms}, punch):
                file.write(json.dumps(line) + "\n")
    command = (sys.executable, "-m", "appliance", "play", str(script), "--demo", "--store")
    subprocess.run((*command, str(store)), check=True, capture_output=True, timeout=60)
    return came_ms
