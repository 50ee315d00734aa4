"""Hours as a register would publish them: a usual week, nights when clocks change, locks, doubts, the longest words."""

import datetime
from zoneinfo import ZoneInfo

import msgspec

from appliance.domain import calendar
from appliance.messages import (
    HoursCorrectionView,
    HoursDayView,
    HoursLockView,
    HoursOddView,
    HoursPersonView,
    HoursPunchView,
    HoursRequestView,
    HoursSaidView,
    HoursStretchView,
    HoursWeekView,
    StaffHoursView,
    StaffView,
)
from tests.kiosk_ui.samples import NOW_MS

replace = msgspec.structs.replace

ZONE = "Europe/Berlin"
MONDAY = datetime.date(2026, 11, 16)
"""The week of `NOW_MS`, a Sunday, 15:32 in Berlin."""
CLOCKS_BACK = datetime.date(2026, 10, 19)
PAGE = StaffView("hours")
ANA_ID, BEN_ID = "K7Q2-3", "K7Q2-4"
JOBS = (("bakery", "Bakery"), ("till", "Till"))

Ends = tuple[str, str]


def at(day: datetime.date, time: str, *, later: bool = False) -> int:
    """A moment by the clock on the wall; `30:00` is six in the morning of the day after."""
    hour, minute = map(int, time.split(":"))
    when = datetime.datetime.combine(day, datetime.time(0, minute))
    when += datetime.timedelta(hours=hour)
    return int(when.replace(tzinfo=ZoneInfo(ZONE), fold=int(later)).timestamp()) * 1000


def said(what: str, at_ms: int, job: str = "", *, paid: bool = False) -> HoursSaidView:
    return HoursSaidView(what, at_ms, job, paid, calendar.is_second(at_ms, ZoneInfo(ZONE)))


def punch(number: int, told: HoursSaidView, **rest: object) -> HoursPunchView:
    values = {"clock": "ok", "by": "em4100", "device": "front door", **rest}
    return HoursPunchView(f"K7Q2-{number}", told, values.pop("counts_ms", told.at_ms), **values)  # type: ignore[arg-type]


def day_of(
    day: datetime.date,
    stretches: tuple[HoursStretchView, ...] = (),
    punches: tuple[HoursPunchView, ...] = (),
    **rest: object,
) -> HoursDayView:
    zone = ZoneInfo(ZONE)
    lengths = [(one.kind, one.ended_ms - one.begun_ms) for one in stretches if not one.is_open]
    return HoursDayView(
        day.isoformat(),
        calendar.day_begins_ms(day, zone),
        calendar.day_begins_ms(day + calendar.ONE_DAY, zone),
        sum(length for kind, length in lengths if kind != "unpaid_break"),
        sum(length for kind, length in lengths if kind == "unpaid_break"),
        stretches,
        punches,
        **rest,  # type: ignore[arg-type]
    )


def worked(day: datetime.date, came: str, went: str, first: int, **rest: object) -> HoursDayView:
    """A usual day: a paid break in the morning, an unpaid one at noon."""
    moments = [at(day, time) for time in (came, "10:30", "10:45", "12:30", "13:00", went)]
    kinds = ("work", "paid_break", "work", "unpaid_break", "work")
    stretches = tuple(
        HoursStretchView(kind, begun, ended, "till")
        for kind, begun, ended in zip(kinds, moments[:-1], moments[1:], strict=True)
    )
    whats = (
        said("in", moments[0], "till"),
        said("break_start", moments[1], paid=True),
        said("break_end", moments[2]),
        said("break_start", moments[3]),
        said("break_end", moments[4]),
        said("out", moments[5]),
    )
    punches = tuple(punch(first + place, one) for place, one in enumerate(whats))
    return day_of(day, stretches, punches, **rest)


def days_from(monday: datetime.date) -> list[datetime.date]:
    return [monday + datetime.timedelta(days=place) for place in range(7)]


