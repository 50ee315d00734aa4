"""The part about the pay rules: each is a row with its value and what it means; a tap changes it."""

from collections.abc import Mapping
from typing import Final

import msgspec

from appliance.messages import Command, SetPayRules, StaffRulesView
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Send
from kiosk_ui.presenters.sheet import Field, Fill, Sheet
from kiosk_ui.presenters.workshop.views import RowView
from kiosk_ui.strings import Words

RULE: Final = "rule:"
NO_LAW: Final = ("none", "us_federal", "us_california")
PERIODS: Final = ("weekly", "biweekly", "semi_monthly", "monthly")
ANCHORED: Final = frozenset({"weekly", "biweekly"})
STEPS: Final = ("0", "5", "6", "15")
WEEKDAYS: Final = tuple(map(str, range(7)))
ICONS: Final = {
    "overtime": "clock-plus-outline",
    "week_starts": "calendar-week",
    "period": "calendar-range",
    "period_anchor": "calendar-start",
    "round_minutes": "approximately-equal",
    "zone": "earth",
}


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
        label, words = self.words(f"staff_rules.label.{name}"), self.words
        choices = self._choices(name)
        held = self._held(name)
        if choices:
            field = Field(name, label, "choice", held, choices, required=True)
        elif name == "period_anchor":
            field = Field(name, label, "day", held, required=True)
        else:
            field = Field(name, label, value=held, hint=self._machine_zone())
        self._fill(
            Sheet(
                title=label,
                text=self._meaning(name, choices),
                fields=(field,),
                save=words("staff_rules.save"),
                command=lambda filled: _command(name, filled),
            )
        )

    # ------------------------------------------------------------------ drawing

    def draw(self) -> StaffRulesPartView:
        """The rules for now; next to nothing while they are not shown."""
        seen = self.seen.staff_rules
        if not seen.period_anchor:
            return StaffRulesPartView()
        names = [
            "overtime", "week_starts", "period", "period_anchor", "round_minutes", "zone",
        ]  # fmt: skip
        if seen.period not in ANCHORED:
            names.remove("period_anchor")
        return StaffRulesPartView(
            intro=self.words("staff_rules.intro"), rows=tuple(map(self._row, names))
        )

    def _row(self, name: str) -> RowView:
        words = self.words
        return RowView(
            key=RULE + name,
            icon=ICONS[name],
            colour="brand_ink",
            title=words(
                "staff_rules.row", label=words(f"staff_rules.label.{name}"), value=self._value(name)
            ),
            text=self._text(name, self._held(name)),
        )

    def _held(self, name: str) -> str:
        return str(getattr(self.seen.staff_rules, name))

    def _value(self, name: str) -> str:
        held = self._held(name)
        if name == "period_anchor":
            return self.formats.day(held)
        if name == "zone":
            return held or self._machine_zone()
        return dict(self._choices(name))[held]

    def _choices(self, name: str) -> tuple[tuple[str, str], ...]:
        """The values of a rule with what they are called; none where it is filled in otherwise."""
        words = self.words
        if name == "week_starts":
            return tuple((day, words(f"date.weekday.{int(day) + 1}")) for day in WEEKDAYS)
        values = {"overtime": NO_LAW, "period": PERIODS, "round_minutes": STEPS}.get(name, ())
        return tuple((value, words(f"staff_rules.{name}.{value}")) for value in values)

    def _text(self, name: str, held: str) -> str:
        """What a rule means, or one of its values where each means something of its own."""
        own = f"staff_rules.{name}.{held}_text"
        return self.words(own if self.words.has(own) else f"staff_rules.text.{name}")

    def _meaning(self, name: str, choices: tuple[tuple[str, str], ...]) -> str:
        """What every value means, a line each."""
        if not self.words.has(f"staff_rules.{name}.{self._held(name)}_text"):
            return self._text(name, self._held(name))
        return "\n".join(f"{label}: {self._text(name, value)}" for value, label in choices)

    def _machine_zone(self) -> str:
        return self.words("staff_rules.zone.machine", zone=self.seen.staff_rules.machine_zone)


def _command(name: str, filled: Mapping[str, str]) -> Command:
    value = filled[name]
    match name:
        case "overtime":
            return SetPayRules(overtime=value)
        case "week_starts":
            return SetPayRules(week_starts=int(value))
        case "period":
            return SetPayRules(period=value)
        case "period_anchor":
            return SetPayRules(period_anchor=value)
        case "round_minutes":
            return SetPayRules(round_minutes=int(value))
        case _:
            return SetPayRules(zone=value)
