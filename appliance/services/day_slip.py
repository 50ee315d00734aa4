"""The slip of a day's work: who, when they went, and what they have worked and earned so far."""

import datetime
from typing import Final
from zoneinfo import ZoneInfo

from appliance.domain.money import Minor
from appliance.domain.receipt import (
    Align,
    Blank,
    Cut,
    PairLine,
    ReceiptLine,
    Rule,
    TextLine,
    Writing,
)
from appliance.messages import PunchedView
from appliance.services.shop import ShopFacts
from appliance.words import Words

_MINUTE_MS: Final = 60_000
_MINUTES: Final = 60


def compose(
    made: PunchedView, zone: ZoneInfo, facts: ShopFacts, words: Words, *, clock_ok: bool
) -> tuple[ReceiptLine, ...]:
    """The lines of the slip of somebody who has clocked out: `made.slip` is there."""
    slip = made.slip
    assert slip is not None
    lines: list[ReceiptLine] = [
        TextLine(facts.name, Align.CENTER, bold=True, large=True),
        Blank(),
        TextLine(words("day_slip.title"), bold=True),
        TextLine(made.name, large=True),
        TextLine(words("day_slip.out", time=_moment(made.at_ms, zone, words))),
    ]
    if not clock_ok:
        lines.append(TextLine(words("receipt.time_not_confirmed")))
    lines += [
        Rule(),
        PairLine(words("day_slip.today"), length(slip.today_ms, words), bold=True),
        PairLine(words("day_slip.week"), length(slip.week_ms, words)),
    ]
    if slip.period_minor is not None:
        writing = Writing(words.section("receipt"), facts.currency)
        amount = f"{writing.amount(Minor(slip.period_minor))} {facts.currency.code}"
        period = words("day_slip.pay", from_day=slip.from_day, to_day=slip.to_day)
        lines.append(PairLine(period, amount))
    if slip.questions:
        lines += [Rule(), TextLine(words("day_slip.questions", count=slip.questions))]
    return (*lines, Blank(), Cut())


def length(length_ms: int, words: Words) -> str:
    """How long, to the nearest minute: `7 h 42 min`. Nothing is paid by it."""
    hours, minutes = divmod((length_ms + _MINUTE_MS // 2) // _MINUTE_MS, _MINUTES)
    return words("day_slip.length", hours=hours, minutes=f"{minutes:02d}")


def _moment(at_ms: int, zone: ZoneInfo, words: Words) -> str:
    moment = datetime.datetime.fromtimestamp(at_ms // 1000, tz=zone)
    return moment.strftime(words("format.date_time"))
