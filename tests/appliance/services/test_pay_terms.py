"""Shift bonuses, breaks, overtime of the shop's own and holidays: through punches and reports, to the cent."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.domain.timeclock import What
from appliance.journal.pay_kinds import (
    HolidayCalendar,
    HolidaySet,
    OwnBreak,
    OwnHoliday,
    OwnOvertime,
    PayTermsChanged,
    ShiftBonusSet,
)
from appliance.journal.time_kinds import JobDefined
from appliance.services import pay_rules, pay_terms, wages
from appliance.services.pay_rules import UnknownPayRule
from appliance.services.wages import Wages
from tests.appliance.services.test_wages import MONDAY, TILL, Shop, open_shop

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
NIGHT = ShiftBonusSet(
    "night", "2026-01-01", 200, name="night", from_minute=22 * 60, to_minute=6 * 60
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = open_shop(tmp_path)
    yield opened
    assert opened.shelf.differences() == ()
    opened.shelf.close()


def terms(shop: Shop, **values: object) -> None:
    pay_terms.change(shop.desk, PayTermsChanged(**values), shop.ben)  # type: ignore[arg-type]


def bonus(shop: Shop, edit: ShiftBonusSet) -> None:
    pay_terms.set_shift_bonus(shop.desk, edit, shop.ben)


def told(found: Wages) -> list[tuple[str, str, int, int]]:
    """Each line as kind, name, minutes and amount."""
    return [
        (line.line_kind, line.name, line.length_ms // MINUTE_MS, line.amount_minor)
        for line in found.lines
    ]


def day_of_punches(shop: Shop, day: datetime.date, begins: int, *minutes: tuple[int, What]) -> None:
    """Punches so many minutes after an hour of the clock on the wall."""
    begun_ms = shop.at(day, begins)
    for after, what in minutes:
        shop.punch(begun_ms + after * MINUTE_MS, what)


# --------------------------------------------------------------------------- shift bonuses


def test_a_night_bonus_is_paid_for_the_hours_of_the_night_only(shop: Shop) -> None:
    """20:00 to 04:00: six of the eight hours lie between 22:00 and 06:00."""
    shop.rate(1500)
    bonus(shop, NIGHT)
    shop.work(MONDAY, 20, 8)
    assert told(shop.owed()) == [("time", "", 480, 12_000), ("shift_bonus", "night", 360, 1200)]


def test_a_shift_bonus_counts_for_the_regular_rate(shop: Shop) -> None:
    """29 CFR 778.207(b)."""
    shop.rate(1500)
    bonus(shop, NIGHT)
    for place in range(5):
        shop.work(MONDAY + datetime.timedelta(days=place), 22, 8)
        shop.work(MONDAY + datetime.timedelta(days=place), 18, 2)
    found = shop.owed()
    # 40 hours in the window, 10 before it: 750.00 + 80.00 = 830.00 by 50 hours = 16.60.
    assert told(found) == [
        ("time", "", 3000, 75_000),
        ("shift_bonus", "night", 2400, 8000),
        ("overtime", "weekly", 600, 8300),
    ]
    assert found.lines[-1].rate_minor == 1660


def test_a_bonus_of_some_weekdays_and_one_job_knows_both(shop: Shop) -> None:
    pay_rules.define_job(shop.desk, JobDefined("bakery", "Bakery"), shop.ben)
    shop.rate(1000)
    shop.rate(1000, job="bakery")
    bonus(
        shop, ShiftBonusSet("sunday", "2026-01-01", 500, name="Sunday", job="bakery", weekdays=(6,))
    )
    sunday = MONDAY + datetime.timedelta(days=6)
    shop.work(MONDAY, 8, 4, "bakery")
    shop.work(sunday, 8, 4, "bakery")
    shop.work(sunday, 13, 4)
    assert [line for line in told(shop.owed()) if line[0] == "shift_bonus"] == [
        ("shift_bonus", "Sunday", 240, 2000)
    ]


def test_a_bonus_per_shift_is_paid_once_for_each_that_begins_in_its_window(shop: Shop) -> None:
    shop.rate(1000)
    bonus(
        shop,
        ShiftBonusSet("early", "2026-01-01", 1000, per="shift", from_minute=300, to_minute=420),
    )
    day_of_punches(
        shop,
        MONDAY,
        6,
        (0, What.IN),
        (120, What.BREAK_START),
        (150, What.BREAK_END),
        (240, What.OUT),
    )
    shop.work(MONDAY + datetime.timedelta(days=1), 8, 4)
    (line,) = [line for line in shop.owed().lines if line.line_kind == "shift_bonus"]
    assert (line.name, line.day, line.amount_minor) == ("early", "2026-03-02", 1000)


def test_a_bonus_counts_from_its_day_on_until_it_is_taken_back(shop: Shop) -> None:
    shop.rate(1000)
    bonus(shop, ShiftBonusSet("night", "2026-03-03", 200, from_minute=1320, to_minute=360))
    bonus(shop, ShiftBonusSet("night", "2026-03-04", 300, from_minute=1320, to_minute=360))
    bonus(shop, ShiftBonusSet("night", "2026-03-05", None))
    for place in range(4):
        shop.work(MONDAY + datetime.timedelta(days=place), 22, 1)
    amounts = [line.amount_minor for line in shop.owed().lines if line.line_kind == "shift_bonus"]
    assert amounts == [200, 300]


def test_a_night_of_a_changed_clock_is_as_long_as_it_is(tmp_path: Path) -> None:
    """Clocks in Berlin went forward in the night to 29 March 2026: 22:00 to 06:00 were seven hours."""
    shop = open_shop(tmp_path, "Europe/Berlin")
    shop.rate(1000)
    bonus(shop, NIGHT)
    saturday = datetime.date(2026, 3, 28)
    shop.punch(shop.at(saturday, 21), What.IN)
    shop.punch(shop.at(saturday + datetime.timedelta(days=1), 7), What.OUT)
    found = told(shop.owed("2026-03-23", "2026-03-29"))
    assert found == [("time", "", 540, 9000), ("shift_bonus", "night", 420, 1400)]


def test_the_bonus_of_a_night_is_split_at_the_end_of_a_period(shop: Shop) -> None:
    shop.rate(1000)
    bonus(shop, NIGHT)
    shop.work(datetime.date(2026, 3, 15), 22, 8)
    before, after = shop.owed("2026-03-09", "2026-03-15"), shop.owed("2026-03-16", "2026-03-22")
    assert told(before) == [("time", "", 120, 2000), ("shift_bonus", "night", 120, 400)]
    assert told(after) == [("time", "", 360, 6000), ("shift_bonus", "night", 360, 1200)]


# --------------------------------------------------------------------------- breaks by law


@pytest.mark.parametrize(("length", "paid"), [(4, True), (5, True), (20, True), (21, False)])
@pytest.mark.parametrize("how", [(What.BREAK_START, What.BREAK_END), (What.OUT, What.IN)])
def test_a_short_rest_is_paid_however_it_was_punched(
    shop: Shop, length: int, paid: bool, how: tuple[What, What]
) -> None:
    """29 CFR 785.18."""
    shop.rate(6000)
    terms(shop, breaks="us_federal")
    begun, ended = how
    day_of_punches(
        shop, MONDAY, 8, (0, What.IN), (120, begun), (120 + length, ended), (240, What.OUT)
    )
    assert shop.owed().worked_ms // MINUTE_MS == (240 if paid else 240 - length)


def test_a_short_rest_that_began_as_a_break_and_ended_with_coming_again_is_paid(
    shop: Shop,
) -> None:
    """Ten minutes away: on a break for four of them, then clocked out. 29 CFR 785.18 pays all ten."""
    shop.rate(1500)
    terms(shop, breaks="us_federal")
    day_of_punches(
        shop,
        MONDAY,
        8,
        (0, What.IN),
        (120, What.BREAK_START),
        (124, What.OUT),
        (130, What.IN),
        (240, What.OUT),
    )
    assert told(shop.owed()) == [("time", "", 240, 6000)]


def test_each_of_several_short_rests_is_paid_also_where_somebody_went_and_came(shop: Shop) -> None:
    shop.rate(1500)
    terms(shop, breaks="us_federal")
    rests = [(60, What.BREAK_START), (70, What.BREAK_END), (120, What.OUT), (130, What.IN)]
    day_of_punches(shop, MONDAY, 8, (0, What.IN), *rests, (240, What.OUT))
    assert told(shop.owed()) == [("time", "", 240, 6000)]


def test_an_unpaid_break_too_short_for_a_meal_is_named(shop: Shop) -> None:
    """29 CFR 785.19."""
    shop.rate(6000)
    terms(shop, breaks="us_federal")
    day_of_punches(
        shop,
        MONDAY,
        8,
        (0, What.IN),
        (120, What.BREAK_START),
        (145, What.BREAK_END),
        (240, What.OUT),
    )
    (remark,) = shop.owed().remarks
    assert (remark.why, remark.day, remark.taken_ms) == (
        "short_meal",
        "2026-03-02",
        25 * MINUTE_MS,
    )


@pytest.mark.parametrize(
    ("work", "pause", "waived", "missed"),
    [
        # None is due for five hours or less, by Labor Code 512:
        (300, None, False, 0),
        (301, None, False, 1),
        # It may be waived up to six hours.
        (360, None, True, 0),
        (361, None, True, 1),
        # It begins before the end of the fifth hour, and lasts half an hour.
        (480, (300, 30), False, 0),
        (480, (301, 30), False, 1),
        (480, (240, 29), False, 1),
        # A second one before the end of the tenth, which may be waived up to twelve if the first was taken.
        (610, (240, 30), False, 1),
        (610, (240, 30), True, 0),
        (730, (240, 30), True, 1),
        (610, None, True, 1),
    ],
)
def test_california_owes_an_hour_for_a_missed_meal(
    shop: Shop, work: int, pause: tuple[int, int] | None, waived: bool, missed: int
) -> None:
    shop.rules(overtime="none")
    shop.rate(2000)
    terms(shop, breaks="us_california", meals_waived=waived)
    if pause is None:
        day_of_punches(shop, MONDAY, 6, (0, What.IN), (work, What.OUT))
    else:
        after, length = pause
        day_of_punches(
            shop,
            MONDAY,
            6,
            (0, What.IN),
            (after, What.BREAK_START),
            (after + length, What.BREAK_END),
            (work + length, What.OUT),
        )
    owed = [line for line in told(shop.owed()) if line[0] == "missed_meal"]
    assert owed == [("missed_meal", "", 60, 2000)] * missed


def test_two_missed_meals_of_a_day_are_owed_one_hour(shop: Shop) -> None:
    """Labor Code 226.7(c): one hour for each workday, at the regular rate (Ferra v. Loews, 11 Cal.5th 858)."""
    shop.rules(overtime="none")
    shop.rate(2000)
    bonus(shop, ShiftBonusSet("all day", "2026-01-01", 100))
    terms(shop, breaks="us_california")
    shop.work(MONDAY, 6, 11)
    found = shop.owed()
    assert [line for line in told(found) if line[0] == "missed_meal"] == [
        ("missed_meal", "", 60, 2100)
    ]
    assert [one.why for one in found.remarks] == ["meal", "meal"]
    assert found.worked_ms == 11 * HOUR_MS


def test_a_missed_meal_is_owed_with_the_end_of_its_week(shop: Shop) -> None:
    """It needs the regular rate, which is known when the workweek is over: 10.00 and 14.00 make 12.00 an hour."""
    shop.rules(overtime="none")
    shop.rate(1000)
    shop.rate(1400, since="2026-03-05")
    terms(shop, breaks="us_california")
    shop.work(MONDAY, 6, 6)
    shop.work(MONDAY + datetime.timedelta(days=4), 6, 6)
    first, second = shop.owed("2026-03-01", "2026-03-04"), shop.owed("2026-03-05", "2026-03-14")
    assert told(first) == [("time", "", 360, 6000)]
    assert told(second) == [
        ("time", "", 360, 8400),
        ("missed_meal", "", 60, 1200),
        ("missed_meal", "", 60, 1200),
    ]
    assert [line.day for line in second.lines] == ["", "2026-03-02", "2026-03-06"]


@pytest.mark.parametrize(
    ("rules", "work", "pauses", "named"),
    [
        ("de", 360, (), []),
        ("de", 361, (), [("break", 30, 0), ("in_a_row", 361, 0)]),
        ("de", 420, ((180, 30),), []),
        ("de", 420, ((120, 15), (240, 15)), []),
        # Pieces below a quarter of an hour do not count: ArbZG § 4.
        ("de", 420, ((120, 14), (240, 16)), [("break", 30, 16)]),
        ("de", 541, ((240, 30),), [("break", 45, 30)]),
        ("de", 541, ((240, 45),), []),
        ("de", 480, ((60, 30),), [("in_a_row", 420, 0)]),
        ("es", 360, (), []),
        ("es", 361, (), [("break", 15, 0)]),
        ("es", 361, ((120, 15),), []),
        ("own", 240, (), []),
        ("own", 241, ((60, 9),), [("break", 10, 9)]),
        ("own", 241, ((60, 5), (120, 5)), []),
    ],
)
def test_a_missing_break_is_named_and_nothing_is_deducted(
    shop: Shop,
    rules: str,
    work: int,
    pauses: tuple[tuple[int, int], ...],
    named: list[tuple[str, int, int]],
) -> None:
    """ArbZG § 4, Estatuto de los Trabajadores art. 34.4, and rules of the shop's own. `work` is without the breaks."""
    shop.rate(6000)
    terms(shop, breaks=rules, own_breaks=(OwnBreak(4 * HOUR_MS, 10 * MINUTE_MS),))
    punches = [(0, What.IN)]
    off = 0
    for after, length in pauses:
        punches += [
            (after + off, What.BREAK_START),
            (after + off + length, What.BREAK_END),
        ]
        off += length
    day_of_punches(shop, MONDAY, 6, *punches, (work + off, What.OUT))
    found = shop.owed()
    minutes = [(one.why, one.length_ms // MINUTE_MS, one.taken_ms // MINUTE_MS) for one in found.remarks]  # fmt: skip
    assert minutes == named
    assert (found.worked_ms, found.total_minor) == (work * MINUTE_MS, work * 100)
    wages.approve(
        shop.desk, shop.ana, "2026-03-02", "2026-03-08", TILL, shop.ben, shop.after("2026-03-08")
    )
    # They stay to be seen, also where the shop goes by other rules later.
    terms(shop, breaks="none")
    assert shop.owed().remarks == found.remarks


def test_a_shift_that_goes_on_lacks_nothing_yet(shop: Shop) -> None:
    shop.rate(6000)
    terms(shop, breaks="us_california")
    day_of_punches(shop, MONDAY, 6, (0, What.IN), (310, What.BREAK_START), (340, What.BREAK_END))
    assert shop.owed().remarks == ()


def test_breaks_are_judged_by_the_punches_as_they_were_made(shop: Shop) -> None:
    """A meal of 24 minutes, rounded to half an hour by quarters, is none: Donohue v. AMN Services."""
    shop.rules(overtime="none", round_minutes=15)
    shop.rate(2000)
    terms(shop, breaks="us_california")
    day_of_punches(
        shop,
        MONDAY,
        6,
        (0, What.IN),
        (247, What.BREAK_START),
        (271, What.BREAK_END),
        (480, What.OUT),
    )
    found = shop.owed()
    assert found.worked_ms == 450 * MINUTE_MS
    assert ("missed_meal", "", 60, 2000) in told(found)


# --------------------------------------------------------------------------- rounding


def test_going_and_coming_within_a_step_of_rounding_works_on(shop: Shop) -> None:
    """The 9th and 10th entries of a register are told apart by number, not as text."""
    shop.rate(6000)
    shop.rules(round_minutes=15)
    punches = [(0, What.IN)]
    for place in range(6):
        punches += [(60 + place * 30 - 2, What.OUT), (60 + place * 30 + 2, What.IN)]
    day_of_punches(shop, MONDAY, 6, *punches, (480, What.OUT))
    found = shop.owed()
    assert (found.worked_ms, found.questions) == (480 * MINUTE_MS, ())


def test_rounding_is_neutral_over_all_minutes_of_a_step(shop: Shop) -> None:
    """29 CFR 785.48(b): who comes and goes at every minute of a quarter in turn has the hours that were worked."""
    shop.rate(6000)
    worked = 0
    for week in range(3):
        for place in range(5):
            day = MONDAY + datetime.timedelta(days=7 * week + place)
            minute = 5 * week + place
            day_of_punches(shop, day, 8, (minute, What.IN), (60 + (minute * 4) % 15, What.OUT))
            worked += 60 + (minute * 4) % 15 - minute
    exact = shop.owed("2026-03-02", "2026-03-22").worked_ms
    assert exact == worked * MINUTE_MS
    for step in (5, 15):
        shop.rules(round_minutes=step)
        assert shop.owed("2026-03-02", "2026-03-22").worked_ms == exact


def test_rounding_is_off_unless_the_shop_wants_it_and_is_kept_with_the_approval(shop: Shop) -> None:
    shop.rate(6000)
    day_of_punches(shop, MONDAY, 8, (0, What.IN), (67, What.OUT))
    assert (shop.owed().worked_ms, shop.owed().round_minutes) == (67 * MINUTE_MS, 0)
    shop.rules(round_minutes=15)
    period = ("2026-03-02", "2026-03-08")
    wages.approve(shop.desk, shop.ana, *period, TILL, shop.ben, shop.after(period[1]))
    for step in (0, 5, 6):
        shop.rules(round_minutes=step)
        found = shop.owed()
        assert (found.worked_ms, found.round_minutes) == (60 * MINUTE_MS, 15)
        assert (found.questions, found.remarks) == ((), ())


# --------------------------------------------------------------------------- overtime of the shop's own


def test_the_shops_own_overtime_is_data(shop: Shop) -> None:
    """Over 9 hours a day 1.25, over 38 a week 1.2: 10 + 10 + 8 + 8 + 8 hours at 10.00."""
    shop.rate(1000)
    terms(
        shop,
        own_overtime=OwnOvertime(
            weekly_after_ms=38 * HOUR_MS,
            weekly_ppm=1_200_000,
            daily_after_ms=9 * HOUR_MS,
            daily_ppm=1_250_000,
        ),
    )
    shop.rules(overtime="own")
    shop.work_week(10, 10, 8, 8, 8)
    found = shop.owed()
    assert found.rules == "own"
    assert [line for line in told(found) if line[0] == "overtime"] == [
        ("overtime", "daily", 60, 250),
        ("overtime", "daily", 60, 250),
        ("overtime", "weekly", 240, 800),
    ]


# --------------------------------------------------------------------------- holidays


CALIFORNIA = HolidayCalendar("US", "CA")
INDEPENDENCE = datetime.date(2026, 7, 4)


def test_work_on_a_public_holiday_is_paid_more_and_the_line_names_it(shop: Shop) -> None:
    """At time and a half or more it does not count for the regular rate: 29 CFR 778.203."""
    shop.rate(1000)
    terms(shop, holidays=CALIFORNIA, holiday_ppm=1_500_000)
    shop.work(INDEPENDENCE, 8, 6)
    for place in range(1, 5):
        shop.work(INDEPENDENCE - datetime.timedelta(days=place), 6, 10)
    found = shop.owed("2026-06-29", "2026-07-05")
    holiday = [line for line in found.lines if line.line_kind == "holiday"]
    assert [(line.name, line.day, line.length_ms // HOUR_MS, line.amount_minor) for line in holiday] == [
        ("Independence Day (observed)", "2026-07-03", 10, 5000),
        ("Independence Day", "2026-07-04", 6, 3000),
    ]  # fmt: skip
    assert [line.rate_minor for line in found.lines if line.line_kind == "overtime"] == [1000]


def test_a_smaller_premium_counts_for_the_regular_rate(shop: Shop) -> None:
    shop.rate(1000)
    terms(shop, holidays=CALIFORNIA, holiday_ppm=1_250_000)
    shop.rules(week_starts=5)
    shop.work(INDEPENDENCE, 8, 10)
    for place in range(1, 5):
        shop.work(INDEPENDENCE + datetime.timedelta(days=place), 6, 10)
    found = shop.owed("2026-07-04", "2026-07-10")
    # 500.00 and 25.00 for the holiday by 50 hours: 10.50.
    assert told(found) == [
        ("time", "", 3000, 50_000),
        ("holiday", "Independence Day", 600, 2500),
        ("overtime", "weekly", 600, 5250),
    ]


def test_who_is_off_on_a_holiday_is_paid_the_hours_that_were_not_worked(shop: Shop) -> None:
    """29 CFR 778.218: no hours worked, and nothing for the regular rate."""
    shop.rate(1000)
    shop.rules(overtime="us_federal")
    terms(shop, holidays=HolidayCalendar("DE", "BY"), holiday_ms=8 * HOUR_MS)
    epiphany = datetime.date(2026, 1, 6)
    shop.work(epiphany, 9, 3)
    for place in range(1, 5):
        shop.work(epiphany + datetime.timedelta(days=place), 6, 10)
    found = shop.owed("2026-01-05", "2026-01-11")
    assert told(found) == [
        ("time", "", 2580, 43_000),
        ("overtime", "weekly", 180, 1500),
        ("holiday_pay", "Epiphany", 300, 5000),
    ]
    # Ben has no rate: nobody knows what a holiday of his is worth, and nothing is owed.
    report = wages.report(shop.desk.db, "2026-01-05", "2026-01-11", shop.clock.now().at_ms)
    assert [one.name for one in report] == ["Ana"]


def test_the_shop_has_holidays_of_its_own_and_keeps_others_not(shop: Shop) -> None:
    shop.rate(1000)
    terms(shop, holidays=CALIFORNIA, holiday_ppm=2_000_000, holiday_ms=4 * HOUR_MS)

    def own(day: str, holiday: OwnHoliday | None) -> None:
        pay_terms.set_holiday(shop.desk, HolidaySet(day, holiday), shop.ben)

    own("2026-07-03", OwnHoliday("Independence Day (observed)", observed=False))
    own("2026-07-01", OwnHoliday("Founder's day"))
    own("2026-06-30", OwnHoliday("Inventory", factor_ppm=1_000_000, hours_ms=2 * HOUR_MS))
    own("2026-07-02", OwnHoliday("Mistake"))
    own("2026-07-02", None)
    shop.work(datetime.date(2026, 7, 1), 8, 5)
    found = told(shop.owed("2026-06-29", "2026-07-05"))
    assert found == [
        ("time", "", 300, 5000),
        ("holiday", "Founder's day", 300, 5000),
        ("holiday_pay", "Inventory", 120, 2000),
        ("holiday_pay", "Independence Day", 240, 4000),
    ]


def test_a_holiday_that_is_called_off_changes_nothing_that_was_approved(shop: Shop) -> None:
    shop.rate(1000)
    terms(shop, holidays=CALIFORNIA, holiday_ppm=1_500_000)
    shop.work(INDEPENDENCE, 8, 6)
    period = ("2026-06-29", "2026-07-05")
    wages.approve(shop.desk, shop.ana, *period, TILL, shop.ben, shop.after(period[1]))
    before = shop.owed(*period)
    off = HolidaySet("2026-07-04", OwnHoliday("Independence Day", observed=False))
    pay_terms.set_holiday(shop.desk, off, shop.ben)
    terms(shop, holidays=None)
    after = shop.owed(*period)
    assert after == before
    assert ("holiday", "Independence Day", 360, 3000) in told(after)
    assert (after.questions, after.remarks) == ((), ())


def test_who_only_sells_never_loads_the_calendars(shop: Shop) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; import appliance.register, appliance.services.wages as w; "
        "from appliance.store.sqlite import SqliteDatabase; "
        f"w.report(SqliteDatabase(Path({str(shop.desk.db.folder)!r}), read_only=True), '2026-03-02', '2026-03-08', 0); "
        "print('holidays' in sys.modules, 'fpdf' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False False\n"


# --------------------------------------------------------------------------- what cannot be


@pytest.mark.parametrize(
    ("values", "setting"),
    [
        ({"breaks": "mars"}, "breaks"),
        ({"own_breaks": (OwnBreak(-1, 1),)}, "after_ms"),
        ({"own_breaks": (OwnBreak(0, 0),)}, "length_ms"),
        ({"own_overtime": OwnOvertime(weekly_after_ms=-1)}, "weekly_after_ms"),
        ({"own_overtime": OwnOvertime(daily_ppm=999_999)}, "daily_ppm"),
        ({"own_overtime": OwnOvertime(daily_after_ms=10, double_after_ms=9)}, "double_after_ms"),
        ({"holidays": HolidayCalendar("XX")}, "country"),
        ({"holidays": HolidayCalendar("DE", "CA")}, "subdivision"),
        ({"holiday_ppm": 1}, "holiday_ppm"),
        ({"holiday_ms": 25 * HOUR_MS}, "holiday_ms"),
    ],
)
def test_terms_that_cannot_be_are_refused_by_name(
    shop: Shop, values: dict[str, object], setting: str
) -> None:
    before = shop.desk.book.id_ahead()
    with pytest.raises(UnknownPayRule) as no:
        terms(shop, **values)
    assert (no.value.fields["setting"], shop.desk.book.id_ahead()) == (setting, before)


@pytest.mark.parametrize(
    ("edit", "setting"),
    [
        (ShiftBonusSet(" ", "2026-01-01", 1), "code"),
        (ShiftBonusSet("n", "2026-01-01", 1, per="day"), "per"),
        (ShiftBonusSet("n", "2026-01-01", -1), "amount_minor"),
        (ShiftBonusSet("n", "2026-01-01", 1, from_minute=1440), "from_minute"),
        (ShiftBonusSet("n", "2026-01-01", 1, to_minute=-1), "to_minute"),
        (ShiftBonusSet("n", "2026-01-01", 1, weekdays=(7,)), "weekdays"),
    ],
)
def test_a_bonus_that_cannot_be_is_refused_by_name(
    shop: Shop, edit: ShiftBonusSet, setting: str
) -> None:
    with pytest.raises(UnknownPayRule) as no:
        bonus(shop, edit)
    assert no.value.fields["setting"] == setting
    with pytest.raises(pay_rules.NoSuchJob):
        bonus(shop, ShiftBonusSet("n", "2026-01-01", 1, job="cook"))
    with pytest.raises(pay_rules.NotADay):
        bonus(shop, ShiftBonusSet("n", "soon", 1))


# --------------------------------------------------------------------------- pay periods


@pytest.mark.parametrize(
    ("period", "at", "before", "after"),
    [
        ("weekly", ("2026-03-09", "2026-03-15"), "2026-03-02", "2026-03-22"),
        ("biweekly", ("2026-03-09", "2026-03-22"), "2026-02-23", "2026-04-05"),
        ("semi_monthly", ("2026-03-01", "2026-03-15"), "2026-02-16", "2026-03-31"),
        ("monthly", ("2026-03-01", "2026-03-31"), "2026-02-01", "2026-04-30"),
    ],
)
def test_pay_periods_follow_one_another(
    shop: Shop, period: str, at: tuple[str, str], before: str, after: str
) -> None:
    shop.rules(period=period, period_anchor="2026-03-09")
    db = shop.desk.db
    found = pay_rules.period_at(db, "2026-03-12")
    assert tuple(day.isoformat() for day in found) == at
    assert pay_rules.period_before(db, "2026-03-12")[0].isoformat() == before
    assert pay_rules.period_after(db, "2026-03-12")[1].isoformat() == after
    assert pay_rules.period_before(db, "2026-03-12")[1] == found[0] - datetime.timedelta(days=1)
    assert pay_rules.period_after(db, "2026-03-12")[0] == found[1] + datetime.timedelta(days=1)
