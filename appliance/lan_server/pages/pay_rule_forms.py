"""Forms for the rules of pay that count for everybody. Each says what it changes; what is approved stays as it is."""

from typing import Final

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import breaks as domain_breaks
from appliance.domain.breaks import BREAKS
from appliance.domain.money import PPM
from appliance.domain.wages import OWN, RULES
from appliance.journal.pay_kinds import HolidayCalendar, OwnBreak, OwnOvertime, PayTermsChanged
from appliance.journal.time_kinds import PayRulesChanged
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import entered
from appliance.lan_server.pages.entered import NotALength
from appliance.lan_server.pages.page import done, formats, is_posted, sent, typed, words, wrong
from appliance.lan_server.pages.parts import Field, Link
from appliance.lan_server.pages.team import choose, form_page, guard
from appliance.lan_server.room import here, write
from appliance.services import pay_rules, pay_terms
from appliance.services.desk import Desk, at_once
from appliance.services.pay_rules import NO_LIMIT, PERIODS, STEPS

BLUEPRINT: Final = Blueprint("pay_rule_forms", __name__, url_prefix="/wages/rules")
guard(BLUEPRINT, "shop")
_WEEKDAYS: Final = 7
_BREAK_ROWS: Final = 3
_MINUTE_MS: Final = 60_000


@BLUEPRINT.route("/period", methods=["GET", "POST"])
@needs("manager")
def period() -> ResponseReturnValue:
    """Pay period, workweek, rounding, time zone."""
    say = words()
    if is_posted():
        edit = PayRulesChanged(
            period=sent("period"),
            period_anchor=sent("anchor"),
            week_starts=_whole("week_starts"),
            round_minutes=_whole("round_minutes"),
            zone=sent("zone"),
        )
        write(pay_rules.change, edit, me().id)
        return done(say("web.saved"), "pay_rules.index")
    with here().readers.reading() as db:
        held = pay_rules.read(db)
    periods = {one: say(f"web.terms.period_{one}") for one in PERIODS}
    weekdays = {str(one): say(f"slip.weekday.{one}") for one in range(_WEEKDAYS)}
    steps = {str(one): say(f"web.terms.round_{one}") for one in STEPS}
    fields = (
        _choice("period", "period", periods, held.period),
        Field(
            "anchor",
            say("web.terms.anchor"),
            typed("anchor", held.period_anchor.isoformat()),
            "date",
            say("web.terms.anchor_text"),
            wrong("not_a_day"),
            is_needed=True,
        ),
        _choice("week_starts", "week_starts", weekdays, str(held.week_starts), "week_starts_text"),
        _choice("round_minutes", "round_minutes", steps, str(held.round_minutes), "round_text"),
        Field(
            "zone",
            say("web.terms.zone"),
            typed("zone", held.zone.key),
            hint=say("web.terms.zone_text"),
            error=wrong("unknown_pay_rule"),
            letters=60,
        ),
    )
    return _page("period", fields)


