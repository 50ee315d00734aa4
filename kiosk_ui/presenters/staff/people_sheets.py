"""What is to be filled in about people: who is new, a PIN, a badge, a rate, the records, a first and a last day."""

import datetime
from collections.abc import Mapping
from typing import Final

from appliance.messages import (
    AddEmployee,
    AddJob,
    ChangeEmployee,
    ChosenPersonView,
    Command,
    DefineJob,
    DescribeEmployee,
    EndEmployment,
    LabelBadge,
    PersonView,
    ResumeEmployment,
    SetPin,
    SetRate,
    StaffBadgeView,
    StaffJobView,
    StaffPeopleView,
    StaffPersonView,
    StaffRateView,
    TakeOneBadge,
)
from kiosk_ui.presenters.ask import Question
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.keyed import hours_text, minutes_of
from kiosk_ui.presenters.sheet import Field, Sheet
from kiosk_ui.presenters.staff.people_rows import LANGUAGE_NAMES, MINUTE_MS, role_name
from kiosk_ui.strings import Words

OWNER: Final = "owner"
HOUR, WEEK = "hour", "week"
SEXES: Final = ("female", "male", "other")


def new_person(words: Words, seen: StaffPeopleView, by: PersonView | None) -> Sheet:
    """Somebody new, with the next free number."""
    numbers = [int(one.person.number) for one in seen.people if one.person.number.isdecimal()]

    def command(filled: Mapping[str, str]) -> Command:
        return AddEmployee(
            number=filled["number"],
            name=filled["name"],
            pin=filled["pin"],
            role=filled["role"],
            language=filled["language"],
            first_day=filled["first_day"],
        )

    return Sheet(
        title=words("staff_people.new"),
        fields=(
            _name(words, ""),
            _number(words, str(max(numbers, default=0) + 1)),
            *_pins(words),
            _role(words, "cashier", by),
            _first_day(words, seen.today),
            _language(words, ""),
        ),
        save=words("staff_people.add_save"),
        command=command,
        check=lambda filled: _same_pins(words, filled),
    )


def change(words: Words, one: StaffPersonView, language: str, by: PersonView | None) -> Sheet:
    """Name, number, role and language; nobody changes their own role."""
    person = one.person
    is_self = by is not None and by.id == person.id
    return Sheet(
        title=person.name,
        fields=(
            _name(words, person.name),
            _number(words, person.number),
            *(() if is_self else (_role(words, person.role, by),)),
            _language(words, language),
        ),
        save=words("staff_people.save"),
        command=lambda filled: ChangeEmployee(
            person.id,
            name=filled["name"],
            number=filled["number"],
            role=filled.get("role"),
            language=filled["language"],
        ),
    )


def new_pin(words: Words, person: PersonView) -> Sheet:
    """A PIN, keyed twice."""
    return Sheet(
        title=words("staff_people.pin_for", name=person.name),
        text=words("staff_people.pin_text", name=person.name),
        fields=_pins(words),
        save=words("staff_people.save"),
        command=lambda filled: SetPin(person.id, filled["pin"]),
        check=lambda filled: _same_pins(words, filled),
    )


def badge(words: Words, person: PersonView, held: StaffBadgeView) -> Sheet:
    """What a badge is called, and taking it back."""
    return Sheet(
        title=words("staff_people.badge_of", name=person.name),
        text=words("staff_people.badge_text"),
        fields=(
            Field(
                "label",
                words("staff_people.label"),
                value=held.label,
                hint=words("staff_people.label_hint"),
            ),
        ),
        save=words("staff_people.save"),
        command=lambda filled: LabelBadge(held.id, filled["label"]),
        remove=words("staff_people.take_badge"),
        removing=Question(
            title=words("staff_people.take_badge_title", name=person.name),
            text=words("staff_people.take_badge_text"),
            yes=words("staff_people.take_badge"),
            no=words("staff_people.keep"),
            command=TakeOneBadge(held.id),
        ),
    )


