"""The part about the pay rules: each is a row with its value and what it means; a tap changes it."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from appliance.messages import StaffRulesView
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Send
from kiosk_ui.presenters.sheet import Fill, Sheet, hours_text
from kiosk_ui.presenters.staff.rules_sheets import (
    MINUTE_MS,
    PPM_PER_PERCENT,
    choices,
    command,
    fields,
    minutes,
)
from kiosk_ui.presenters.workshop.views import RowView
from kiosk_ui.strings import Words

RULE: Final = "rule:"
ANCHORED: Final = frozenset({"weekly", "biweekly"})
MAY_BE_WAIVED: Final = "us_california"
ICONS: Final = {
    "overtime": "clock-plus-outline",
    "own_overtime": "tune",
    "week_starts": "calendar-week",
    "period": "calendar-range",
    "period_anchor": "calendar-start",
    "breaks": "coffee-outline",
    "meals_waived": "food-off-outline",
    "holidays": "party-popper",
    "holiday_pay": "cash-plus",
    "round_minutes": "approximately-equal",
    "early_minutes": "clock-start",
    "late_minutes": "clock-alert-outline",
    "zone": "earth",
}
"""The rules in the order in which they are shown, each with its icon."""


class StaffRulesPartView(msgspec.Struct, frozen=True):
    """The rows, and what is true of all of them."""

    intro: str = ""
    rows: tuple[RowView, ...] = ()


class StaffRulesPresenter(Presenter[StaffRulesPartView]):
    """Shows the rules, and fills a sheet for the one that was tapped."""

    topics = (StaffRulesView,)

    def __init__(
        self, send: Send, words: Words, fill: Fill, *, open_overlay: Open, now_ms: NowMs
    ) -> None:
        """`fill` opens a sheet."""
        self._fill = fill
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    def choose(self, key: str) -> None:
        """A rule was tapped."""
        name = key.removeprefix(RULE)
        seen = self.seen.staff_rules
        self._fill(
            Sheet(
                title=self.words(f"staff_rules.label.{name}"),
                text=self._meaning(name),
                fields=fields(name, seen, self.words),
                save=self.words("staff_rules.save"),
                command=lambda filled: command(name, filled, seen),
            )
        )

    # ------------------------------------------------------------------ drawing

    def draw(self) -> StaffRulesPartView:
        """The rules for now; next to nothing while they are not shown."""
        seen = self.seen.staff_rules
        if not seen.period_anchor:
            return StaffRulesPartView()
        left_out = {
            *(() if seen.period in ANCHORED else ("period_anchor",)),
            *(() if seen.overtime == "own" else ("own_overtime",)),
            *(() if seen.breaks == MAY_BE_WAIVED else ("meals_waived",)),
        }
        return StaffRulesPartView(
            intro=self.words("staff_rules.intro"),
            rows=tuple(self._row(name) for name in ICONS if name not in left_out),
        )

    def _row(self, name: str) -> RowView:
        words = self.words
        label = words(f"staff_rules.label.{name}")
        return RowView(
            key=RULE + name,
            icon=ICONS[name],
            colour="brand_ink",
            title=words("staff_rules.row", label=label, value=self._value(name)),
            text=self._text(name, self._held(name)),
        )

    def _held(self, name: str) -> str:
        held = getattr(self.seen.staff_rules, name, "")
        if isinstance(held, bool):
            return "yes" if held else "no"
        return str(held)

    def _value(self, name: str) -> str:
        seen, words = self.seen.staff_rules, self.words
        written: Mapping[str, Callable[[], str]] = {
            "period_anchor": lambda: self.formats.day(seen.period_anchor),
            "zone": lambda: seen.zone or words("staff_rules.zone.machine", zone=seen.machine_zone),
            "holidays": self._holidays,
            "holiday_pay": self._holiday_pay,
            "own_overtime": self._own_overtime,
            "early_minutes": lambda: minutes(seen.early_minutes, words),
            "late_minutes": lambda: minutes(seen.late_minutes, words),
        }
        if name in written:
            return written[name]()
        return dict(choices(name, words)).get(self._held(name)) or words("staff_rules.own")

    def _holidays(self) -> str:
        seen = self.seen.staff_rules
        where = "-".join(filter(None, (seen.holiday_country, seen.holiday_subdivision)))
        return where or self.words("staff_rules.no_holidays")

    def _holiday_pay(self) -> str:
        seen = self.seen.staff_rules
        return self.words(
            "staff_rules.holiday_value",
            percent=seen.holiday_ppm // PPM_PER_PERCENT,
            hours=hours_text(seen.holiday_ms // MINUTE_MS),
        )

    def _own_overtime(self) -> str:
        seen, words = self.seen.staff_rules, self.words
        limits = ((seen.weekly_after_ms, "a_week"), (seen.daily_after_ms, "a_day"))
        told = [
            words(f"staff_rules.{key}", hours=hours_text(limit // MINUTE_MS))
            for limit, key in limits
            if limit
        ]
        return ", ".join(told) or words("staff_rules.field.no_limit")

    def _text(self, name: str, held: str) -> str:
        """What a rule means, or one of its values where each means something of its own."""
        own = f"staff_rules.{name}.{held}_text"
        return self.words(own if self.words.has(own) else f"staff_rules.text.{name}")

    def _meaning(self, name: str) -> str:
        """What every value means, a line each."""
        told = choices(name, self.words)
        if not any(self.words.has(f"staff_rules.{name}.{value}_text") for value, _ in told):
            return self._text(name, self._held(name))
        return "\n".join(f"{label}: {self._text(name, value)}" for value, label in told)
