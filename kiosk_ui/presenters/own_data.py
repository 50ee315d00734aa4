"""Own data on the card of own hours: shifts to come, leave, rates, jobs and badges, a row each."""

import msgspec

from appliance.messages import OwnDataView, OwnLeaveView, OwnRateView, OwnShiftView, StaffRateView
from kiosk_ui.presenters.clock_words import ClockWords
from kiosk_ui.presenters.formats import MINUS, Formats
from kiosk_ui.presenters.staff.people_rows import BETWEEN, LANGUAGE_NAMES, rate_text, role_name
from kiosk_ui.strings import Words


class OwnRow(msgspec.Struct, frozen=True):
    """A thing about somebody: what it is, an amount or a time, and more of it."""

    title: str
    amount: str = ""
    text: str = ""
    colour: str = "muted"


def rows(formats: Formats, said: ClockWords, own: OwnDataView) -> tuple[OwnRow, ...]:
    """What comes next first, then what is owed, then how somebody is known here."""
    words = formats.words
    return (
        *(_shift(words, said, one) for one in own.shifts),
        *(_leave(words, said, one) for one in own.leave),
        *(_rate(formats, one) for one in own.rates),
        *_person(words, own),
        *(
            OwnRow(
                one.label or words("staff_people.badge"),
                text=words("staff_people.given_on", day=formats.day(one.given_day)),
            )
            for one in own.badges
        ),
    )


def _shift(words: Words, said: ClockWords, one: OwnShiftView) -> OwnRow:
    facts = (words("time_clock.planned"), one.job, one.note)
    return OwnRow(
        said.day(one.begins_ms),
        f"{said.time(one.begins_ms)}–{said.time(one.ends_ms)}",
        BETWEEN.join(fact for fact in facts if fact),
        "brand_ink",
    )


def _leave(words: Words, said: ClockWords, one: OwnLeaveView) -> OwnRow:
    own = f"staff_pay.leave_kind.{one.code}"
    name = one.name or (words(own) if words.has(own) else one.code)
    sign = MINUS if one.left_ms < 0 else ""
    return OwnRow(
        words("time_clock.leave", kind=name),
        sign + said.length(abs(one.left_ms)),
        words("time_clock.leave_text"),
    )


def _rate(formats: Formats, one: OwnRateView) -> OwnRow:
    words = formats.words
    agreed = StaffRateView(one.job, one.from_day, one.rate_minor, one.covers_ms)
    job = one.job or words("staff_people.every_job")
    from_day = words("staff_people.from_day", day=formats.day(one.from_day))
    return OwnRow(
        rate_text(formats, agreed),
        text=from_day + BETWEEN + job,
        colour="brand_ink" if one.counts else "muted",
    )


def _person(words: Words, own: OwnDataView) -> tuple[OwnRow, ...]:
    language = LANGUAGE_NAMES.get(own.language, "")
    facts = (role_name(words, own.role), language)
    person = OwnRow(
        words("staff_people.number_is", number=own.number),
        text=BETWEEN.join(fact for fact in facts if fact),
    )
    if not own.jobs:
        return (person,)
    return (person, OwnRow(words("staff_people.jobs"), text=", ".join(own.jobs)))
