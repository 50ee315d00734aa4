"""Hours in the real window: Ana has asked for a change; Ben approves it, puts another punch right, sees both values."""

import datetime
import json
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

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

SIZE = (1280, 800)
BERLIN = ZoneInfo("Europe/Berlin")


def test_a_manager_answers_a_request_and_puts_a_punch_right(tmp_path: Path) -> None:
    store = tmp_path / "shop"
    ana_came_and_forgot_to_go(tmp_path / "script.jsonl", store)
    with window.screen(SIZE) as shown, window.till(shown, store, SIZE) as till:
        till.sign_in("Ben", "2222")
        till.tap("menu")
        till.tap("menu_staff")
        till.tap("chip:hours")
        till.read("no punch → Out 17:00")
        till.read("the end was forgotten")
        till.tap(first(till, "request:"))
        till.read("0 min paid")
        till.tap(first(till, "approve:"))
        till.read("8 h 00 min paid")
        puts_the_morning_right(till)
        till.tap("hours_back")
        till.read("put right")
        till.tap("hours_back")
        till.read("Nothing waits for you.")
        till.tap("staff_leave")
        till.see(key="menu")
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()


def ana_came_and_forgot_to_go(script: Path, store: Path) -> None:
    """The day before yesterday; this morning she says when she went."""
    day = datetime.datetime.now(BERLIN).date() - datetime.timedelta(days=2)
    came, went = (
        int(datetime.datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN).timestamp()) * 1000
        for hour in (9, 17)
    )
    commands = [
        {"do": "set_clock", "at_ms": came - 60_000},
        {"do": "sign_in", "employee": "2", "pin": "2222"},
        {"do": "set_pay_rules", "zone": BERLIN.key},
        {"do": "sign_out"},
        {"do": "set_clock", "at_ms": came},
        {"do": "punch", "what": "in", "employee": "1", "pin": "1111"},
        {"do": "set_clock", "at_ms": came + 24 * 3_600_000},
        {"do": "sign_in", "employee": "1", "pin": "1111"},
        {"do": "ask_punch", "employee": "1", "what": "out", "at_ms": went, "reason": "forgot"},
        {"do": "sign_out"},
    ]
    script.write_text("".join(json.dumps(command) + "\n" for command in commands))
    done = subprocess.run(
        [sys.executable, "-m", "appliance", "play", str(script), "--store", str(store), "--demo"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["refused"] for one in answers] == [None] * len(commands)


def puts_the_morning_right(till: Till) -> None:
    till.tap(first(till, "punch:"))
    till.tap("field:time")
    for _ in "900":
        till.tap("key:back")
    till.keys("830")
    till.tap("field_take")
    till.tap("chip:reason=Reader did not work")
    till.tap("sheet_save")
    till.read("8 h 30 min paid")
    till.read("In 09:00 → In 08:30")
    till.read("Reader did not work")
