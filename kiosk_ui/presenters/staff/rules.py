"""The part about the pay rules: each is a row with its value and what it means; a tap changes it.

Bonuses, holidays, kinds of leave and the shop's own breaks are lists of their own: a tap on their row opens one.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from appliance.messages import LookAtHolidays, Snapshot, StaffRulesView
from kiosk_ui.presenters.ask import Ask, Question
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Seen, Send
from kiosk_ui.presenters.keyed import hours_text
from kiosk_ui.presenters.sheet import Fill, Sheet
from kiosk_ui.presenters.staff import rules_lists, terms_sheets
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
LIST: Final = "list:"
ANCHORED: Final = frozenset({"weekly", "biweekly"})
MAY_BE_WAIVED: Final = "us_california"
ICONS: Final = {
    "overtime": "clock-plus-outline",
    "own_overtime": "tune",
    "week_starts": "calendar-week",
    "period": "calendar-range",
    "period_anchor": "calendar-start",
    "bonuses": "weather-night",
    "breaks": "coffee-outline",
    "own_breaks": "coffee-outline",
    "meals_waived": "food-off-outline",
    "all_holidays": "party-popper",
    "leave": "beach",
    "round_minutes": "approximately-equal",
    "early_minutes": "clock-start",
    "late_minutes": "clock-alert-outline",
    "zone": "earth",
}
"""The rules in the order in which they are shown, each with its icon."""
HOLIDAY_ICONS: Final = {"holidays": "earth", "holiday_pay": "cash-plus"}
"""The rules that stand above the holidays."""
LISTS: Final = frozenset({"bonuses", "own_breaks", "all_holidays", "leave"})
HOLIDAYS: Final = "all_holidays"


class StaffRulesPartView(msgspec.Struct, frozen=True):
    """The rows of the rules or of one list, and what is true of all of them."""

    list: str = ""
    is_list: bool = False
    title: str = ""
    intro: str = ""
    rows: tuple[RowView, ...] = ()
    add: str = ""


class StaffRulesPresenter(Presenter[StaffRulesPartView]):
    """Shows the rules or a list, and fills a sheet for what was tapped."""

    topics = (StaffRulesView,)
    _list = ""

    def __init__(
        self, send: Send, words: Words, ask: Ask, fill: Fill, *, open_overlay: Open, now_ms: NowMs
    ) -> None:
        """`ask` asks before something is used again, `fill` opens a sheet."""
        self._ask = ask
        self._fill = fill
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    def choose(self, key: str) -> None:
        """A row was tapped: `rule:<name>`, `list:<name>`, or something of the list that is shown."""
        kind, _, which = key.partition(":")
        seen = self.seen.staff_rules
        if kind == "list":
            self._go_to(which)
        elif kind == "rule":
            self._fill(self._of_rule(which))
        else:
            found = terms_sheets.of(kind, which, seen, self.formats)
            if isinstance(found, Question):
                self._ask(found)
            elif found is not None:
                self._fill(found)

    def add(self) -> None:
        """Something new in the list that is shown."""
        self._fill(terms_sheets.new(self._list, self.seen.staff_rules, self.formats))

    def back(self) -> None:
        """Back to the rules."""
        self._go_to("")

    def _go_to(self, name: str) -> None:
        if HOLIDAYS in {name, self._list}:
            self.send(LookAtHolidays(shown=name == HOLIDAYS))
        self._list = name
        self.refresh()

    def _of_rule(self, name: str) -> Sheet:
        seen = self.seen.staff_rules
        return Sheet(
            title=self.words(f"staff_rules.label.{name}"),
            text=self._meaning(name),
            fields=fields(name, seen, self.words),
            save=self.words("staff_rules.save"),
            command=lambda filled: command(name, filled, seen),
        )

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """A page that is opened anew begins with the rules."""
        if isinstance(snapshot, StaffRulesView) and not before.staff_rules.period_anchor:
            self._list = ""

    # ------------------------------------------------------------------ drawing

    def draw(self) -> StaffRulesPartView:
        """The rules or a list for now; next to nothing while they are not shown."""
        seen = self.seen.staff_rules
        if not seen.period_anchor:
            return StaffRulesPartView()
        if self._list:
            return self._draw_list(seen)
        left_out = {
            *(() if seen.period in ANCHORED else ("period_anchor",)),
            *(() if seen.overtime == "own" else ("own_overtime",)),
            *(() if seen.breaks == "own" else ("own_breaks",)),
            *(() if seen.breaks == MAY_BE_WAIVED else ("meals_waived",)),
        }
        return StaffRulesPartView(
            intro=self.words("staff_rules.intro"),
            rows=tuple(
                self._row(name, icon) for name, icon in ICONS.items() if name not in left_out
            ),
        )

    def _draw_list(self, seen: StaffRulesView) -> StaffRulesPartView:
        above: tuple[RowView, ...] = ()
        if self._list == HOLIDAYS:
            above = tuple(self._row(name, icon) for name, icon in HOLIDAY_ICONS.items())
        return StaffRulesPartView(
            list=self._list,
            is_list=True,
            title=self.words(f"staff_rules.label.{self._list}"),
            intro=self.words(f"staff_rules.list.{self._list}"),
            rows=above + rules_lists.rows(self._list, seen, self.formats),
            add=self.words(f"staff_rules.add.{self._list}"),
        )

    def _row(self, name: str, icon: str) -> RowView:
        words = self.words
        label = words(f"staff_rules.label.{name}")
        return RowView(
            key=(LIST if name in LISTS else RULE) + name,
            icon=icon,
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
            "bonuses": lambda: rules_lists.names_of_bonuses(seen, self.formats),
            "own_breaks": lambda: rules_lists.names_of_breaks(seen, self.formats),
            "all_holidays": self._holidays,
            "leave": lambda: rules_lists.names_of_leave(seen, words),
            "early_minutes": lambda: minutes(seen.early_minutes, words),
            "late_minutes": lambda: minutes(seen.late_minutes, words),
        }
        if name in written:
            return written[name]()
        return dict(choices(name, words)).get(self._held(name)) or words("staff_rules.own")

    def _holidays(self) -> str:
        return rules_lists.country_and_part(self.seen.staff_rules, self.words)

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
