"""Forms for shift bonuses, holidays and closed days of the shop's own, and kinds of leave."""

import datetime
from typing import Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.domain.money import PPM
from appliance.domain.shift_bonus import ShiftBonus
from appliance.journal.pay_kinds import HolidaySet, LeaveKindDefined, OwnHoliday, ShiftBonusSet
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import entered
from appliance.lan_server.pages.entered import NotALength
from appliance.lan_server.pages.page import done, formats, is_posted, sent, typed, words, wrong
from appliance.lan_server.pages.parts import Field, Link
from appliance.lan_server.pages.pay_rules import hours_for_one
from appliance.lan_server.pages.team import choose, form_page, guard, leave_name, today
from appliance.lan_server.room import here, write
from appliance.services import holiday_days, pay_rules, pay_terms, people
from appliance.services.holiday_days import Listed
from appliance.services.pay_rules import UnknownPayRule
from appliance.services.shifts import clock_text
from appliance.services.wall_time import minute

BLUEPRINT: Final = Blueprint("pay_term_forms", __name__, url_prefix="/wages/rules")
guard(BLUEPRINT, "shop")
_LONGEST: Final = 60
_MOST_HOURS: Final = 10_000


@BLUEPRINT.route("/bonus", methods=["GET", "POST"])
@needs("manager")
def bonus() -> ResponseReturnValue:
    """A shift bonus from a day on: a new one, or another amount, or none any more."""
    code, since = request.args.get("code", ""), request.args.get("since", "")
    with here().readers.reading() as db:
        terms = pay_terms.shift_bonuses(db).terms
        jobs = pay_rules.jobs(db)
    held = next((one for day, one in terms.get(code, ()) if day == since), None)
    say = words()
    if is_posted():
        edit = _bonus_sent(code or _free(people.named(sent("name", _LONGEST)), terms))
        write(pay_terms.set_shift_bonus, edit, me().id)
        return done(say("web.saved"), "pay_rules.index", _anchor="bonuses")
    title = say("web.terms.add_bonus") if held is None else held.name
    return _page(title, "bonus", _bonus_fields(held, jobs), "bonuses")


def _bonus_sent(code: str) -> ShiftBonusSet:
    from_day = sent("since")
    if sent("ends"):
        return ShiftBonusSet(code=code, from_day=from_day, amount_minor=None)
    return ShiftBonusSet(
        code=code,
        from_day=from_day,
        amount_minor=entered.amount(sent("amount"), formats()),
        name=people.named(sent("name", _LONGEST)),
        per=sent("per"),
        job=sent("job"),
        from_minute=minute(sent("begins")),
        to_minute=minute(sent("ends_at")),
        weekdays=tuple(day for day in range(7) if sent(f"weekday-{day}")),
    )


def _bonus_fields(held: ShiftBonus | None, jobs: dict[str, str]) -> tuple[Field, ...]:
    form = formats()
    say = form.words
    per = {"hour": say("web.staff.by_the_hour"), "shift": say("web.terms.by_the_shift")}
    begins = clock_text(22 * 60 if held is None else held.from_minute)
    ends = clock_text(6 * 60 if held is None else held.to_minute)
    weekdays = () if held is None else held.weekdays
    amount = "" if held is None else entered.amount_text(held.amount_minor, form)
    fields = [
        _name("" if held is None else held.name, "bonus_hint"),
        Field(
            "amount",
            say("web.staff.amount"),
            typed("amount", amount),
            error=wrong("not_an_amount"),
            inputmode="decimal",
        ),
        Field(
            "per",
            say("web.staff.by"),
            kind="select",
            options=choose(per, typed("per", "hour" if held is None else held.per.value)),
        ),
        Field(
            "begins",
            say("web.terms.from_time"),
            typed("begins", begins),
            "time",
            error=wrong("not_a_time"),
        ),
        Field(
            "ends_at",
            say("web.terms.to_time"),
            typed("ends_at", ends),
            "time",
            say("web.terms.to_note"),
        ),
        *(
            Field(
                f"weekday-{day}",
                say(f"slip.weekday.{day}"),
                typed(f"weekday-{day}", "on" if day in weekdays else ""),
                "checkbox",
            )
            for day in range(7)
        ),
    ]
    if jobs:
        every = {"": say("web.staff.every_job")} | jobs
        options = choose(every, typed("job", "" if held is None else held.job))
        fields.append(Field("job", say("web.staff.for_job"), kind="select", options=options))
    since = Field(
        "since",
        say("web.terms.counts_from"),
        typed("since", today().isoformat()),
        "date",
        error=wrong("not_a_day"),
        is_needed=True,
    )
    ending = Field("ends", say("web.terms.bonus_ends"), typed("ends"), "checkbox")
    return (*fields, since, *((ending,) if held is not None else ()))


