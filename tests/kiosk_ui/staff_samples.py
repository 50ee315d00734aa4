"""Samples of the page of the staff: wages and pay rules."""

from msgspec.structs import replace

from appliance.messages import (
    CountryView,
    EarningView,
    HolidayView,
    LabourHourView,
    LabourView,
    LeaveKindView,
    LeaveTakenView,
    LeaveView,
    LockedPartView,
    OwnBreakView,
    PaymentView,
    ShiftBonusView,
    StaffPayView,
    StaffRulesView,
    StaffView,
    WageLineView,
    WageQuestionView,
    WageRemarkView,
    WageRowView,
    WagesOfView,
)

HOUR_MS = 3_600_000
WAGES, RULES_SHOWN = StaffView("pay"), StaffView("rules")

PAY_ROWS = (
    WageRowView("K7Q2-3", "1", "Ana Martínez", "ready", 46 * HOUR_MS, 6 * HOUR_MS, 64_552, 64_552),
    WageRowView("K7Q2-4", "2", "Ben Okafor", "approved", 40 * HOUR_MS, 0, 72_000, 72_000, 72_000),
    WageRowView("K7Q2-5", "3", "Carla Rossi", "questions", 138_600_000, 0, 55_825, 55_825, 0, 2),
    WageRowView("K7Q2-6", "4", "Dmitri Ivanov", "paid", 20 * HOUR_MS, 0, 29_000, 29_000),
    WageRowView("K7Q2-7", "5", "Eve Larsson", "none", owed_minor=11_250),
)
PAY = StaffPayView(
    from_day="2026-11-16", to_day="2026-11-22", before_day="2026-11-15", after_day="2026-11-23",
    today="2026-11-24", state="ready", rows=PAY_ROWS, reckoned=6, people=6,
)  # fmt: skip
PAY_EMPTY = replace(PAY, state="empty", rows=())
PAY_RECKONING = replace(PAY, reckoned=16, people=30, is_busy=True, step=2)
PAY_CROWD = replace(
    PAY,
    rows=tuple(
        WageRowView(
            f"K7Q2-{n}", str(n), f"Person Number {n}", "ready", n * HOUR_MS, 0, 1450 * n, 1450 * n
        )
        for n in range(12, 42)
    ),
    reckoned=30,
    people=30,
)

