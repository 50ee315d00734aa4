"""The chart of labour against sales, drawn by pygal in the colours of the back office, for light and dark screens."""

import re
from functools import cache
from importlib.resources import files
from typing import Any, Final

import pygal
from pygal.style import Style

from appliance.lan_server.pages.formats import Formats
from appliance.services.labour import Labour

WIDTH: Final = 1000
HEIGHT: Final = 380
_LINES: Final = 4
_STEPS: Final = (1, 2, 5)
_EXTRAS: Final = re.compile(rb"<script\b.*?(?:</script>|/>)|<!--.*?-->", re.DOTALL)
"""Pygal leaves a script and addresses of its makers in every picture; no page of ours would run the one."""
_DARK: Final = "@media (prefers-color-scheme: dark)"
_FONT: Final = "Inter, system-ui, sans-serif"


def svg(found: Labour, form: Formats) -> bytes:
    """Two bars for each hour in which somebody worked or something was sold: sales and wages."""
    hours = [one for one in found.hours if one.worked_ms or one.sales_minor]
    first = min((one.hour for one in hours), default=0)
    last = max((one.hour for one in hours), default=23)
    shown = found.hours[first : last + 1]
    light, dark = _palette()
    most = max(1, *(max(one.cost_minor, one.sales_minor) for one in shown))
    chart: Any = pygal.Bar(
        config=pygal.Config(
            js=[],
            width=WIDTH,
            height=HEIGHT,
            explicit_size=False,
            legend_at_bottom=True,
            legend_box_size=14,
            margin=8,
            no_data_text="",
            print_values=False,
            pretty_print=False,
            show_minor_x_labels=True,
            style=_style(light),
            css=[
                "file://style.css",
                "file://graph.css",
                f"inline:{_rules(light, 'blue', 'brand')}",
                f"inline:{_DARK} {{ {_rules(dark, 'blue_ink', 'brand_ink')} }}",
            ],
        )
    )
    chart.x_labels = [str(one.hour) for one in shown]
    chart.y_labels = _marks(most)
    chart.value_formatter = lambda minor: form.money(round(minor))
    say = form.words
    chart.add(say("pay.labour.sales"), [max(0, one.sales_minor) for one in shown])
    chart.add(say("pay.labour.cost"), [one.cost_minor for one in shown])
    drawn: bytes = chart.render()
    return _EXTRAS.sub(b"", drawn)


def _marks(most: int) -> list[int]:
    """Round amounts from nothing to what the longest bar needs, some four of them."""
    step = next(
        size * 10**power
        for power in range(20)
        for size in _STEPS
        if size * 10**power * _LINES >= most
    )
    return [step * place for place in range(-(-most // step) + 1)]


def _style(colours: dict[str, str]) -> Style:
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground=colours["muted"],
        foreground_strong=colours["ink"],
        foreground_subtle=colours["line"],
        opacity="1",
        opacity_hover="1",
        transition="0s",
        colors=(colours["blue"], colours["brand"]),
        font_family=_FONT,
        label_font_size=15,
        major_label_font_size=15,
        legend_font_size=16,
    )


def _rules(colours: dict[str, str], sales: str, wages: str) -> str:
    """What pygal's own style sheets do not ask us for; on a dark screen the picture follows the machine's wish."""
    return " ".join(
        (
            f"text {{ fill: {colours['muted']} !important; }}",
            f".axis .line, .axis .guide {{ stroke: {colours['line']} !important; }}",
            f".color-0 {{ fill: {colours[sales]} !important; stroke: none !important; }}",
            f".color-1 {{ fill: {colours[wages]} !important; stroke: none !important; }}",
        )
    )


@cache
def _palette() -> tuple[dict[str, str], dict[str, str]]:
    """The colours of `static/palette.css`, light and dark, so that a chart is never out of step with the pages."""
    text = files("appliance.lan_server").joinpath("static", "palette.css").read_text("utf-8")
    light, _, dark = text.partition(_DARK)
    return _colours(light), _colours(dark)


def _colours(css: str) -> dict[str, str]:
    found = {}
    for line in css.splitlines():
        name, colon, value = line.strip().partition(":")
        if colon and name.startswith("--"):
            found[name.removeprefix("--")] = value.strip(" ;")
    return found
