"""Snapshots of the time clock: typical, empty, the longest words, and trouble. It is 14:32 in UTC."""

from appliance.messages import (
    AtWorkView,
    CorrectionView,
    DeviceState,
    DeviceView,
    EarlyView,
    HoursView,
    JobView,
    MissingView,
    OddView,
    OwnBadgeView,
    OwnDataView,
    OwnDayView,
    OwnLeaveView,
    OwnPunchView,
    OwnRateView,
    OwnShiftView,
    OwnWeekView,
    PunchedView,
    RequestView,
    SaidView,
    SlipView,
    StatusView,
    StretchView,
    TimeclockView,
)
from tests.kiosk_ui.samples import (
    ANA,
    GERMAN_SHOP,
    MANY_PEOPLE,
    NOW_MS,
    PEOPLE,
    SHOP,
    STATUS,
    replace,
)

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
TODAY_MS = NOW_MS - 14 * HOUR_MS - 32 * MINUTE_MS
IN_MS = TODAY_MS + 8 * HOUR_MS + 58 * MINUTE_MS
"""Two minutes to nine, this morning."""

JOBS = (JobView("till", "Till"), JobView("bakery", "Bakery"), JobView("stock", "Stockroom"))
LONG_NAME = "Charlotte Schneider-Wachtendonk"
LONG_JOBS = (
    JobView("a", "Feinkost- und Käsetheke"),
    JobView("b", "Bäckerei (Frühschicht)"),
    JobView("c", "Warenannahme und Lager"),
    JobView("d", "Kasse"),
)

WITH_READER = replace(
    STATUS, devices=(*STATUS.devices, DeviceView("badge reader", "badge", DeviceState.OK))
)
DOUBTED = replace(WITH_READER, clock_ok=False)
READER_AWAY = StatusView(
    (DeviceView("badge reader", "badge", DeviceState.ABSENT, "device_absent"),), clock_ok=False
)

ASKS = TimeclockView(
    zone="UTC",
    asks=ANA.id,
    choices=("in",),
    employee=ANA.id,
    name=ANA.name,
    until_ms=NOW_MS + 30_000,
    presence="away",
)
AT_WORK = replace(ASKS, choices=("break_start", "out"), presence="at_work", since_ms=IN_MS)
ON_BREAK = replace(ASKS, choices=("break_end", "out"), presence="on_break", since_ms=IN_MS)
SEVERAL_JOBS = replace(ASKS, jobs=JOBS)
CHANGES_JOB = replace(AT_WORK, jobs=JOBS, job="till")
SPANIARD = replace(ON_BREAK, language="es")
TOO_EARLY = replace(ASKS, early=EarlyView("16:00", "15:50"))
AWAITS_MANAGER = replace(ASKS, early=EarlyView("16:00", "15:50", waits=True))
CAME = replace(
    ASKS,
    asks=None,
    choices=(),
    presence="at_work",
    since_ms=NOW_MS,
    punch="K7Q2-700",
    undo_until_ms=NOW_MS + 9_500,
    made=PunchedView("K7Q2-700", ANA.name, "in", NOW_MS, undo_until_ms=NOW_MS + 9_500),
)
SLIP = SlipView(
    today_ms=7 * HOUR_MS + 42 * MINUTE_MS,
    week_ms=31 * HOUR_MS,
    period_minor=48_320,
    from_day="2026-11-16",
    to_day="2026-11-22",
)
WENT = replace(
    CAME,
    presence="away",
    made=PunchedView("K7Q2-700", ANA.name, "out", NOW_MS, undo_until_ms=NOW_MS + 9_500, slip=SLIP),
)
FORGOT = MissingView(
    "K7Q2-600",
    "in",
    IN_MS - 2 * DAY_MS,
    "out",
    IN_MS - 2 * DAY_MS,
    IN_MS - 2 * DAY_MS + 16 * HOUR_MS,
)
FORGOTTEN = replace(ASKS, missing=(FORGOT,))
WAITS = replace(ASKS, missing=(replace(FORGOT, waits=True),))
CONTRADICTION = replace(AT_WORK, contradicts="break_end")
LONGEST = replace(
    AT_WORK,
    name=LONG_NAME,
    jobs=LONG_JOBS,
    job="a",
    missing=(FORGOT, replace(FORGOT, waits=True)),
    contradicts="break_end",
    may_set_up=True,
)
LONG_EARLY = replace(AWAITS_MANAGER, name=LONG_NAME, missing=(replace(FORGOT, waits=True),))
LONGEST_SLIP = replace(
    WENT,
    name=LONG_NAME,
    made=PunchedView(
        "K7Q2-700",
        LONG_NAME,
        "out",
        NOW_MS,
        undo_until_ms=NOW_MS + 9_500,
        slip=replace(SLIP, period_minor=123_456_789, week_ms=61 * HOUR_MS, questions=2),
    ),
)

DOOR = replace(SHOP, place="door")
GERMAN_DOOR = replace(GERMAN_SHOP, place="door")


def present(count: int, since_ms: int = IN_MS) -> tuple[AtWorkView, ...]:
    """So many who are in, each third on a break."""
    return tuple(
        AtWorkView(
            one.id,
            one.name,
            "at_work" if place % 3 else "on_break",
            since_ms + place * 7 * MINUTE_MS,
        )
        for place, one in enumerate(MANY_PEOPLE[:count])
    )


PRESENT = TimeclockView(
    zone="UTC",
    at_work=(
        AtWorkView(ANA.id, ANA.name, "at_work", IN_MS, "till"),
        AtWorkView(PEOPLE[1].id, PEOPLE[1].name, "on_break", IN_MS + 3 * HOUR_MS),
        AtWorkView(PEOPLE[2].id, PEOPLE[2].name, "at_work", IN_MS - DAY_MS + 14 * HOUR_MS),
    ),
)
NOBODY = TimeclockView(zone="UTC")
CROWD = TimeclockView(zone="UTC", at_work=present(16), late=12)


