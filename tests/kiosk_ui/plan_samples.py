"""The schedule as a register would publish it: a week of a small shop, an empty one, many people, the longest words."""

from appliance.messages import (
    KnownDeviceView,
    PlanPersonView,
    PlanView,
    RefusedView,
    ShiftView,
    StaffView,
    StrangerView,
    UnplannedView,
)
from tests.kiosk_ui.samples import MANY_PEOPLE, PEOPLE, replace

PLAN = StaffView("plan")
DAYS = tuple(f"2026-11-{day}" for day in range(16, 23))
TODAY = "2026-11-22"
ANA, BEN, CHLOE, DMITRI = (one.id for one in PEOPLE)
JOBS = (("till", "Till"), ("bar", "Bar"), ("stock", "Stockroom"))

EMPTY_WEEK = PlanView(
    days=DAYS,
    today=TODAY,
    people=tuple(PlanPersonView(one.id, one.name) for one in PEOPLE),
    jobs=JOBS,
    devices=(KnownDeviceView("K7Q2", "", "", is_own=True),),
)


def shift(
    number: int,
    who: str,
    day: int,
    begins: str = "09:00",
    ends: str = "17:00",
    state: str = "done",
    late_minutes: int = 0,
    left_early_minutes: int = 0,
) -> ShiftView:
    return ShiftView(
        f"K7Q2-{500 + number}", who, f"2026-11-{day}", begins, ends, "till", "", state, late_minutes, left_early_minutes
    )  # fmt: skip


SHIFTS = (
    shift(1, ANA, 16),
    shift(2, ANA, 17, late_minutes=12),
    shift(3, ANA, 18),
    shift(4, ANA, 20, left_early_minutes=95),
    shift(5, BEN, 16, "13:00", "21:30"),
    shift(6, BEN, 19, "22:00", "06:00", "missing"),
    shift(7, BEN, 22, "09:00", "17:00", "here"),
    shift(8, CHLOE, 17, "08:00", "12:00", late_minutes=20, left_early_minutes=30),
    shift(9, CHLOE, 17, "14:00", "18:00"),
    shift(10, CHLOE, 22, "14:15", "20:00", "late", 17),
    shift(11, DMITRI, 22, "15:00", "20:00", "coming"),
    replace(shift(12, DMITRI, 21), clashes=True),
    replace(shift(13, DMITRI, 21, "16:00", "20:00"), clashes=True),
)
WEEK = replace(
    EMPTY_WEEK,
    shifts=SHIFTS,
    unplanned=(UnplannedView(ANA, "2026-11-21", "09:02", "13:10"), UnplannedView(ANA, TODAY, "12:58")),
    early_minutes=10,
    refused_count=3,
)  # fmt: skip
MANY = replace(
    WEEK,
    people=tuple(PlanPersonView(one.id, one.name) for one in MANY_PEOPLE[:12]),
    shifts=tuple(
        shift(place * 7 + day, one.id, 16 + day)
        for place, one in enumerate(MANY_PEOPLE[:12])
        for day in range(7)
        if (place + day) % 3
    ),
)
LONGEST = replace(
    WEEK,
    people=(
        *(PlanPersonView(one.id, one.name) for one in MANY_PEOPLE[11:13]),
        PlanPersonView(ANA, "Wilhelmine-Charlotte Schneider-Wachtendonk", is_active=False),
        *(PlanPersonView(one, one) for one in (BEN, CHLOE, DMITRI)),
    ),
    jobs=(("till", "Verkaufsberatung Haushaltswaren"), *JOBS[1:]),
    shifts=(
        *(replace(one, allowed=True) for one in SHIFTS),
        shift(40, ANA, 19, late_minutes=125, left_early_minutes=185),
        replace(shift(41, ANA, 22, "11:00", "19:00", "here", 125), clashes=True),
    ),
    refused_count=123,
)
STRANGE = RefusedView(
    "K7Q2-88", TODAY, "14:02", "unknown_badge", "till", "", "badge reader", "em4100", "K7Q2"
)
REFUSED = replace(
    WEEK,
    refused=(
        replace(STRANGE, id="K7Q2-90"),
        replace(STRANGE, id="K7Q2-89", time="14:01", more=True),
        replace(STRANGE, day="2026-11-21", why="taken_badge", place="door", device="door reader"),
        replace(STRANGE, why="not_here", place="web", name="Ben Okafor", device="server", by="pin"),
        replace(STRANGE, why="replayed"),
        replace(STRANGE, why="stale"),
        replace(STRANGE, why="left", name="Wilhelmine-Charlotte Schneider-Wachtendonk"),
        replace(STRANGE, why="pin_locked", name="Ana Martínez", device="", by="pin"),
    ),
    refused_count=8,
    strangers=(StrangerView("M4TN", 2, TODAY), StrangerView("ZZ7Q", 1, TODAY), StrangerView("Q0QQ", 0)),
    devices=(
        KnownDeviceView("D00R", "door", "Back door"),
        KnownDeviceView("K7Q2", "till", "Till 1", is_own=True),
    ),
)  # fmt: skip
