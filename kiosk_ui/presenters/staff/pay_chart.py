"""Labour cost against sales, an hour of the day a column: when many work for few sales, and when few for many."""

from collections.abc import Sequence

import msgspec

from appliance.domain.money import PPM, divide_half_up
from appliance.messages import LabourHourView, LabourView
from kiosk_ui.presenters.formats import NO_BREAK
from kiosk_ui.presenters.staff.pay_lines import Lines

HOUR: str = "hour:"
DAY_HOURS = 24
PERCENT = 100


class HourBarView(msgspec.Struct, frozen=True):
    """An hour: `sales` and `cost` are heights from 0 to 1 of the highest bar there is."""

    key: str
    hour: str
    ratio: str
    sales: float
    cost: float
    back: str = "surface"
    border: str = "line"


class ChartView(msgspec.Struct, frozen=True):
    """The columns, and a sentence about all of them or about the one that was tapped."""

    title: str = ""
    text: str = ""
    sales: str = ""
    cost: str = ""
    is_empty: bool = True
    empty: str = ""
    bars: tuple[HourBarView, ...] = ()


def chart(seen: LabourView, lines: Lines, chosen: int | None) -> ChartView:
    """The chart; `chosen` is the hour that was tapped."""
    words, formats = lines.words, lines.formats
    hours = busy(seen.hours)
    highest = max((max(one.sales_minor, one.cost_minor) for one in hours), default=0)
    text = words("staff_pay.chart.progress", done=seen.done, all=seen.parts)
    if seen.done == seen.parts:
        one = next((one for one in hours if one.hour == chosen), None)
        text = _said(seen.hours, lines) if one is None else _said([one], lines)
    return ChartView(
        title=words("staff_pay.chart.title"),
        text=text,
        sales=words("staff_pay.chart.sales", amount=formats.money(highest)),
        cost=words("staff_pay.chart.cost"),
        is_empty=not highest,
        empty=words("staff_pay.chart.empty"),
        bars=tuple(_bar(one, highest, chosen) for one in hours) if highest else (),
    )


def busy(hours: Sequence[LabourHourView]) -> Sequence[LabourHourView]:
    """The hours from the first to the last in which something was sold or somebody worked."""
    full = [one.hour for one in hours if one.sales_minor or one.cost_minor or one.worked_ms]
    return [one for one in hours if full and full[0] <= one.hour <= full[-1]]


def percent(cost_minor: int, sales_minor: int) -> str:
    """What share of sales wages are: `28 %`; a dash without sales."""
    if sales_minor <= 0:
        return "–"
    return f"{divide_half_up(cost_minor * PERCENT, sales_minor)}{NO_BREAK}%"


def _bar(one: LabourHourView, highest: int, chosen: int | None) -> HourBarView:
    return HourBarView(
        key=f"{HOUR}{one.hour}",
        hour=str(one.hour),
        ratio=percent(one.cost_minor, one.sales_minor),
        sales=_share(one.sales_minor, highest),
        cost=_share(one.cost_minor, highest),
        back="brand_soft" if one.hour == chosen else "surface",
        border="brand" if one.hour == chosen else "line",
    )


def _share(minor: int, highest: int) -> float:
    return max(0, minor) * PPM // highest / PPM


def _said(hours: Sequence[LabourHourView], lines: Lines) -> str:
    """Sales, hours, cost and ratio of one hour or of all."""
    words, money = lines.words, lines.formats.money
    sales = sum(one.sales_minor for one in hours)
    cost = sum(one.cost_minor for one in hours)
    told = words(
        "staff_pay.chart.said" if sales > 0 else "staff_pay.chart.said_no_sales",
        sales=money(sales),
        worked=lines.length(sum(one.worked_ms for one in hours)),
        cost=money(cost),
        ratio=percent(cost, sales),
    )
    if len(hours) > 1:
        return told
    hour = hours[0].hour
    return words("staff_pay.chart.hour", hour=hour, next=(hour + 1) % DAY_HOURS, said=told)
