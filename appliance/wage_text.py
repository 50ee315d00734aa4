"""Wages as sentences and as CSV, from what `services.wages` found: no table is asked here.

Each line says how it was reckoned: `46:00 h × 12.00`. CSV is RFC 4180 in UTF-8 without a mark at its beginning, one row
for each line, day, workweek, adjustment and payment, with the fields of 29 CFR 516.2(a) in every row.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from appliance.domain.money import PPM, Currency, Minor, format_amount
from appliance.domain.receipt import Writing
from appliance.domain.wages import LineKind
from appliance.journal.pay_kinds import Adjusted
from appliance.journal.time_kinds import PaidFor
from appliance.services.pay_terms import LEAVE_KINDS
from appliance.services.staff import SEXES
from appliance.services.wages import LockedPart, Question, Remark, WageRecord, Wages
from appliance.words import Words

HOUR_MS: Final = 3_600_000
_COLUMNS: Final = (
    *("row", "number", "name", "address", "born_day", "sex", "occupation", "from_day", "to_day"),
    *("week_begins", "zone", "week", "day", "kind", "what", "hours", "rate", "factor", "amount"),
    *("currency", "regular_rate", "overtime_hours", "straight", "premium", "other", "additions"),
    *("deductions", "total", "net", "paid", "owed", "approval"),
)
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is a formula to spreadsheets, which may run programs (OWASP, "CSV injection")."""

_HUNDREDTHS: Final = 100


# --------------------------------------------------------------------------- sentences


def report_lines(found: Iterable[Wages], words: Words, writing: Writing) -> Iterator[str]:
    """Wages as text, a paragraph for each employee."""
    for one in found:
        total = writing.amount(Minor(one.total_minor))
        yield words("wages.head", name=one.name, first=one.from_day, last=one.to_day, total=total)
        for line in one.lines:
            yield "  " + line_text(line, words, writing)
        for each in one.adjustments:
            yield f"  {each.day}  {adjustment(each, words)}: {writing.amount(Minor(each.amount_minor))}"
        if one.adjustments:
            yield "  " + words("wages.net", net=writing.amount(Minor(one.net_minor)))
        for part in one.locked:
            yield f"  = {locked(part, words, writing)}"
        for question in one.questions:
            yield f"  ? {asked(question, words, writing)} {question.punch}".rstrip()
        for remark in one.remarks:
            yield f"  ! {remarked(remark, words)}"


def line_text(line: PaidFor, words: Words, writing: Writing) -> str:
    """`week of 2026-03-02  hours: 46:00 h × 12.00 = 552.00`."""
    how = reckoned(line, writing)
    amount = writing.amount(Minor(line.amount_minor))
    head = f"{when(line, words)}  {what(line, words)}"
    return f"{head}: {how} = {amount}" if how else f"{head}: {amount}"


def when(line: PaidFor, words: Words) -> str:
    """The day of a line, or its workweek."""
    return line.day or words("wages.week", day=line.week)


def what(line: PaidFor, words: Words) -> str:
    """What a line pays for, with its rule."""
    if line.line_kind == LineKind.OVERTIME.value:
        return words(f"wages.rule.{line.name}")
    name = line.name
    if line.line_kind == LineKind.LEAVE.value and name in LEAVE_KINDS:
        name = words(f"wages.leave_kind.{name}")
    return words(f"wages.{line.line_kind}", name=name).strip()


def reckoned(line: PaidFor, writing: Writing) -> str:
    """Hours × rate × factor; empty for a single amount."""
    if not line.length_ms:
        return ""
    rate = writing.amount(Minor(line.rate_minor))
    factor = "" if line.factor_ppm == PPM else f" × {writing.decimals(line.factor_ppm, 6, 1)}"
    return f"{hours(line.length_ms)} × {rate}{factor}"


def hours(length_ms: int) -> str:
    """Hours and whole minutes: `46:00 h`."""
    return f"{length_ms // HOUR_MS}:{length_ms // 60_000 % 60:02d} h"


def adjustment(one: Adjusted, words: Words) -> str:
    """What an addition or deduction is for."""
    return words(f"wages.adjustment.{one.adjustment_kind}", name=one.name)


def sex(told: str, words: Words) -> str:
    """What the records say of somebody's sex, as a word."""
    return words(f"slip.sexes.{told}") if told in SEXES and told else told


