"""How the shop pays, in words; each rule leads to its form in `pay_rule_forms` and `pay_term_forms`."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import breaks
from appliance.domain.money import PPM
from appliance.domain.shift_bonus import Per, ShiftBonus
from appliance.journal.pay_kinds import OwnBreak
from appliance.lan_server.access.doors import needs
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import formats, show
from appliance.lan_server.pages.parts import Cell, Column, Fact, Link, Notice, Table
from appliance.lan_server.pages.stack import Block, StackPage
from appliance.lan_server.pages.team import job_names, leave_name, today, wages_tabs
from appliance.lan_server.room import here
from appliance.services import holiday_days, pay_rules, pay_terms
from appliance.services.holiday_days import Listed
from appliance.services.pay_rules import NO_LIMIT, PayRules
from appliance.services.pay_terms import LeaveKind
from appliance.services.shifts import clock_text

BLUEPRINT: Final = Blueprint("pay_rules", __name__, url_prefix="/wages/rules")
_MINUTE_MS: Final = 60_000


@BLUEPRINT.route("/")
@needs("manager")
def index() -> ResponseReturnValue:
    """All rules."""
    year = today().year
    with here().readers.reading() as db:
        rules = pay_rules.read(db)
        own_breaks = pay_terms.own_breaks(db)
        bonuses = pay_terms.shift_bonuses(db).terms
        kinds = pay_terms.leave_kinds(db, also_archived=True)
        listed = holiday_days.listed(db, rules, (year, year + 1))
        jobs = job_names(db)
    form = formats()
    say = form.words
    page = StackPage(
        title=say("web.staff.tab_rules"),
        tabs=wages_tabs(),
        tabs_label=say("web.room.wages"),
        blocks=(
            Block(notes=(Notice(say("web.terms.intro")),), is_bare=True),
            _part("period", _period(rules, form), form),
            _part("overtime", _overtime(rules, form), form),
            _part("breaks", _breaks(rules, own_breaks, form), form),
            _part("clock", _clock(rules, form), form),
            _bonuses(bonuses, jobs, form),
            _holidays(rules, listed, form),
            _leave(kinds, form),
        ),
    )
    return show("stack.html", page, title=page.title)


def _part(key: str, facts: tuple[Fact, ...], form: Formats) -> Block:
    say = form.words
    change = Link(say("web.terms.change"), url_for(f"pay_rule_forms.{key}"), "pencil-outline")
    return Block(title=say(f"web.terms.part_{key}"), id=key, facts=facts, acts=(change,))


def _period(rules: PayRules, form: Formats) -> tuple[Fact, ...]:
    say = form.words
    facts = [
        Fact(say("web.terms.period"), say(f"web.terms.period_{rules.period}")),
        Fact(say("web.terms.week_starts"), say(f"slip.weekday.{rules.week_starts}")),
        Fact(say("web.terms.round_minutes"), say(f"web.terms.round_{rules.round_minutes}")),
        Fact(say("web.terms.zone"), rules.zone.key),
    ]
    if rules.period in {"weekly", "biweekly"}:
        facts.insert(1, Fact(say("web.terms.anchor"), form.date(rules.period_anchor)))
    return tuple(facts)


def _overtime(rules: PayRules, form: Formats) -> tuple[Fact, ...]:
    say, own = form.words, rules.overtime
    facts = [Fact(say("web.terms.overtime"), say(f"web.terms.overtime_{own.name}"))]
    for key, limit, ppm in (
        ("weekly", own.weekly_after_ms, own.weekly_ppm),
        ("daily", own.daily_after_ms, own.daily_ppm),
        ("daily", own.double_after_ms, own.double_ppm),
    ):
        if limit is not None:
            label = say(f"web.terms.after_{key}", hours=form.hours(limit))
            facts.append(Fact(label, form.percent(ppm)))
    if own.seventh_day:
        facts.append(Fact(say("web.terms.seventh_day"), form.percent(own.daily_ppm)))
    return tuple(facts)


def _breaks(rules: PayRules, own: tuple[OwnBreak, ...], form: Formats) -> tuple[Fact, ...]:
    say, name = form.words, rules.breaks.name
    facts = [Fact(say("web.terms.breaks"), say(f"web.terms.breaks_{name}"))]
    if name == breaks.OWN:
        facts += [
            Fact(
                say("web.terms.own_after", hours=form.hours(one.after_ms)),
                say("web.terms.minutes", count=one.length_ms // _MINUTE_MS),
            )
            for one in own
        ]
    if name == "us_california":
        waived = say("web.yes") if rules.meals_waived else say("web.no")
        facts.append(Fact(say("web.terms.meals_waived"), waived))
    return tuple(facts)


def _clock(rules: PayRules, form: Formats) -> tuple[Fact, ...]:
    say = form.words
    early = say("web.terms.no_limit")
    if rules.early_minutes != NO_LIMIT:
        early = say("web.terms.minutes", count=rules.early_minutes)
    return (
        Fact(say("web.terms.early"), early),
        Fact(say("web.terms.late"), say("web.terms.minutes", count=rules.late_minutes)),
    )


def _bonuses(
    terms: Mapping[str, list[tuple[str, ShiftBonus | None]]],
    jobs: Mapping[str, str],
    form: Formats,
) -> Block:
    say = form.words
    rows = []
    for code, held in sorted(terms.items()):
        for since, one in held:
            if one is None:
                rows.append(
                    (
                        Cell(code),
                        Cell(say("web.terms.bonus_ended")),
                        Cell("–"),
                        Cell(form.date(since)),
                    )
                )
                continue
            href = url_for("pay_term_forms.bonus", code=code, since=since)
            rows.append(
                (
                    Cell(one.name, href, more=jobs.get(one.job, one.job)),
                    Cell(bonus_text(one, form)),
                    Cell(window_text(one, form)),
                    Cell(form.date(since)),
                )
            )
    table = Table(
        caption="",
        columns=(
            Column(say("web.account.name"), is_title=True),
            Column(say("web.staff.amount")),
            Column(say("web.hours.when")),
            Column(say("web.terms.counts_from"), "number"),
        ),
        rows=tuple(rows),
        empty=say("web.terms.no_bonuses"),
    )
    add = Link(say("web.terms.add_bonus"), url_for("pay_term_forms.bonus"), "plus")
    return Block(
        title=say("web.terms.bonuses"),
        id="bonuses",
        sentence=say("web.terms.bonuses_text"),
        table=table,
        acts=(add,),
    )


def bonus_text(one: ShiftBonus, form: Formats) -> str:
    """`€1.50 an hour`."""
    key = "bonus_per_hour" if one.per is Per.HOUR else "bonus_per_shift"
    return form.words(f"web.terms.{key}", amount=form.money(one.amount_minor))


def window_text(one: ShiftBonus, form: Formats) -> str:
    """`22:00–06:00, Sat, Sun`."""
    say = form.words
    days = ", ".join(say(f"web.date.weekday_{day + 1}") for day in one.weekdays)
    times = f"{clock_text(one.from_minute)}–{clock_text(one.to_minute)}"
    return f"{times}, {days or say('web.terms.every_day')}"


def _holidays(rules: PayRules, listed: tuple[Listed, ...], form: Formats) -> Block:
    say = form.words
    country = say("web.terms.no_holidays")
    if rules.holidays is not None:
        country = " ".join(filter(None, (rules.holidays.country, rules.holidays.subdivision)))
    facts = (
        Fact(say("web.terms.holidays"), country),
        Fact(say("web.terms.holiday_factor"), form.percent(rules.holiday_ppm)),
        Fact(say("web.terms.holiday_hours"), form.hours(rules.holiday_ms)),
    )
    rows = []
    for one in listed:
        own = one.own
        is_kept = own is None or own.observed
        factor = rules.holiday_ppm if own is None or own.factor_ppm is None else own.factor_ppm
        hours = rules.holiday_ms if own is None or own.hours_ms is None else own.hours_ms
        rows.append(
            (
                Cell(one.name, url_for("pay_term_forms.holiday", day=one.day)),
                Cell(form.date(one.day)),
                Cell(form.percent(factor) if is_kept else "–"),
                Cell(form.hours(hours) if is_kept else "–"),
                Cell(_kept(one, form)),
            )
        )
    table = Table(
        caption=say("web.terms.all_holidays"),
        columns=(
            Column(say("web.account.name"), is_title=True),
            Column(say("web.hours.field_day")),
            Column(say("web.terms.work_paid"), "number"),
            Column(say("web.terms.off_paid"), "number"),
            Column(""),
        ),
        rows=tuple(rows),
        empty=say("web.terms.nothing_holidays"),
    )
    acts = (
        Link(say("web.terms.change"), url_for("pay_rule_forms.holidays"), "pencil-outline"),
        Link(say("web.terms.add_holiday"), url_for("pay_term_forms.holiday"), "plus"),
    )
    return Block(
        title=say("web.terms.part_holidays"), id="holidays", facts=facts, table=table, acts=acts
    )


def _kept(one: Listed, form: Formats) -> str:
    if one.own is None:
        return ""
    return form.words("web.terms.by_shop" if one.own.observed else "web.terms.not_kept")


def _leave(kinds: Mapping[str, LeaveKind], form: Formats) -> Block:
    say = form.words
    rows = []
    for code, one in kinds.items():
        if one.accrual_ppm:
            told = say("web.terms.earned", count=hours_for_one(one.accrual_ppm))
        else:
            told = say("web.terms.granted_only")
        rows.append(
            (
                Cell(
                    leave_name(code, one.name, form),
                    url_for("pay_term_forms.leave_kind", code=code),
                ),
                Cell(told),
                Cell(say("web.staff.archived") if one.archived else ""),
            )
        )
    table = Table(
        caption="",
        columns=(
            Column(say("web.pay.leave_kind"), is_title=True),
            Column(say("web.terms.how_earned")),
            Column(""),
        ),
        rows=tuple(rows),
    )
    add = Link(say("web.terms.add_leave"), url_for("pay_term_forms.leave_kind"), "plus")
    return Block(title=say("web.terms.leave"), id="leave", table=table, acts=(add,))


def hours_for_one(accrual_ppm: int) -> int:
    """How many hours of work earn one of leave, as near as a whole number comes; 0 where none is earned."""
    return (2 * PPM + accrual_ppm) // (2 * accrual_ppm) if accrual_ppm else 0