DAYS = days_from(MONDAY)
CORRECTIONS = (
    HoursCorrectionView(
        "K7Q2-2000",
        "Ben Okafor",
        at(DAYS[4], "10:02"),
        "Reader did not work",
        said("in", at(DAYS[3], "09:10"), "till"),
        said("in", at(DAYS[3], "08:30"), "till"),
    ),
    HoursCorrectionView(
        "K7Q2-2001",
        "Ben Okafor",
        at(DAYS[4], "11:40"),
        "Seen on the camera",
        said("in", at(DAYS[3], "08:30"), "till"),
        said("in", at(DAYS[3], "08:45"), "till"),
        "I was in the bakery since half past eight",
    ),
)
PUT_RIGHT = worked(DAYS[3], "08:45", "17:15", 1300)
PUT_RIGHT = replace(
    PUT_RIGHT,
    punches=(
        replace(PUT_RIGHT.punches[0], clock="said", corrections=CORRECTIONS),
        *PUT_RIGHT.punches[1:],
        punch(
            1310,
            said("out", at(DAYS[3], "17:16")),
            gone="taken_away",
            corrections=(
                HoursCorrectionView(
                    "K7Q2-2002",
                    "Ben Okafor",
                    at(DAYS[4], "11:41"),
                    "Punched the wrong thing",
                    said("out", at(DAYS[3], "17:16")),
                    None,
                ),
            ),
        ),
        punch(1311, said("in", at(DAYS[3], "17:30"), "till"), gone="undone"),
    ),
)
FORGOTTEN = day_of(
    DAYS[4],
    (),
    (punch(1400, said("in", at(DAYS[4], "08:58"), "bakery"), fault="no_end"),),
)
DOUBTFUL = day_of(
    DAYS[5],
    (HoursStretchView("work", at(DAYS[5], "01:00"), at(DAYS[5], "05:07"), "till"),),
    (
        punch(1500, said("in", at(DAYS[5], "01:00"), "till"), clock="doubtful"),
        punch(1501, said("out", at(DAYS[5], "05:07")), clock="fixed", by="pin"),
        punch(1502, said("break_end", at(DAYS[5], "09:00")), fault="does_not_fit"),
    ),
)
TODAY = day_of(
    DAYS[6],
    (HoursStretchView("work", at(DAYS[6], "12:58"), NOW_MS, "till", is_open=True),),
    (punch(1600, said("in", at(DAYS[6], "12:58"), "till")),),
)
WEEK = HoursWeekView(
    ANA_ID,
    "Ana Martínez",
    (
        worked(DAYS[0], "08:58", "17:02", 1000),
        worked(DAYS[1], "09:01", "16:31", 1100),
        day_of(DAYS[2]),
        PUT_RIGHT,
        FORGOTTEN,
        DOUBTFUL,
        TODAY,
    ),
    "2026-11-15",
    "2026-11-23",
)
LOCK = HoursLockView("Ben Okafor", at(DAYS[6], "15:00"))
LOCKED_WEEK = replace(WEEK, days=tuple(replace(one, lock=LOCK) for one in WEEK.days))
EMPTY_WEEK = replace(WEEK, days=tuple(map(day_of, DAYS)))


def night_week() -> HoursWeekView:
    """Nights from ten to six; in the last one the clocks go back, and it is nine hours long."""
    days = days_from(CLOCKS_BACK)
    seen = []
    for place, one in enumerate(days):
        stretches, punches = [], []
        again = at(one, "02:30", later=True)
        if place in {2, 6}:
            before = one - datetime.timedelta(days=1)
            ended = at(before, "30:00")
            midnight = at(before, "24:00")
            ends = [midnight, *((again, again + 900_000) if place == 6 else ()), ended]
            stretches += [
                HoursStretchView(kind, begun, end, "bakery", comes_over=begun == midnight)
                for kind, begun, end in zip(
                    ("work", "paid_break", "work"), ends[:-1], ends[1:], strict=False
                )
            ]
            punches.append(punch(3000 + place, said("out", ended)))
        if place in {1, 5}:
            begun, midnight = at(one, "22:00"), at(one, "24:00")
            stretches.append(HoursStretchView("work", begun, midnight, "bakery", goes_over=True))
            punches.append(
                punch(
                    3100 + place, said("in", begun, "bakery"), counts_ms=begun, device="back door"
                )
            )
        if place == 6:
            punches.insert(0, punch(3200, said("break_start", again, paid=True)))
            punches.insert(1, punch(3201, said("break_end", again + 900_000)))
        seen.append(day_of(one, tuple(stretches), tuple(punches)))
    return HoursWeekView(BEN_ID, "Ben Okafor", tuple(seen), "2026-10-18", "2026-10-26")


NIGHTS = night_week()