@BLUEPRINT.route("/overtime", methods=["GET", "POST"])
@needs("manager")
def overtime() -> ResponseReturnValue:
    """Whose rules of overtime, or the shop's own."""
    form = formats()
    say = form.words
    if is_posted():
        name = sent("overtime")
        own = None
        if name == OWN:
            own = OwnOvertime(
                weekly_after_ms=_limit("weekly_after"),
                weekly_ppm=entered.percent_ppm(sent("weekly_paid")),
                daily_after_ms=_limit("daily_after"),
                daily_ppm=entered.percent_ppm(sent("daily_paid")),
                double_after_ms=_limit("double_after"),
                double_ppm=entered.percent_ppm(sent("double_paid")),
                seventh_day=bool(sent("seventh_day")),
            )
        write(_set_overtime, name, own, me().id)
        return done(say("web.saved"), "pay_rules.index", _anchor="overtime")
    with here().readers.reading() as db:
        rules = pay_rules.read(db).overtime
    names = {one: say(f"web.terms.overtime_{one}") for one in (*RULES, OWN)}
    texts = " ".join(say(f"web.terms.overtime_{one}_text") for one in RULES)
    fields = [
        Field(
            "overtime",
            say("web.terms.overtime"),
            kind="select",
            hint=texts,
            error=wrong("unknown_pay_rule"),
            options=choose(names, typed("overtime", rules.name)),
        )
    ]
    for key, limit, ppm in (
        ("weekly", rules.weekly_after_ms, rules.weekly_ppm),
        ("daily", rules.daily_after_ms, rules.daily_ppm),
        ("double", rules.double_after_ms, rules.double_ppm),
    ):
        after = "" if limit is None else entered.length_text(limit)
        fields += [
            Field(
                f"{key}_after",
                say(f"web.terms.own_{key}_after"),
                typed(f"{key}_after", after),
                hint=say("web.terms.only_own"),
                error=wrong("not_a_length"),
            ),
            Field(
                f"{key}_paid",
                say("web.terms.paid_percent"),
                typed(f"{key}_paid", entered.percent_text(ppm, form)),
                error=wrong("not_a_percentage"),
            ),
        ]
    seventh = Field(
        "seventh_day",
        say("web.terms.seventh_day"),
        typed("seventh_day", "on" if rules.seventh_day else ""),
        "checkbox",
        say("web.terms.only_own"),
    )
    return _page("overtime", (*fields, seventh))


@at_once
def _set_overtime(desk: Desk, name: str, own: OwnOvertime | None, actor: str) -> None:
    """Both together, or none."""
    if own is not None:
        pay_terms.change(desk, PayTermsChanged(own_overtime=own), actor)
    pay_rules.change(desk, PayRulesChanged(overtime=name), actor)


