"""The people of the page of the staff, put into words: the list, one person, and the jobs of the shop."""

import datetime
from typing import Final

from appliance.messages import (
    AtWorkView,
    ChosenPersonView,
    StaffBadgeView,
    StaffPeopleView,
    StaffPersonView,
    StaffRateView,
)
from kiosk_ui.presenters.formats import Formats, initials
from kiosk_ui.presenters.keyed import hours_text
from kiosk_ui.presenters.staff.people_views import (
    FactView,
    JobsPartView,
    PersonLineView,
    PersonPartView,
)
from kiosk_ui.presenters.strip import ICONS
from kiosk_ui.presenters.tiles import chip
from kiosk_ui.presenters.workshop.views import RowView
from kiosk_ui.strings import Words

BETWEEN: Final = "  ·  "
MINUTE_MS: Final = 60_000
LANGUAGE_NAMES: Final = {"en": "English", "de": "Deutsch", "es": "Español"}


def role_name(words: Words, role: str) -> str:
    """A role in words."""
    key = f"role.{role}"
    return words(key) if words.has(key) else role


def lines(
    formats: Formats, seen: StaffPeopleView, at_work: dict[str, AtWorkView], chosen: str
) -> tuple[PersonLineView, ...]:
    """Everybody by name, those who have left below."""
    in_order = sorted(seen.people, key=lambda one: one.left)
    return tuple(
        _line(formats, one, seen.today, at_work.get(one.person.id), one.person.id == chosen)
        for one in in_order
    )


def _line(
    formats: Formats,
    one: StaffPersonView,
    today: str,
    at_work: AtWorkView | None,
    is_chosen: bool,  # noqa: FBT001 - a line's look
) -> PersonLineView:
    person, state = one.person, _state(formats, one, today, at_work)
    facts = (person.number, role_name(formats.words, person.role), state)
    is_here = at_work is not None and not one.left
    return PersonLineView(
        key=f"person:{person.id}",
        initials=initials(person.name),
        name=person.name,
        text=BETWEEN.join(fact for fact in facts if fact),
        ink="muted" if one.left else "ink",
        text_colour="brand_ink" if is_here else "muted",
        round_back="soft" if one.left else "brand_soft",
        round_ink="muted" if one.left else "brand_ink",
        badge=ICONS["badge"] if one.badges else "",
        back="brand_soft" if is_chosen else "surface",
        border="brand" if is_chosen else "line",
    )


def _state(formats: Formats, one: StaffPersonView, today: str, at_work: AtWorkView | None) -> str:
    """Whether somebody is at work, or when they come or go."""
    words = formats.words
    if one.left:
        if not one.last_day:
            return words("staff_people.left")
        return words("staff_people.left_on", day=formats.day(one.last_day))
    if at_work is not None:
        on_break = at_work.presence == "on_break"
        key = "staff_people.on_break_since" if on_break else "staff_people.at_work_since"
        return words(key, time=formats.clock(at_work.since_ms))
    if one.first_day > today:
        return words("staff_people.begins", day=formats.day(one.first_day))
    if one.last_day:
        return words("staff_people.leaves", day=formats.day(one.last_day))
    return ""


def person_part(
    formats: Formats,
    seen: StaffPeopleView,
    one: StaffPersonView,
    chosen: ChosenPersonView,
    *,
    can_change: bool,
) -> PersonPartView:
    """Everything about somebody. Without `can_change` they are an owner, and whoever looks is not."""
    words, person = formats.words, one.person
    language = LANGUAGE_NAMES.get(chosen.language, "")
    facts = (words("staff_people.number_is", number=person.number), role_name(words, person.role))
    note = _note(formats, one, seen.today, can_change=can_change)
    names = {job.code: job.name for job in seen.jobs}
    offered = tuple(job for job in seen.jobs if not job.archived)
    leave, icon = _leave(one)
    return PersonPartView(
        id=person.id,
        initials=initials(person.name),
        name=person.name,
        facts=BETWEEN.join(fact for fact in (*facts, language) if fact),
        note=note,
        has_note=bool(note),
        edit=words("staff_people.edit"),
        pin=words("staff_people.pin"),
        can_change=can_change,
        badges_title=words("staff_people.badges"),
        badges=tuple(_badge(formats, badge) for badge in chosen.badges),
        give=words("staff_people.give"),
        can_give=seen.has_reader and not chosen.waits_for_badge and not one.left,
        give_hint=_give_hint(words, seen, one, chosen),
        has_give_hint=bool(_give_hint(words, seen, one, chosen)),
        is_waiting=chosen.waits_for_badge,
        waiting=words("staff_people.hold_badge", name=person.name),
        cancel=words("sheet.cancel"),
        jobs_title=words("staff_people.jobs"),
        jobs=tuple(
            chip(f"job:{job.code}", job.name, active=job.code in chosen.jobs) for job in offered
        ),
        has_jobs=bool(offered),
        jobs_hint=_jobs_hint(words, chosen, has_jobs=bool(offered)),
        rates_title=words("staff_people.rates"),
        rates=_rates(formats, chosen.rates, names, seen.today),
        rates_hint="" if chosen.rates else words("staff_people.no_rate"),
        has_rates_hint=not chosen.rates,
        new_rate=words("staff_people.new_rate"),
        records_title=words("staff_people.records"),
        records=_records(formats, one, chosen),
        edit_records=words("staff_people.edit_records"),
        leave=words(f"staff_people.{leave}"),
        leave_icon=icon,
        leave_ink="danger_ink" if leave == "has_left" else "ink",
    )