@BLUEPRINT.route("/holiday", methods=["GET", "POST"])
@needs("manager")
def holiday() -> ResponseReturnValue:
    """A day of the shop's own, or a public one that the shop keeps otherwise or not at all."""
    form, day = formats(), request.args.get("day", "")
    say = form.words
    found = _listed(pay_rules.day(day)) if day else None
    if is_posted():
        edit = HolidaySet(sent("day"), _holiday_sent())
        write(pay_terms.set_holiday, edit, me().id)
        return done(say("web.saved"), "pay_rules.index", _anchor="holidays")
    own = None if found is None else found.own
    kept = {
        "own": say("web.terms.keep_own"),
        "off": say("web.terms.keep_not"),
        "usual": say("web.terms.keep_usual"),
    }
    state = "own" if own is None or own.observed else "off"
    factor = "" if own is None or own.factor_ppm is None else own.factor_ppm
    hours = "" if own is None or own.hours_ms is None else own.hours_ms
    fields = (
        Field(
            "day",
            say("web.hours.field_day"),
            typed("day", day or today().isoformat()),
            "date",
            error=wrong("not_a_day"),
            is_needed=True,
        ),
        _name("" if found is None else found.name, "holiday_hint"),
        Field(
            "kept", say("web.terms.kept"), kind="select", options=choose(kept, typed("kept", state))
        ),
        Field(
            "factor",
            say("web.terms.holiday_factor"),
            typed("factor", "" if factor == "" else entered.percent_text(int(factor), form)),
            hint=say("web.terms.as_usual"),
            error=wrong("not_a_percentage", "unknown_pay_rule"),
        ),
        Field(
            "hours",
            say("web.terms.holiday_hours"),
            typed("hours", "" if hours == "" else entered.length_text(int(hours))),
            hint=say("web.terms.as_usual"),
            error=wrong("not_a_length"),
        ),
    )
    title = say("web.terms.add_holiday") if found is None else found.name
    return _page(title, "holiday", fields, "holidays")


def _holiday_sent() -> OwnHoliday | None:
    """What was said of the day; None leaves it to the calendar."""
    if sent("kept") == "usual":
        return None
    return OwnHoliday(
        name=people.named(sent("name", _LONGEST)),
        observed=sent("kept") != "off",
        factor_ppm=entered.percent_ppm(sent("factor")) if sent("factor") else None,
        hours_ms=entered.length_ms(sent("hours")) if sent("hours") else None,
    )


def _listed(day: datetime.date) -> Listed | None:
    with here().readers.reading() as db:
        rules = pay_rules.read(db)
        found = holiday_days.listed(db, rules, (day.year,))
    return next((one for one in found if one.day == day.isoformat()), None)


@BLUEPRINT.route("/leave", methods=["GET", "POST"])
@needs("manager")
def leave_kind() -> ResponseReturnValue:
    """A kind of leave: what it is called, and how many hours of work earn an hour of it."""
    code, form = request.args.get("code", ""), formats()
    say = form.words
    with here().readers.reading() as db:
        kinds = pay_terms.leave_kinds(db, also_archived=True)
    if code and code not in kinds:
        raise UnknownPayRule(setting="leave", value=code, known=", ".join(kinds))
    held = kinds.get(code)
    name = "" if held is None else leave_name(code, held.name, form)
    if is_posted():
        said = people.named(sent("name", _LONGEST))
        edit = LeaveKindDefined(
            code or _free(said, kinds),
            name=held.name if held is not None and said == name else said,
            accrual_ppm=_accrual(sent("every"), held),
            archived=not sent("offered"),
        )
        write(pay_terms.define_leave, edit, me().id)
        return done(say("web.saved"), "pay_rules.index", _anchor="leave")
    every = "" if held is None else str(hours_for_one(held.accrual_ppm) or "")
    is_offered = held is None or not held.archived
    fields = (
        _name(name, "leave_hint"),
        Field(
            "every",
            say("web.terms.leave_every"),
            typed("every", every),
            hint=say("web.terms.leave_text"),
            error=wrong("not_a_length"),
            inputmode="numeric",
        ),
        Field(
            "offered",
            say("web.staff.offered"),
            typed("offered", "on" if is_offered else ""),
            "checkbox",
            say("web.terms.archive_text"),
        ),
    )
    return _page(name or say("web.terms.add_leave"), "leave", fields, "leave")


def _accrual(text: str, held: pay_terms.LeaveKind | None) -> int:
    """The part of an hour that an hour of work earns, rounded up: never less than a law's one for thirty."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:9]) < _MOST_HOURS:
        raise NotALength(text=text)
    count = int(text)
    if held is not None and hours_for_one(held.accrual_ppm) == count:
        return held.accrual_ppm
    return (PPM + count - 1) // count


# --------------------------------------------------------------------------- helpers


def _free(name: str, taken: object) -> str:
    """A code that is not taken: the name itself, or with a number behind it, as the till makes them."""
    codes, found, number = set(taken) if isinstance(taken, dict) else set(), name, 1
    while found in codes:
        number += 1
        found = f"{name} {number}"
    return found


def _name(held: str, hint: str) -> Field:
    return Field(
        "name",
        words()("web.account.name"),
        typed("name", held),
        hint=words()(f"web.terms.{hint}"),
        error=wrong("name_needed"),
        letters=_LONGEST,
        is_needed=True,
    )


def _page(title: str, key: str, fields: tuple[Field, ...], anchor: str) -> ResponseReturnValue:
    say = words()
    back = url_for("pay_rules.index")
    way = (
        Link(say("web.room.wages"), url_for("wages.index")),
        Link(say("web.staff.tab_rules"), back),
        Link(title, "", is_here=True),
    )
    return form_page(
        title,
        fields,
        say("web.save"),
        f"{back}#{anchor}",
        way,
        sentence=say(f"web.terms.effect_{key}"),
    )
