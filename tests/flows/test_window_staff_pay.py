"""Wages in the real window: a week of punches, its lines, approved, paid, saved. 29 CFR 778.110(a): 46 h at 12.00."""

import datetime
import json
from functools import partial
from pathlib import Path

import pytest

from appliance.__main__ import main
from tests.flows import window
from tests.flows.window import Till

pytestmark = [
    pytest.mark.skipif(
        bool(window.missing_programs()),
        reason=f"not installed: {', '.join(window.missing_programs())}",
    ),
    pytest.mark.timeout(300),
]

HOURS = (8, 8, 8, 8, 8, 6)


@pytest.mark.parametrize("size", window.SIZES)
def test_a_manager_approves_and_pays_a_week(tmp_path: Path, size: tuple[int, int]) -> None:
    store = tmp_path / "shop"
    monday = last_week()
    punches_of_a_week(tmp_path, store, monday)
    with window.screen(size) as shown, window.till(shown, store, size) as till:
        till.sign_in("Ben", "2222")
        opens_the_period(till)
        sees_each_line(till)
        approves(till)
        pays(till)
        saves(till, store)
        looks_at_labour(till)
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()


def last_week() -> datetime.date:
    """The Monday of the week before this one."""
    today = datetime.datetime.now().astimezone().date()
    return today - datetime.timedelta(days=today.weekday() + 7)


def punches_of_a_week(folder: Path, store: Path, monday: datetime.date) -> None:
    """Ana comes at six each day of the demo shop, and goes when her hours are done."""
    lines: list[dict[str, object]] = [
        {"do": "set_clock", "at_ms": at_ms(monday, 5)},
        {"do": "sign_in", "employee": "2", "pin": "2222"},
        {"do": "set_pay_rules", "overtime": "us_federal"},
        {"do": "set_rate", "employee": "1", "from_day": monday.isoformat(), "rate_minor": 1200},
    ]
    for place, length in enumerate(HOURS):
        day = monday + datetime.timedelta(days=place)
        for hour, what in ((6, "in"), (6 + length, "out")):
            lines.append({"do": "set_clock", "at_ms": at_ms(day, hour)})
            lines.append({"do": "punch", "what": what, "employee": "1", "pin": "1111"})
    lines.append({"do": "sign_out"})
    script = folder / "week.jsonl"
    script.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert main(["play", str(script), "--store", str(store), "--demo"]) == 0


def at_ms(day: datetime.date, hour: int) -> int:
    """An hour by the clock on the wall of this machine."""
    moment = datetime.datetime(day.year, day.month, day.day, hour).astimezone()
    return int(moment.timestamp()) * 1000


def opens_the_period(till: Till) -> None:
    till.tap("menu")
    till.tap("menu_staff")
    till.tap("chip:pay")
    till.read("running")
    till.tap("pay_earlier")
    till.read("588.00")
    till.read("46 h, 6 h overtime")


def sees_each_line(till: Till) -> None:
    till.tap(till.key_of("wages:", "Ana"))
    till.read("46 h × 12.00 = 552.00")
    till.read("6 h × 12.00 × 0.5 = 36.00, more than 40 hours a week (29 USC 207)")


def approves(till: Till) -> None:
    till.tap("pay_approve")
    till.tap("ask_yes")
    till.read("Approved and locked")


def pays(till: Till) -> None:
    till.tap("pay_pay")
    till.tap("chip:how=cash")
    till.tap("sheet_save")
    till.read("cash from the drawer")
    till.tap("pay_back")
    till.read("paid")


def saves(till: Till, store: Path) -> None:
    for form in ("pdf", "csv"):
        till.tap("pay_files")
        till.tap(f"chip:form={form}")
        till.tap("sheet_save")
        till.wait(partial(is_saved, store, form), f"a file as {form}")
    (pdf,), (csv,) = (list(store.glob(f"wages/*.{form}")) for form in ("pdf", "csv"))
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert "588.00" in csv.read_text()


def is_saved(store: Path, form: str) -> bool:
    return any(store.glob(f"wages/*.{form}"))


def looks_at_labour(till: Till) -> None:
    till.tap("pay_chart")
    till.read("46 h of work for €552.00")
    till.tap("hour:6")
    till.read("6 to 7 o'clock: No sales, 6 h of work for €72.00")
    till.tap("chart_back")
    till.read("588.00")