def rate(
    formats: Formats,
    seen: StaffPeopleView,
    person: PersonView,
    chosen: ChosenPersonView,
    held: StaffRateView | None,
) -> Sheet:
    """A new rate, or one that is put right or taken back. What is approved stays as it is."""
    words = formats.words
    names = {job.code: job.name for job in seen.jobs if not job.archived}
    jobs = (("", words("staff_people.every_job")), *names.items())
    approved = ""
    if chosen.approved_to:
        approved = words("staff_people.approved_to", day=formats.day(chosen.approved_to))
    where = (
        Field("from_day", words("staff_people.since"), "day", seen.today, required=True),
        *((Field("job", words("staff_people.for_job"), "choice", "", jobs),) if names else ()),
    )
    day, job = (seen.today, "") if held is None else (held.from_day, held.job)
    title, removing = words("staff_people.new_rate_for", name=person.name), None
    if held is not None:
        title = words("staff_people.rate_from", name=person.name, day=formats.day(day))
        removing = Question(
            title=words("staff_people.take_rate_title"),
            text=words("staff_people.take_rate_text"),
            yes=words("staff_people.take_rate"),
            no=words("staff_people.keep"),
            command=SetRate(person.id, day, None, job),
        )
    return Sheet(
        title=title,
        text=approved,
        fields=(*_amount(words, held), *(where if held is None else ())),
        save=words("staff_people.save"),
        command=lambda filled: SetRate(
            person.id,
            filled.get("from_day", day),
            int(filled["amount"]),
            filled.get("job", job),
            _covers_ms(filled),
        ),
        remove=words("staff_people.take_rate"),
        removing=removing,
        check=lambda filled: (
            words("staff_people.hours_needed")
            if filled["by"] == WEEK and not _covers_ms(filled)
            else ""
        ),
    )