def day(back: int, *stretches: StretchView, odd: tuple[OddView, ...] = ()) -> OwnDayView:
    """A day so many before this one: `stretches` at their times of today."""
    begins_ms = TODAY_MS - back * DAY_MS
    moved = tuple(
        replace(one, begun_ms=one.begun_ms - back * DAY_MS, ended_ms=one.ended_ms - back * DAY_MS)
        for one in stretches
    )
    paid_ms = sum(one.ended_ms - one.begun_ms for one in moved if one.kind != "unpaid_break")
    punches = [
        OwnPunchView(f"K7Q2-{back}{n}", "in" if n == 0 else "break_end", one.begun_ms)
        for n, one in enumerate(moved)
        if one.kind == "work"
    ]
    name = f"2026-11-{22 - back:02d}"
    return OwnDayView(name, begins_ms, begins_ms + DAY_MS, paid_ms, moved, odd, tuple(punches))


MORNING = StretchView("work", IN_MS, IN_MS + 3 * HOUR_MS)
LUNCH = StretchView("unpaid_break", IN_MS + 3 * HOUR_MS, IN_MS + 3 * HOUR_MS + 30 * MINUTE_MS)
AFTERNOON = StretchView("work", LUNCH.ended_ms, IN_MS + 8 * HOUR_MS)
NOW_ON = StretchView("work", LUNCH.ended_ms, NOW_MS, goes_on=True)
ODD = OddView("K7Q2-600", "in", IN_MS - 2 * DAY_MS, "no_end")
DAYS = (
    day(6, MORNING, LUNCH, AFTERNOON),
    day(5),
    day(4, MORNING, LUNCH, AFTERNOON),
    day(3, MORNING),
    day(2, odd=(ODD,)),
    day(1),
    day(0, MORNING, LUNCH, NOW_ON),
)
HOURS = HoursView(
    open=True,
    employee=ANA.id,
    name=ANA.name,
    zone="UTC",
    weeks=(
        OwnWeekView(sum(one.paid_ms for one in DAYS), DAYS),
        OwnWeekView(0, tuple(day(back) for back in range(13, 6, -1))),
    ),
    corrections=(
        CorrectionView(
            "K7Q2-650",
            NOW_MS - DAY_MS,
            "Ben Okafor",
            "left with the last customer",
            SaidView("out", IN_MS - 3 * DAY_MS + 9 * HOUR_MS),
            SaidView("out", IN_MS - 3 * DAY_MS + 8 * HOUR_MS),
        ),
        CorrectionView(
            "K7Q2-640",
            NOW_MS - 3 * DAY_MS,
            "Ben Okafor",
            "was not here",
            SaidView("in", IN_MS - 5 * DAY_MS),
            None,
            contested="I was in the stockroom",
        ),
    ),
    requests=(
        RequestView(
            "K7Q2-660", NOW_MS, SaidView("out", IN_MS - 2 * DAY_MS + 8 * HOUR_MS), "I forgot"
        ),
        RequestView(
            "K7Q2-630",
            NOW_MS - 4 * DAY_MS,
            SaidView("in", IN_MS - 6 * DAY_MS),
            "The reader did not work",
            "declined",
            "You came at nine.",
        ),
    ),
)
OWN = OwnDataView(
    number="1",
    role="supervisor",
    language="es",
    jobs=("Till", "Bakery"),
    shifts=(
        OwnShiftView(TODAY_MS + DAY_MS + 9 * HOUR_MS, TODAY_MS + DAY_MS + 17 * HOUR_MS, "Bakery"),
        OwnShiftView(
            TODAY_MS + 2 * DAY_MS + 22 * HOUR_MS,
            TODAY_MS + 3 * DAY_MS + 6 * HOUR_MS,
            note="bring the keys",
        ),
    ),
    leave=(OwnLeaveView("vacation", "", 70 * HOUR_MS), OwnLeaveView("care", "Care", -HOUR_MS)),
    rates=(
        OwnRateView("", "2027-01-01", 1_700),
        OwnRateView("", "2026-01-01", 1_650, counts=True),
        OwnRateView("Bakery", "2026-06-01", 60_000, 138_600_000, counts=True),
    ),
    badges=(OwnBadgeView("", "2026-01-02"), OwnBadgeView("key ring", "2026-03-01")),
)
WITH_OWN = replace(HOURS, own=OWN)
NO_HOURS = replace(
    HOURS,
    weeks=(
        OwnWeekView(0, tuple(day(back) for back in range(6, -1, -1))),
        OwnWeekView(0, tuple(day(back) for back in range(13, 6, -1))),
    ),
    corrections=(),
    requests=(),
    own=OwnDataView(number="1", role="cashier"),
)
LONGEST_HOURS = replace(
    HOURS,
    name=LONG_NAME,
    own=replace(
        OWN,
        jobs=tuple(job.name for job in LONG_JOBS),
        shifts=tuple(
            replace(one, job=LONG_JOBS[0].name, note="bitte die Schlüssel für das Lager mitbringen")
            for one in OWN.shifts
        ),
        rates=(replace(OWN.rates[2], job=LONG_JOBS[1].name, rate_minor=123_456_789),),
    ),
    corrections=(
        replace(
            HOURS.corrections[0],
            author=LONG_NAME,
            reason="ist mit der letzten Kundschaft gegangen und hat danach noch abgeschlossen",
        ),
        HOURS.corrections[1],
    ),
)