PEOPLE = (
    HoursPersonView(ANA_ID, "Ana Martínez", "at_work", at(DAYS[6], "12:58"), "till", 96_060_000),
    HoursPersonView(BEN_ID, "Ben Okafor", week_ms=144_000_000),
    HoursPersonView(
        "K7Q2-5", "Chloé Dubois", "on_break", at(DAYS[6], "15:20"), "bakery", 9_000_000
    ),
    HoursPersonView("K7Q2-6", "Dmitri Ivanov"),
)
REQUESTS = (
    HoursRequestView(
        "K7Q2-1700",
        ANA_ID,
        "Ana Martínez",
        DAYS[4].isoformat(),
        said("out", at(DAYS[4], "17:30")),
        None,
        "Forgot to punch",
        at(DAYS[5], "08:55"),
    ),
    HoursRequestView(
        "K7Q2-1701",
        ANA_ID,
        "Ana Martínez",
        DAYS[1].isoformat(),
        said("in", at(DAYS[1], "08:45"), "bakery"),
        said("in", at(DAYS[1], "09:01"), "till"),
        "I opened the bakery first, the reader slept",
        at(DAYS[5], "08:56"),
    ),
)
ODD = (
    HoursOddView(
        "doubtful", ANA_ID, "Ana Martínez", DAYS[5].isoformat(), DOUBTFUL.punches[0].said
    ),
    HoursOddView("does_not_fit", ANA_ID, "Ana Martínez", DAYS[5].isoformat(), DOUBTFUL.punches[2].said),
    HoursOddView("no_end", ANA_ID, "Ana Martínez", DAYS[4].isoformat(), FORGOTTEN.punches[0].said),
    HoursOddView(
        "contested",
        ANA_ID,
        "Ana Martínez",
        DAYS[3].isoformat(),
        PUT_RIGHT.punches[0].said,
        "I was in the bakery since half past eight",
    ),
)  # fmt: skip
HOURS = StaffHoursView(ZONE, NOW_MS, PEOPLE, REQUESTS, ODD, jobs=JOBS)
QUIET = replace(HOURS, requests=(), odd=())
NOBODY = StaffHoursView(ZONE, NOW_MS)
AT_WEEK = replace(HOURS, week=WEEK)
AT_EMPTY_WEEK = replace(QUIET, week=EMPTY_WEEK)
AT_NIGHTS = replace(HOURS, week=NIGHTS)


def at_day(seen: StaffHoursView, place: int) -> StaffHoursView:
    """The same, with one day of the week chosen."""
    assert seen.week is not None
    return replace(seen, day=seen.week.days[place].day)


LOCKED = at_day(replace(QUIET, week=LOCKED_WEEK), 3)

# ------------------------------------------------------------------ many, and the longest

MANY = replace(
    HOURS,
    people=tuple(
        HoursPersonView(
            f"K7Q2-{500 + number}",
            name,
            ("at_work", "on_break", "away")[number % 3],
            at(DAYS[6 - number % 2], "12:58") if number % 3 != 2 else 0,
            "till" if number % 3 != 2 else "",
            number * 5_000_000,
        )
        for number, name in enumerate(
            f"{first} {last}"
            for first in ("Anna", "Bernd", "Charlotte", "David", "Emine", "Friedrich")
            for last in ("Ott", "Müller", "Schneider-Wachtendonk", "Şahin", "Nowak")
        )
    ),
    requests=tuple(
        replace(REQUESTS[number % 2], id=f"K7Q2-{1800 + number}") for number in range(16)
    ),
    odd=tuple(ODD[number % 4] for number in range(41)),
)
LONG_NAME = "Maria-Magdalena Schneider-Wachtendonk von und zu Hohenstein"
LONG_JOBS = (
    ("bakery", "Konditorei und Feinbackwarenherstellung"),
    ("till", "Kassieren und Kundenberatung im Verkaufsraum"),
)
LONG_REASON = (
    "Das Lesegerät an der Hintertür hat meinen Ausweis drei Mal nicht angenommen, deshalb habe ich erst "
    "nach dem Aufbacken am Eingang gebucht."
)
LONGEST = replace(
    HOURS,
    people=tuple(
        replace(one, name=LONG_NAME if one.id == ANA_ID else one.name, since_ms=one.since_ms and at(DAYS[5], "22:00"))
        for one in PEOPLE
    ),
    requests=tuple(replace(one, name=LONG_NAME, reason=LONG_REASON) for one in REQUESTS),
    odd=tuple(replace(one, name=LONG_NAME, text=one.text and LONG_REASON) for one in ODD),
    jobs=LONG_JOBS,
    week=None,
)  # fmt: skip
LONGEST_WEEK = replace(LONGEST, week=replace(WEEK, name=LONG_NAME))