def _note(formats: Formats, one: StaffPersonView, today: str, *, can_change: bool) -> str:
    if one.left or one.last_day or one.first_day > today:
        return _state(formats, one, today, None)
    return "" if can_change else formats.words("staff_people.an_owner")


def _leave(one: StaffPersonView) -> tuple[str, str]:
    if one.left:
        return "comes_back", "account-arrow-left-outline"
    if one.last_day:
        return "stays", "account-check-outline"
    return "has_left", "account-arrow-right-outline"


def _give_hint(
    words: Words, seen: StaffPeopleView, one: StaffPersonView, chosen: ChosenPersonView
) -> str:
    if one.left:
        return "" if chosen.badges else words("staff_people.no_badge")
    if not seen.has_reader:
        return words("staff_people.no_reader")
    return "" if chosen.badges else words("staff_people.no_badge")


def _jobs_hint(words: Words, chosen: ChosenPersonView, *, has_jobs: bool) -> str:
    if not has_jobs:
        return words("staff_people.no_jobs")
    return words("staff_people.some_jobs" if chosen.jobs else "staff_people.every_job_hint")


def _badge(formats: Formats, badge: StaffBadgeView) -> RowView:
    words = formats.words
    given = datetime.datetime.fromtimestamp(badge.given_at_ms // 1000).astimezone().date()
    return RowView(
        key=f"badge:{badge.id}",
        icon=ICONS["badge"],
        colour="brand_ink",
        title=badge.label or words("staff_people.badge"),
        text=words("staff_people.given_on", day=formats.day(given.isoformat())),
    )


def _rates(
    formats: Formats, rates: tuple[StaffRateView, ...], names: dict[str, str], today: str
) -> tuple[RowView, ...]:
    """The newest first, job by job; what is paid now is marked."""
    current: dict[str, str] = {}
    for rate in rates:
        if rate.from_day <= today and rate.from_day > current.get(rate.job, ""):
            current[rate.job] = rate.from_day
    return tuple(
        _rate(formats, rate, names, is_current=current.get(rate.job) == rate.from_day)
        for rate in rates
    )


def _rate(
    formats: Formats, rate: StaffRateView, names: dict[str, str], *, is_current: bool
) -> RowView:
    words = formats.words
    job = names.get(rate.job, rate.job) if rate.job else words("staff_people.every_job")
    return RowView(
        key=f"rate:{rate.from_day}:{rate.job}",
        icon="cash-check" if is_current else "cash-clock",
        colour="brand_ink" if is_current else "muted",
        title=rate_text(formats, rate),
        text=words("staff_people.from_day", day=formats.day(rate.from_day)) + BETWEEN + job,
        text_colour="brand_ink" if is_current else "muted",
    )


def rate_text(formats: Formats, rate: StaffRateView) -> str:
    """What is paid: `€12.00 an hour`, or `€600.00 for 38:30 hours a week`."""
    amount = formats.money(rate.rate_minor)
    if not rate.covers_ms:
        return formats.words("staff_people.by_hour", amount=amount)
    hours = hours_text(rate.covers_ms // MINUTE_MS)
    return formats.words("staff_people.by_week", amount=amount, hours=hours)


def _records(
    formats: Formats, one: StaffPersonView, chosen: ChosenPersonView
) -> tuple[FactView, ...]:
    words = formats.words
    told = (
        ("address", chosen.address),
        ("born_day", formats.day(chosen.born_day) if chosen.born_day else ""),
        ("sex", words(f"staff_people.sex_{chosen.sex}") if chosen.sex else ""),
        ("occupation", chosen.occupation),
        ("hired_day", formats.day(one.first_day) if one.first_day else ""),
    )
    return tuple(
        FactView(
            words(f"staff_people.{key}"),
            value or words("sheet.empty"),
            "ink" if value else "muted",
        )
        for key, value in told
    )


def jobs_part(words: Words, seen: StaffPeopleView) -> JobsPartView:
    """The jobs of the shop, those that are archived last and dimmed."""
    return JobsPartView(
        title=words("staff_people.shop_jobs"),
        hint=words("staff_people.shop_jobs_hint"),
        jobs=tuple(
            RowView(
                key=f"job:{job.code}",
                icon="briefcase-off-outline" if job.archived else "briefcase-outline",
                colour="muted" if job.archived else "brand_ink",
                title=job.name,
                text=words("staff_people.archived") if job.archived else "",
                back="soft" if job.archived else "surface",
            )
            for job in seen.jobs
        ),
        add=words("staff_people.add_job"),
    )