def locked(part: LockedPart, words: Words, writing: Writing) -> str:
    """Days that were approved, and what of them is not shown."""
    key = "wages.left_out" if part.left_out_minor else "wages.locked"
    return words(
        key,
        first=part.from_day,
        last=part.to_day,
        total=writing.amount(Minor(part.total_minor)),
        left_out=writing.amount(Minor(part.left_out_minor)),
    )


def asked(question: Question, words: Words, writing: Writing) -> str:
    """What must be put right."""
    amount = writing.amount(Minor(question.amount_minor))
    key = f"wages.question.{question.why}"
    return words(key, day=question.day, job=question.job, amount=amount)


def remarked(remark: Remark, words: Words) -> str:
    """What is good to know."""
    return words(
        f"wages.remark.{remark.why}",
        day=remark.day,
        length=hours(remark.length_ms),
        taken=hours(remark.taken_ms),
    )


# --------------------------------------------------------------------------- CSV


def csv_bytes(records: Sequence[WageRecord], words: Words, currency: Currency) -> bytes:
    """Records as CSV. Numbers have a decimal point and no group marks, hours are decimal with two digits."""
    text = io.StringIO(newline="")
    rows = csv.DictWriter(text, _COLUMNS, restval="", lineterminator="\r\n")
    rows.writerow({column: words(f"pay.csv.{column}") for column in _COLUMNS})
    for one in records:
        shared = _shared(one, words, currency)
        for row in _rows(one, words, currency):
            rows.writerow({**shared, **row})
    return text.getvalue().encode()


def _shared(one: WageRecord, words: Words, currency: Currency) -> dict[str, str]:
    """What every row of an employee says."""

    def amount(minor: int) -> str:
        return _amount(minor, currency)

    return {
        "number": _text(one.number),
        "name": _text(one.name),
        "address": _text(one.address),
        "born_day": _text(one.born_day),
        "sex": _text(sex(one.sex, words)),
        "occupation": _text(one.occupation),
        "from_day": one.from_day,
        "to_day": one.to_day,
        "week_begins": f"{words(f'slip.weekday.{one.week_starts}')} 00:00",
        "zone": one.zone,
        "currency": one.currency,
        "straight": amount(one.straight_minor),
        "premium": amount(one.premium_minor),
        "other": amount(one.other_minor),
        "additions": amount(one.additions_minor),
        "deductions": amount(one.deductions_minor),
        "total": amount(one.total_minor),
        "net": amount(one.net_minor),
        "paid": amount(one.paid_minor),
        "owed": amount(one.owed_minor),
        "approval": one.approved,
    }


def _rows(one: WageRecord, words: Words, currency: Currency) -> Iterator[dict[str, str]]:
    for line in one.lines:
        yield {
            "row": "line",
            "week": line.week,
            "day": line.day,
            "kind": line.line_kind,
            "what": _text(what(line, words)),
            "hours": _hours(line.length_ms) if line.length_ms else "",
            "rate": _amount(line.rate_minor, currency) if line.length_ms else "",
            "factor": _factor(line.factor_ppm) if line.length_ms else "",
            "amount": _amount(line.amount_minor, currency),
        }
    for day in one.days:
        yield {"row": "day", "day": day.day, "hours": _hours(day.worked_ms)}
    for week in one.weeks:
        yield {
            "row": "week",
            "week": week.week,
            "hours": _hours(week.worked_ms),
            "overtime_hours": _hours(week.overtime_ms),
            "regular_rate": _amount(week.regular_rate_minor, currency),
        }
    for each in one.adjustments:
        yield {
            "row": "adjustment",
            "day": each.day,
            "kind": each.adjustment_kind,
            "what": _text(each.name),
            "amount": _amount(each.amount_minor, currency),
        }
    for paid in one.payments:
        yield {
            "row": "payment",
            "day": paid.day,
            "amount": _amount(paid.amount_minor, currency),
        }


def _text(said: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{said}" if said.startswith(_FORMULAS) else said


def _amount(minor: int, currency: Currency) -> str:
    return format_amount(Minor(minor), currency, ".", "")


def _hours(length_ms: int) -> str:
    """Decimal hours, cut to hundredths as far as they do not come out even: 7.50."""
    whole, rest = divmod(length_ms * _HUNDREDTHS // HOUR_MS, _HUNDREDTHS)
    return f"{whole}.{rest:02d}"


def _factor(factor_ppm: int) -> str:
    whole, rest = divmod(factor_ppm, PPM)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")
