"""Wages of many employees: a year reckoned from its punches, and a week that follows a year of approved months."""

import datetime
import random
from collections.abc import Callable
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from appliance.clock import ScriptedClock
from appliance.domain import calendar
from appliance.journal.kinds import EmployeeAdded, ShopChanged
from appliance.journal.pay_kinds import HolidayCalendar, PayTermsChanged, ShiftBonusSet
from appliance.journal.time_kinds import PayRulesChanged, Punched, RateSet
from appliance.services import labour, wages
from appliance.services.desk import Desk
from appliance.services.timeclock import Place
from appliance.store.shelf import DiskLimits, Shelf
from appliance.store.sqlite import SqliteDatabase
from tests.bench import shop
from tests.bench.report import Row, Section
from tests.bench.run import Progress, Run, made_once
from tests.bench.timing import Times, per_second, ratio, said, times, without_collector

NAME: Final = "wages"
ZONE: Final = "America/Los_Angeles"
FIRST: Final = datetime.date(2026, 1, 5)
YEAR: Final = 52
LAST_MS: Final = 1_800_000_000_000
HOUR_MS: Final = 3_600_000
PUNCHES: Final = (("in", 0), ("break_start", 240), ("break_end", 270), ("out", 510))
_ROOMY: Final = DiskLimits(warn_bytes=0, stop_bytes=0, ballast_bytes=4096)


def measure(run: Run) -> Section:
    progress = Progress(NAME)
    people, weeks = run.size(200, 20), run.size(YEAR, 12)
    sources = (*shop.SOURCES, Path(__file__))
    made = made_once(
        f"wages-{people}-{weeks}",
        sources,
        _make(
            people,
            weeks,
            lambda done, all_: progress("making it (only the first time)", done, all_),
        ),
    )
    db = SqliteDatabase(run.copy(made))
    count = int(db.sql("SELECT count(*) FROM punch")[0][0])
    rows = [*_reckoned(run, db, weeks, count, progress), *_labour(run, db, weeks, count, progress)]
    db.close()
    rows += _after_approvals(run, made, people, weeks, progress)
    progress.end()
    about = f"{people} employees, {weeks} weeks of five shifts with a break: {count:,} punches."
    return Section(NAME, about, tuple(rows))


def _make(people: int, weeks: int, progress: Callable[[int, int], None]) -> Callable[[Path], None]:
    """A shop under California's rules, with a night bonus and public holidays; shifts begin at any hour."""

    def make(folder: Path) -> None:
        chance = random.Random(4)
        shelf = Shelf(folder, limits=_ROOMY)
        clock = ScriptedClock(shop.START_MS)
        book = shelf.book(clock)
        with shelf.transaction():
            book.record(
                "",
                ShopChanged(name="Bench", currency="USD"),
                PayRulesChanged(overtime="us_california", zone=ZONE),
                PayTermsChanged(
                    breaks="us_california",
                    holidays=HolidayCalendar("US", "CA"),
                    holiday_ppm=1_500_000,
                    holiday_ms=8 * HOUR_MS,
                ),
                ShiftBonusSet("night", "2026-01-01", 150, from_minute=1320, to_minute=360),
            )
            for number in range(people):
                hired = EmployeeAdded(
                    number=str(number), name=f"Employee {number:03d}", role="cashier", pin_hash="x"
                )
                employee = book.record("", hired)[0].id
                book.record("", RateSet(employee, "", "2026-01-01", 1650 + number))
                begins = chance.randrange(24)
                for day in (7 * week + place for week in range(weeks) for place in range(5)):
                    at_ms = _at(FIRST + datetime.timedelta(days=day), begins)
                    for what, minutes in PUNCHES:
                        clock.set(at_ms + (minutes + chance.randrange(9)) * 60_000)
                        book.record(employee, Punched(employee=employee, what=what, by="em4100"))
                progress(number, people)
        shelf.close()

    return make


def _at(day: datetime.date, hour: int) -> int:
    return calendar.at_minute_ms(day, 60 * hour, ZoneInfo(ZONE))


def _period(weeks: int) -> tuple[str, str]:
    return FIRST.isoformat(), (FIRST + datetime.timedelta(days=7 * weeks - 1)).isoformat()


def _read(db: SqliteDatabase) -> None:
    """The rows that wages are made of, by the driver alone."""
    for _ in db._connection.execute(
        "SELECT id, employee, at_ms, what, job, paid FROM punch WHERE gone = 0 ORDER BY employee, at_ms"
    ):
        pass


def _reckoned(
    run: Run, db: SqliteDatabase, weeks: int, count: int, progress: Progress
) -> list[Row]:
    ours, limit, week = Times(), Times(), Times()
    turns = run.size(5, 3)
    one_week = _period(1)
    with without_collector():
        for turn in range(turns):
            progress("reckoning", turn, turns)
            ours.call(lambda: wages.report(db, *_period(weeks), LAST_MS))
            limit.call(_read, db)
            week.call(lambda: wages.report(db, *one_week, LAST_MS))
    return [
        Row(
            "wages of everybody for all weeks, from punches to lines",
            f"{said(ours.median_ns)}, {per_second(count, ours):,.0f} punches/s",
            f"the driver reading the punches: {said(limit.median_ns)}",
            times(ratio(ours, limit)),
        ),
        Row("the same for one week, nothing approved", said(week.median_ns)),
    ]


def _labour(run: Run, db: SqliteDatabase, weeks: int, count: int, progress: Progress) -> list[Row]:
    ours, limit = Times(), Times()
    turns = run.size(3, 2)
    with without_collector():
        for turn in range(turns):
            progress("labour", turn, turns)
            ours.call(lambda: labour.report(db, *_period(weeks), LAST_MS))
            limit.call(_read, db)
    return [
        Row(
            "labour by the hour for all weeks",
            f"{said(ours.median_ns)}, {per_second(count, ours):,.0f} punches/s",
            f"the driver reading the punches: {said(limit.median_ns)}",
            times(ratio(ours, limit)),
        )
    ]


def _after_approvals(
    run: Run, made: Path, people: int, weeks: int, progress: Progress
) -> list[Row]:
    """Every four weeks but the last are approved; the last week is reckoned, with a look at all that is locked."""
    shelf = Shelf(run.copy(made), limits=_ROOMY)
    desk = Desk(shelf.db, shelf.book(ScriptedClock(LAST_MS)))
    place = Place("till")
    staff = [row[0] for row in shelf.db.sql("SELECT id FROM employee")]
    approve = Times()
    for number, employee in enumerate(staff):
        progress("approving", number, people)
        with desk.book.batch():
            for week in range(0, weeks - 4, 4):
                period = [
                    (FIRST + datetime.timedelta(days=day)).isoformat()
                    for day in (7 * week, 7 * week + 27)
                ]
                approve.call(
                    wages.approve, desk, employee, period[0], period[1], place, "", LAST_MS
                )
    last = FIRST + datetime.timedelta(days=7 * (weeks - 1))
    one_week = (last.isoformat(), (last + datetime.timedelta(days=6)).isoformat())
    ours, limit = Times(), Times()
    turns = run.size(5, 3)
    with without_collector():
        for turn in range(turns):
            progress("after approvals", turn, turns)
            ours.call(lambda: wages.report(shelf.db, *one_week, LAST_MS))
            limit.call(_read, shelf.db)
    shelf.close()
    return [
        Row("approve four weeks of one employee, in a batch", str(approve)),
        Row(
            "wages of everybody for one week, all before it approved and looked at",
            said(ours.median_ns),
            f"the driver reading the punches: {said(limit.median_ns)}",
            times(ratio(ours, limit)),
        ),
    ]