def _amount(words: Words, held: StaffRateView | None) -> tuple[Field, ...]:
    covers_ms = 0 if held is None else held.covers_ms
    return (
        Field(
            "amount",
            words("staff_people.amount"),
            "amount",
            "" if held is None else str(held.rate_minor),
            required=True,
        ),
        Field(
            "by",
            words("staff_people.by"),
            "choice",
            WEEK if covers_ms else HOUR,
            ((HOUR, words("staff_people.by_the_hour")), (WEEK, words("staff_people.by_the_week"))),
            required=True,
        ),
        Field(
            "hours",
            words("staff_people.hours"),
            "hours",
            hours_text(covers_ms // MINUTE_MS) if covers_ms else "",
            note=words("staff_people.hours_note"),
        ),
    )


def _covers_ms(filled: Mapping[str, str]) -> int:
    return minutes_of(filled["hours"]) * MINUTE_MS if filled["by"] == WEEK else 0


def records(words: Words, one: StaffPersonView, chosen: ChosenPersonView) -> Sheet:
    """What the records say: the fields that 29 CFR 516.2(a) asks for, where the shop wants them."""
    return Sheet(
        title=words("staff_people.records_of", name=one.person.name),
        text=words("staff_people.records_text"),
        fields=(
            Field("address", words("staff_people.address"), value=chosen.address),
            Field(
                "born_day",
                words("staff_people.born_day"),
                "digits",
                chosen.born_day.replace("-", ""),
                note=words("staff_people.born_day_note"),
            ),
            Field(
                "sex",
                words("staff_people.sex"),
                "choice",
                chosen.sex,
                tuple((sex, words(f"staff_people.sex_{sex}")) for sex in SEXES),
            ),
            Field("occupation", words("staff_people.occupation"), value=chosen.occupation),
            _first_day(words, one.first_day),
        ),
        save=words("staff_people.save"),
        command=lambda filled: DescribeEmployee(
            one.person.id,
            address=filled["address"],
            born_day=_dashed(filled["born_day"]),
            sex=filled["sex"],
            occupation=filled["occupation"],
            hired_day=filled["first_day"],
        ),
        check=lambda filled: (
            "" if _is_day(filled["born_day"]) else words("staff_people.born_day_wrong")
        ),
    )


def leaving(words: Words, person: PersonView, today: str) -> Sheet:
    """The last day."""
    return Sheet(
        title=words("staff_people.leave_title", name=person.name),
        text=words("staff_people.leave_text"),
        fields=(Field("last_day", words("staff_people.last_day"), "day", today, required=True),),
        save=words("staff_people.has_left"),
        command=lambda filled: EndEmployment(person.id, filled["last_day"]),
    )


def returning(words: Words, person: PersonView, today: str) -> Sheet:
    """The first day of somebody who comes back."""
    return Sheet(
        title=words("staff_people.return_title", name=person.name),
        text=words("staff_people.return_text"),
        fields=(_first_day(words, today, required=True),),
        save=words("staff_people.comes_back"),
        command=lambda filled: ResumeEmployment(person.id, filled["first_day"]),
    )


def staying(words: Words, person: PersonView) -> Question:
    """Whether somebody who wanted to leave stays after all."""
    return Question(
        title=words("staff_people.stay_title", name=person.name),
        text=words("staff_people.stay_text"),
        yes=words("staff_people.stays"),
        no=words("sheet.cancel"),
        command=ResumeEmployment(person.id),
        destroys=False,
    )


def new_job(words: Words) -> Sheet:
    """A job of the shop."""
    return Sheet(
        title=words("staff_people.add_job"),
        fields=(_name(words, ""),),
        save=words("staff_people.save"),
        command=lambda filled: AddJob(filled["name"]),
    )


def job(words: Words, held: StaffJobView) -> Sheet:
    """Another name for a job, or to archive it."""
    return Sheet(
        title=held.name,
        text=words("staff_people.job_text"),
        fields=(_name(words, held.name),),
        save=words("staff_people.save"),
        command=lambda filled: DefineJob(held.code, filled["name"]),
        remove=words("staff_people.archive"),
        removing=Question(
            title=words("staff_people.archive_title", name=held.name),
            text=words("staff_people.archive_text"),
            yes=words("staff_people.archive"),
            no=words("staff_people.keep"),
            command=DefineJob(held.code, held.name, archived=True),
        ),
    )


def job_again(words: Words, held: StaffJobView) -> Question:
    """Whether an archived job is offered again."""
    return Question(
        title=words("staff_people.unarchive_title", name=held.name),
        text=words("staff_people.unarchive_text"),
        yes=words("staff_people.unarchive"),
        no=words("sheet.cancel"),
        command=DefineJob(held.code, held.name),
        destroys=False,
    )


# --------------------------------------------------------------------------- fields


def _name(words: Words, value: str) -> Field:
    return Field("name", words("staff_people.name"), value=value, required=True)


def _number(words: Words, value: str) -> Field:
    return Field("number", words("staff_people.number"), "digits", value, required=True)


def _pins(words: Words) -> tuple[Field, ...]:
    return (
        Field("pin", words("staff_people.pin"), "secret", required=True),
        Field("pin_again", words("staff_people.pin_again"), "secret", required=True),
    )


def _same_pins(words: Words, filled: Mapping[str, str]) -> str:
    return "" if filled["pin"] == filled["pin_again"] else words("staff_people.pins_differ")


def _role(words: Words, value: str, by: PersonView | None) -> Field:
    """Only owners make owners."""
    roles = ("cashier", "manager", *((OWNER,) if by is not None and by.role == OWNER else ()))
    choices = tuple((role, role_name(words, role)) for role in roles)
    return Field("role", words("staff_people.role"), "choice", value, choices, required=True)


def _language(words: Words, value: str) -> Field:
    return Field(
        "language", words("staff_people.language"), "choice", value, tuple(LANGUAGE_NAMES.items())
    )


def _first_day(words: Words, value: str, *, required: bool = False) -> Field:
    return Field("first_day", words("staff_people.hired_day"), "day", value, required=required)


def _dashed(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if digits else ""


def _is_day(digits: str) -> bool:
    """Whether the digits are a day, such as 19900517, or none."""
    try:
        return not digits or bool(datetime.date.fromisoformat(_dashed(digits)))
    except ValueError:
        return False