LEAVE = (
    LeaveView("vacation", "", 200 * HOUR_MS, 0, 48 * HOUR_MS),
    LeaveView("sick", "", 0, 46 * HOUR_MS // 30, 8 * HOUR_MS),
)
LEAVE_TAKEN = (
    LeaveTakenView("K7Q2-70", "vacation", "", "2026-11-20", "2026-11-24", 3, 24 * HOUR_MS),
)
ANA_LINES = (
    WageLineView("2026-11-16", "time", "Till", 38 * HOUR_MS, 1_200, 1_000_000, 45_600),
    WageLineView("2026-11-16", "time", "Stockroom", 8 * HOUR_MS, 1_300, 1_000_000, 10_400),
    WageLineView("2026-11-16", "bonus", "Inventory", 0, 0, 1_000_000, 4_600),
    WageLineView("2026-11-16", "overtime", "weekly", 6 * HOUR_MS, 1_317, 500_000, 3_952),
)
ANA = WagesOfView(
    "K7Q2-3", "Ana Martínez", "us_federal", ANA_LINES,
    earnings=(EarningView("K7Q2-80", "2026-11-18", "bonus", "Inventory", 4_600),), leave=LEAVE,
)  # fmt: skip
PAY_OF_ANA = replace(PAY, chosen=ANA)
CARLA = WagesOfView(
    "K7Q2-5", "Carla Rossi", "us_california",
    (WageLineView("2026-11-16", "time", "", 138_612_000, 1_450, 1_000_000, 55_830),),
    (
        WageQuestionView("no_end", "2026-11-17"),
        WageQuestionView("no_rate", "2026-11-18", "Bakery"),
    ),
)  # fmt: skip
PAY_QUESTIONS = replace(PAY, chosen=CARLA)
BEN_PAID = WagesOfView(
    "K7Q2-4", "Ben Okafor", "us_federal",
    (WageLineView("2026-11-16", "salary", "", 40 * HOUR_MS, 1_800, 1_000_000, 72_000),),
    approved_minor=150_000, paid_minor=78_000,
    payments=(
        PaymentView("K7Q2-90", "2026-11-23", -72_000, "wrong account"),
        PaymentView("K7Q2-89", "2026-11-20", 72_000, "bank transfer"),
        PaymentView("K7Q2-88", "2026-11-13", 78_000, "cash from the drawer, counted twice"),
    ),
)  # fmt: skip
PAY_APPROVED = replace(PAY, chosen=BEN_PAID)
PAY_RUNNING = replace(
    PAY, today="2026-11-20", state="running", chosen=ANA,
    rows=(replace(PAY_ROWS[0], state="running"), *PAY_ROWS[1:]),
)  # fmt: skip
LONG_NAME = "Christopher-Alexander Freiherr von Waldburg-Zeil"
PAY_LONGEST = replace(
    PAY,
    rows=(
        replace(PAY_ROWS[0], name=LONG_NAME, worked_ms=1_060_262_000, wages_minor=123_456_789),
        replace(PAY_ROWS[1], name=LONG_NAME, owed_minor=123_456_789),
        *PAY_ROWS[2:],
    ),
)
PAY_LONGEST_PERSON = replace(
    PAY_LONGEST,
    chosen=WagesOfView(
        "K7Q2-3", LONG_NAME, "us_california",
        (
            WageLineView(
                "2026-11-16", "time", "Backstube und Konditorei im Untergeschoss",
                138_612_000, 123_450, 1_000_000, 4_753_236,
            ),
            *(
                WageLineView(
                    "2026-11-16", "overtime", extra, 8 * HOUR_MS, 1_317, 500_000, 5_268, "2026-11-22",
                )
                for extra in ("daily", "double", "seventh_day", "seventh_day_double", "weekly")
            ),
        ),
        (WageQuestionView("does_not_fit", "2026-11-17"), WageQuestionView("no_rate", "2026-11-18")),
        remarks=(
            WageRemarkView("break", "2026-11-18", 2_700_000, 1_800_000),
            WageRemarkView("changed", "2026-11-02"),
        ),
        locked=(LockedPartView("2026-11-09", "2026-11-17", 123_456, 12_345),),
        earnings=(
            EarningView("K7Q2-80", "2026-11-18", "piece", "Weihnachtsgebäck in Dosen", 4_600),
        ),
        adjustments=(
            EarningView("K7Q2-81", "2026-11-18", "advance", "Vorschuss vom Oktober", -20_000),
        ),
        leave=LEAVE,
        leave_taken=LEAVE_TAKEN,
        payments=(
            PaymentView("K7Q2-89", "2026-11-20", 72_000, "Überweisung, aufs neue Konto bei der Bank"),
        ),
        approved_minor=15_000_000,
        paid_minor=72_000,
    ),
)  # fmt: skip
MIXED = replace(
    ANA,
    lines=(
        *ANA_LINES[:2],
        WageLineView("2026-11-16", "shift_bonus", "Night", 6 * HOUR_MS, 150, 1_000_000, 900),
        WageLineView(
            "2026-11-16", "holiday", "Día de la Almudena", 4 * HOUR_MS, 1_200, 500_000, 2_400,
            "2026-11-19",
        ),
        WageLineView(
            "2026-11-16", "leave", "vacation", 8 * HOUR_MS, 1_200, 1_000_000, 9_600, "2026-11-20"
        ),
        WageLineView(
            "2026-11-16", "missed_meal", "", HOUR_MS, 1_317, 1_000_000, 1_317, "2026-11-18"
        ),
        WageLineView("2026-11-16", "back_pay", "2026-11-02", 0, 0, 1_000_000, 1_250, "2026-11-22"),
    ),
    questions=(WageQuestionView("changed", "2026-11-02", "", "K7Q2-60", 1_250),),
    remarks=(WageRemarkView("meal", "2026-11-18", 5 * HOUR_MS),),
    adjustments=(
        EarningView("K7Q2-81", "2026-11-18", "advance", "October", -20_000),
        EarningView("K7Q2-82", "2026-11-18", "expenses", "Parking", 1_200),
    ),
    leave=LEAVE,
    leave_taken=LEAVE_TAKEN,
)  # fmt: skip
PAY_MIXED = replace(
    PAY,
    chosen=MIXED,
    rows=(replace(PAY_ROWS[0], wages_minor=71_467, net_minor=52_667), *PAY_ROWS[1:]),
)

RULES = StaffRulesView(
    "us_california", 0, "biweekly", "2026-11-16", 0, "", "Europe/Berlin",
    breaks="us_california", holiday_country="US", holiday_subdivision="CA", holiday_ms=28_800_000,
)  # fmt: skip
RULES_OWN = StaffRulesView(
    "own", 0, "weekly", "2026-11-16", 0, "", "Europe/Berlin",
    weekly_after_ms=138_600_000, seventh_day=True, breaks="own",
)  # fmt: skip
RULES_PLAIN = StaffRulesView("none", 6, "monthly", "2026-11-01", 15, "America/Los_Angeles", "UTC")

BONUSES = (
    ShiftBonusView("Night", "Night", "2026-01-01", 300, from_minute=1320, to_minute=360),
    ShiftBonusView("Night", "Night", "2027-01-01", 350, from_minute=1320, to_minute=360),
    ShiftBonusView(
        "Sunday", "Sunday", "2026-06-01", 2_500, per="shift", job="bar", weekdays=(6,),
        until_day="2026-12-31",
    ),
)  # fmt: skip
LEAVE_KINDS = (
    LeaveKindView("sick", "", 33_334),
    LeaveKindView("vacation"),
    LeaveKindView("Moving house", "Moving house"),
    LeaveKindView("jury", "Jury duty", archived=True),
)
PARTS = (
    CountryView("US", (("AL", "Alabama"), ("CA", "California"), ("NY", "New York"))),
    CountryView("DE", (("BY", "Bayern"), ("Augsburg", "Augsburg"), ("NI", "Niedersachsen"))),
    CountryView("MX"),
)
HOLIDAYS = (
    HolidayView("2026-01-01", "New Year's Day"),
    HolidayView("2026-11-26", "Thanksgiving Day", factor_ppm=2_000_000, is_own=True),
    HolidayView("2026-11-27", "Day After Thanksgiving", is_own=True, kept=False),
    HolidayView("2026-12-25", "Christmas Day"),
    HolidayView(
        "2026-12-31", "Stock-taking", is_public=False, is_own=True, factor_ppm=1_000_000, hours_ms=0
    ),
    HolidayView("2027-01-01", "New Year's Day"),
)
TERMS = replace(
    RULES,
    today="2026-11-24",
    jobs=(("bar", "Bar"), ("till", "Till")),
    bonuses=BONUSES,
    bonus_codes=("Night", "Sunday", "Early"),
    leave_kinds=LEAVE_KINDS,
)
TERMS_BREAKS = replace(
    TERMS,
    breaks="own",
    own_breaks=(OwnBreakView(21_600_000, 1_800_000), OwnBreakView(32_400_000, 2_700_000)),
)
TERMS_HOLIDAYS = replace(TERMS, holidays=HOLIDAYS, countries=PARTS)
NO_TERMS = replace(
    RULES_PLAIN,
    today="2026-11-24",
    breaks="own",
    holidays=(),
    countries=PARTS,
    leave_kinds=LEAVE_KINDS[:2],
)
LONG_NAME = "Sonntagnachtzuschlag Wochenendbereitschaft"
TERMS_LONGEST = replace(
    TERMS_HOLIDAYS,
    jobs=(("bar", "Veranstaltungstechnikerin im Außendienst"), ("till", "Kasse")),
    breaks="own",
    own_breaks=TERMS_BREAKS.own_breaks,
    bonuses=tuple(
        replace(one, name=f"{LONG_NAME} {n}", amount_minor=1_234_567, weekdays=(0, 1, 2, 4, 5, 6), job="bar",
                until_day="2027-09-30")
        for n in range(9) for one in BONUSES[:1]
    ),
    leave_kinds=(*LEAVE_KINDS, LeaveKindView("x", "Bildungsurlaub für ehrenamtliche Jugendleiter", 33_334)),
    holidays=tuple(
        replace(one, name="Tag der Deutschen Einheit und Gedenktag der Reformation", is_own=True)
        for one in HOLIDAYS
    ),
    holiday_country="DE",
    holiday_subdivision="NI",
)  # fmt: skip

SALES_OF_HOURS = (
    0,
    4_210,
    18_840,
    26_900,
    21_550,
    30_480,
    52_310,
    47_720,
    22_105,
    19_990,
    31_240,
    38_800,
    12_050,
)
HOURS_OF_WORK = (1, 2, 3, 4, 4, 4, 5, 5, 4, 3, 4, 4, 3)
LABOUR = LabourView(
    tuple(
        LabourHourView(hour, worked * HOUR_MS, worked * 1_450, sales)
        if worked
        else LabourHourView(hour, 0, 0, 0)
        for hour, worked, sales in zip(
            range(24), (*(0,) * 6, *HOURS_OF_WORK, *(0,) * 5), (*(0,) * 6, *SALES_OF_HOURS, *(0,) * 5),
            strict=True,
        )
    ),
    1, 1,
)  # fmt: skip
PAY_CHART = replace(PAY, labour=LABOUR)
PAY_NO_CHART = replace(
    PAY_EMPTY, labour=LabourView(tuple(LabourHourView(hour, 0, 0, 0) for hour in range(24)), 1, 1)
)
PAY_ALL_DAY = replace(
    PAY,
    labour=LabourView(
        tuple(LabourHourView(hour, HOUR_MS, 123_456, 12_345_678) for hour in range(24)), 1, 1
    ),
)
