"""What is filled in about shift bonuses: a new one, one that changes or ends from a day on, or one that is to come."""

from collections.abc import Iterable, Mapping
from typing import Final

from appliance.messages import Command, SetShiftBonus, ShiftBonusView, StaffRulesView
from kiosk_ui.presenters.ask import Question
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.keyed import hours_text, minutes_of
from kiosk_ui.presenters.sheet import Field, Sheet
from kiosk_ui.strings import Words

PER: Final = ("hour", "shift")
GOES_ON, ENDS = "goes_on", "ends"
WEEKDAYS: Final = tuple(map(str, range(7)))


def bonus(held: ShiftBonusView | None, seen: StaffRulesView, formats: Formats) -> Sheet:
    """A bonus: a new one, one that counts now (from a day on it changes or ends), or one that is to come."""
    words = formats.words
    is_now = held is not None and held.from_day <= seen.today
    planned = None if held is None or is_now else held
    since = Field("from_day", words("staff_rules.bonus.from_day"), "day", seen.today, required=True)
    fields = (
        *(() if not is_now else (_act(words),)),
        *(() if planned else (since,)),
        *_bonus_fields(held, seen, words),
    )

    def command(filled: Mapping[str, str]) -> Command:
        code = free_code(filled["name"], seen.bonus_codes) if held is None else held.code
        day = planned.from_day if planned else filled["from_day"]
        if filled.get("act") == ENDS:
            return SetShiftBonus(code, day, None)
        return SetShiftBonus(
            code=code,
            from_day=day,
            amount_minor=int(filled["amount"]),
            name=filled["name"],
            per=filled["per"],
            job=filled.get("job", "" if held is None else held.job),
            from_minute=minutes_of(filled["from"]),
            to_minute=minutes_of(filled["to"]),
            weekdays=tuple(sorted(map(int, filled["weekdays"].split()))),
        )

    def check(filled: Mapping[str, str]) -> str:
        if held is not None and is_now and filled["from_day"] < held.from_day:
            return words("staff_rules.bonus.too_early", day=formats.day(held.from_day))
        return ""

    title, text = words("staff_rules.add.bonuses"), words("staff_rules.bonus.text")
    if held is not None:
        title = held.name
        if planned:
            text = words("staff_rules.bonus.planned", day=formats.day(held.from_day))
    return Sheet(
        title=title,
        text=text,
        fields=fields,
        save=words("staff_rules.save"),
        command=command,
        check=check,
        remove=words("staff_rules.bonus.take_back"),
        removing=None if planned is None else _taking_back(planned, seen, formats),
    )


def _act(words: Words) -> Field:
    return Field(
        "act",
        words("staff_rules.bonus.act"),
        "choice",
        GOES_ON,
        tuple((one, words(f"staff_rules.bonus.{one}")) for one in (GOES_ON, ENDS)),
        required=True,
    )


def _bonus_fields(
    held: ShiftBonusView | None, seen: StaffRulesView, words: Words
) -> tuple[Field, ...]:
    amount = "" if held is None else str(held.amount_minor)
    begins, ends = (0, 0) if held is None else (held.from_minute, held.to_minute)
    jobs = (("", words("staff_rules.bonus.every_job")), *seen.jobs)
    return (
        name_field(words, "" if held is None else held.name, words("staff_rules.bonus.name_hint")),
        Field("amount", words("staff_rules.bonus.amount"), "amount", amount, required=True),
        Field(
            "per",
            words("staff_rules.bonus.per"),
            "choice",
            PER[0] if held is None else held.per,
            tuple((one, words(f"staff_rules.bonus.{one}")) for one in PER),
            required=True,
        ),
        _time("from", begins, words),
        _time("to", ends, words, note=words("staff_rules.bonus.to_note")),
        Field(
            "weekdays",
            words("staff_rules.bonus.weekdays"),
            "many",
            "" if held is None else " ".join(map(str, held.weekdays)),
            tuple((day, words(f"sheet.weekday.{int(day) + 1}")) for day in WEEKDAYS),
            note=words("staff_rules.bonus.weekdays_note"),
        ),
        *(
            (
                Field(
                    "job",
                    words("staff_rules.bonus.job"),
                    "choice",
                    "" if held is None else held.job,
                    jobs,
                ),
            )
            if seen.jobs
            else ()
        ),
    )


def _time(key: str, minute: int, words: Words, note: str = "") -> Field:
    """A time of day; midnight is not filled in, so that nobody has to rub it out first."""
    held = hours_text(minute) if minute else ""
    label = words(f"staff_rules.bonus.{key}")
    return Field(key, label, "time", held, hint=hours_text(0), note=note)


def _taking_back(one: ShiftBonusView, seen: StaffRulesView, formats: Formats) -> Question:
    """A change that is to come is taken back: what counts until then goes on, or nothing begins."""
    words = formats.words
    before = [
        other for other in seen.bonuses if other.code == one.code and other.from_day < one.from_day
    ]
    command = SetShiftBonus(one.code, one.from_day, None)
    if before and not before[-1].until_day:
        last = before[-1]
        command = SetShiftBonus(
            last.code,
            one.from_day,
            last.amount_minor,
            last.name,
            last.per,
            last.job,
            last.from_minute,
            last.to_minute,
            last.weekdays,
        )
    return Question(
        title=words("staff_rules.bonus.take_back_title", name=one.name),
        text=words("staff_rules.bonus.take_back_text", day=formats.day(one.from_day)),
        yes=words("staff_rules.bonus.take_back"),
        no=words("staff_rules.keep"),
        command=command,
    )


def name_field(words: Words, held: str, hint: str) -> Field:
    """What something is called."""
    return Field("name", words("staff_rules.name"), value=held, hint=hint, required=True)


def free_code(name: str, taken: Iterable[str]) -> str:
    """A code that is not taken: the name itself, or with a number behind it.

    Two registers that add the same name make the same code, and so it is one thing.
    """
    codes, found, number = set(taken), name, 1
    while found in codes:
        number += 1
        found = f"{name} {number}"
    return found