@BLUEPRINT.route("/breaks", methods=["GET", "POST"])
@needs("manager")
def breaks() -> ResponseReturnValue:
    """Whose rules of breaks, or the shop's own."""
    say = words()
    with here().readers.reading() as db:
        rules = pay_rules.read(db)
        own = pay_terms.own_breaks(db)
    rows = max(_BREAK_ROWS, len(own) + 1)
    if is_posted():
        told = tuple(
            OwnBreak(entered.length_ms(sent(f"after_{row}")), _minutes_ms(f"minutes_{row}"))
            for row in range(rows)
            if sent(f"after_{row}") or sent(f"minutes_{row}")
        )
        edit = PayTermsChanged(
            breaks=sent("breaks"), own_breaks=told, meals_waived=bool(sent("waived"))
        )
        write(pay_terms.change, edit, me().id)
        return done(say("web.saved"), "pay_rules.index", _anchor="breaks")
    names = {one: say(f"web.terms.breaks_{one}") for one in (*BREAKS, domain_breaks.OWN)}
    texts = " ".join(say(f"web.terms.breaks_{one}_text") for one in (*BREAKS, domain_breaks.OWN))
    fields = [
        Field(
            "breaks",
            say("web.terms.breaks"),
            kind="select",
            hint=texts,
            error=wrong("unknown_pay_rule"),
            options=choose(names, typed("breaks", rules.breaks.name)),
        ),
        Field(
            "waived",
            say("web.terms.meals_waived"),
            typed("waived", "on" if rules.meals_waived else ""),
            "checkbox",
            say("web.terms.meals_waived_text"),
        ),
    ]
    for row in range(rows):
        held = own[row] if row < len(own) else None
        after = "" if held is None else entered.length_text(held.after_ms)
        minutes = "" if held is None else str(held.length_ms // _MINUTE_MS)
        fields += [
            Field(
                f"after_{row}",
                say("web.terms.break_after"),
                typed(f"after_{row}", after),
                hint=say("web.terms.only_own"),
                error=wrong("not_a_length"),
            ),
            Field(
                f"minutes_{row}",
                say("web.terms.break_minutes"),
                typed(f"minutes_{row}", minutes),
                inputmode="numeric",
            ),
        ]
    return _page("breaks", tuple(fields))


@BLUEPRINT.route("/clock", methods=["GET", "POST"])
@needs("manager")
def clock() -> ResponseReturnValue:
    """How early people may clock in, and when they are late."""
    say = words()
    if is_posted():
        early = _whole("early") if sent("early") else NO_LIMIT
        edit = PayRulesChanged(early_minutes=early, late_minutes=_whole("late"))
        write(pay_rules.change, edit, me().id)
        return done(say("web.saved"), "pay_rules.index", _anchor="clock")
    with here().readers.reading() as db:
        held = pay_rules.read(db)
    early_text = "" if held.early_minutes == NO_LIMIT else str(held.early_minutes)
    fields = (
        Field(
            "early",
            say("web.terms.early_minutes"),
            typed("early", early_text),
            hint=say("web.terms.early_text"),
            error=wrong("unknown_pay_rule", "not_a_length"),
            inputmode="numeric",
        ),
        Field(
            "late",
            say("web.terms.late_minutes"),
            typed("late", str(held.late_minutes)),
            hint=say("web.terms.late_text"),
            inputmode="numeric",
            is_needed=True,
        ),
    )
    return _page("clock", fields)


@BLUEPRINT.route("/holidays", methods=["GET", "POST"])
@needs("manager")
def holidays() -> ResponseReturnValue:
    """Whose public holidays, and what they pay."""
    form = formats()
    say = form.words
    if is_posted():
        country, part = sent("country").upper(), sent("part").upper()
        edit = PayTermsChanged(
            holidays=HolidayCalendar(country, part) if country else None,
            holiday_ppm=entered.percent_ppm(sent("factor")),
            holiday_ms=entered.length_ms(sent("hours")),
        )
        write(pay_terms.change, edit, me().id)
        return done(say("web.saved"), "pay_rules.index", _anchor="holidays")
    with here().readers.reading() as db:
        held = pay_rules.read(db)
    country = "" if held.holidays is None else held.holidays.country
    part = "" if held.holidays is None else held.holidays.subdivision
    fields = (
        Field(
            "country",
            say("web.terms.country"),
            typed("country", country),
            hint=say("web.terms.country_text"),
            error=wrong("unknown_pay_rule"),
            letters=2,
        ),
        Field(
            "part",
            say("web.terms.part_of_country"),
            typed("part", part),
            hint=say("web.terms.part_text"),
            letters=8,
        ),
        Field(
            "factor",
            say("web.terms.holiday_factor"),
            typed("factor", entered.percent_text(held.holiday_ppm or PPM, form)),
            hint=say("web.terms.holiday_text"),
            error=wrong("not_a_percentage"),
            is_needed=True,
        ),
        Field(
            "hours",
            say("web.terms.holiday_hours"),
            typed("hours", entered.length_text(held.holiday_ms)),
            error=wrong("not_a_length"),
            is_needed=True,
        ),
    )
    return _page("holidays", fields)


# --------------------------------------------------------------------------- helpers


def _choice(name: str, key: str, pairs: dict[str, str], held: str, hint: str = "") -> Field:
    say = words()
    return Field(
        name,
        say(f"web.terms.{key}"),
        kind="select",
        hint=say(f"web.terms.{hint}") if hint else "",
        options=choose(pairs, typed(name, held)),
    )


def _whole(name: str) -> int:
    """A whole number. Raises `NotALength`."""
    text = sent(name)
    if not (text.isascii() and text.isdigit()) or len(text) > len("9999"):
        raise NotALength(text=text)
    return int(text)


def _minutes_ms(name: str) -> int:
    return _whole(name) * _MINUTE_MS


def _limit(name: str) -> int | None:
    return entered.length_ms(sent(name)) if sent(name) else None


def _page(key: str, fields: tuple[Field, ...]) -> ResponseReturnValue:
    say = words()
    title = say(f"web.terms.part_{key}")
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
        f"{back}#{key}",
        way,
        sentence=say(f"web.terms.effect_{key}"),
    )
