"""Wages in words: lines, questions and remarks, as the till shows them and wage slips print them."""

from collections.abc import Mapping
from typing import Final

from appliance.domain.money import PPM
from appliance.domain.wages import LineKind
from appliance.journal.pay_kinds import Adjusted
from appliance.journal.time_kinds import PaidFor
from appliance.lan_server.pages.formats import STYLES, Formats
from appliance.lan_server.pages.team import leave_name
from appliance.services.wages import Question, Remark, Wages

_DIGITS: Final = 6


def when(line: PaidFor, form: Formats) -> str:
    """The day of a line, or its workweek."""
    if line.day:
        return form.date(line.day)
    return form.words("web.pay.week_of", day=form.day_month(line.week))


def what(line: PaidFor, wages: Wages, jobs: Mapping[str, str], form: Formats) -> str:
    """What a line pays for: `Straight time: Bar`."""
    say = form.words
    if line.line_kind == LineKind.OVERTIME.value:
        return f"{say('web.pay.line_overtime')}: {_rule(line.name, wages.rules, form)}"
    name = line.name
    if line.line_kind == LineKind.LEAVE.value:
        name = leave_name(name, "", form)
    elif line.line_kind == LineKind.TIME.value:
        name = jobs.get(name, name)
    head = say(f"web.pay.line_{line.line_kind}")
    return f"{head}: {name}" if name else head


def _rule(name: str, rules: str, form: Formats) -> str:
    key = f"web.pay.extra.{name}.{rules}"
    told = form.words(key)
    return told if told != key else form.words(f"web.pay.extra.{name}.any")


def reckoned(line: PaidFor, form: Formats) -> str:
    """Hours × rate × factor; empty for a single amount."""
    if not line.length_ms:
        return ""
    text = f"{form.hours(line.length_ms)} × {form.money(line.rate_minor)}"
    return text if line.factor_ppm == PPM else f"{text} × {factor(line.factor_ppm, form)}"


def factor(factor_ppm: int, form: Formats) -> str:
    """A factor as people write it: `0.5`, `1.5`."""
    whole, rest = divmod(factor_ppm, PPM)
    decimals = f"{rest:0{_DIGITS}d}".rstrip("0")
    mark = STYLES[form.words.language].decimal_mark
    return f"{whole}{mark}{decimals}" if decimals else f"{whole}"


def adjustment(one: Adjusted, form: Formats) -> str:
    """What an addition or deduction is for."""
    head = form.words(f"web.pay.adjustment_{one.adjustment_kind}")
    return f"{head}: {one.name}" if one.name else head


def asked(one: Question, jobs: Mapping[str, str], form: Formats) -> str:
    """What must be put right before wages can be approved."""
    return form.words(
        f"web.pay.question_{one.why}",
        day=form.date(one.day),
        job=jobs.get(one.job, one.job) or form.words("web.pay.any_job"),
        amount=form.money(one.amount_minor),
    )


def remarked(one: Remark, form: Formats) -> str:
    """What is good to know."""
    return form.words(
        f"web.pay.remark_{one.why}",
        day=form.date(one.day),
        length=form.hours(one.length_ms),
        taken=form.hours(one.taken_ms),
    )
