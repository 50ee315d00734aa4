"""A sheet of fields to be filled in, over a page: a person's name, a rate, a time. What it is about, the page says.

Text is typed on a keyboard, digits, amounts and times on a pad, days are picked from a month. What was filled in is a
mapping of texts; the page makes a command of it. The sheet closes when the register has taken the command, and says
what is wrong when it has not.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from appliance.messages import Command, Fields, Snapshot, StaffView, UpkeepView
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.ask import Ask, Question
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Seen, Send
from kiosk_ui.presenters.keyed import keyed, next_month, today, value_of, with_colon
from kiosk_ui.presenters.keys import BACKSPACE, NO_KEY, KeyView, digit_pad
from kiosk_ui.presenters.month import DayCellView, cells
from kiosk_ui.presenters.tiles import ChipView, chip
from kiosk_ui.presenters.workshop.typing import SHIFT, capital, keyboard
from kiosk_ui.presenters.workshop.views import FieldView
from kiosk_ui.strings import Words

Takes = Literal[
    "text", "hidden", "digits", "secret", "amount", "hours", "time", "day", "choice", "many"
]
"""What a field holds, always as text.

`hidden` is a text that is not shown, `secret` are digits that are not. `amount` is minor units, `hours` and `time` are
`8:30`, `day` is `2026-11-28`, `many` are values with blanks between.
"""

LONGEST: Final = 200
DOT: Final = "●"
CARET: Final = "|"
NAME_SIGNS: Final = {"en": "/-_.,'éñü", "de": "/-_.,'éèç", "es": "áéíóúü/-_.,"}
"""What names, addresses and reasons need besides letters: José, O'Brien, America/New_York."""
WEEK: Final = 7
PAD: Final = frozenset({"digits", "secret", "amount", "hours", "time"})
TEXTS: Final = frozenset({"text", "hidden"})
HIDDEN: Final = frozenset({"secret", "hidden"})
KEYED: Final = PAD | TEXTS


class Field(msgspec.Struct, frozen=True):
    """One field. `hint` stands where nothing is filled in; `note` beside the label.

    `choices` of a `text` are ready-made texts: a chip fills one in, and it can still be typed over. Where they depend
    on what else is filled in, `offers` says which they are; a value that is offered no more is forgotten.
    """

    key: str
    label: str
    takes: Takes = "text"
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    note: str = ""
    required: bool = False
    offers: Callable[[Mapping[str, str]], tuple[tuple[str, str], ...]] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be filled in. `command` makes of the filled-in texts what is to be asked of the register.

    `check` says what is wrong with them before the register is asked, as two PINs that differ; empty for nothing.
    `remove` is what a second button says, which asks `removing` before it does anything.
    """

    title: str
    fields: tuple[Field, ...]
    save: str
    command: Callable[[Mapping[str, str]], Command]
    text: str = ""
    remove: str = ""
    removing: Question | None = None
    check: Callable[[Mapping[str, str]], str] = lambda _filled: ""


Fill = Callable[[Sheet], None]
"""Opens a sheet."""


class SheetView(msgspec.Struct, frozen=True):
    """The sheet: its fields, or one of them with keys, a pad or a month."""

    title: str = ""
    text: str = ""
    note: str = ""
    has_note: bool = False
    has_text: bool = False
    is_fields: bool = True
    is_keys: bool = False
    is_pad: bool = False
    is_days: bool = False
    fields: tuple[FieldView, ...] = ()
    edited: str = ""
    keys: tuple[tuple[KeyView, ...], ...] = ()
    pad: tuple[KeyView, ...] = ()
    month: str = ""
    weekdays: tuple[str, ...] = ()
    days: tuple[DayCellView, ...] = ()
    save: str = ""
    can_save: bool = False
    cancel: str = ""
    take: str = ""
    remove: str = ""
    can_remove: bool = False


class SheetPresenter(Presenter[SheetView]):
    """Holds what is filled in until it is taken or given up."""

    topics = (StaffView, UpkeepView)
    _sheet: Sheet | None = None
    _key = ""
    _text = ""
    _shifted = False
    _waits_from: int | None = None
    """How many answers there had been when the command was sent."""
    _refused = False
    _wrong = ""
    """What the sheet itself found to be wrong when it was to be saved."""

    def __init__(
        self, send: Send, words: Words, ask: Ask, *, open_overlay: Open, now_ms: NowMs
    ) -> None:
        """`ask` asks before something is removed."""
        self._ask = ask
        self._values: dict[str, str] = {}
        self._month = datetime.date(2026, 1, 1)
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    def open(self, sheet: Sheet) -> None:
        """Show a sheet; what was filled into another is given up."""
        self._sheet, self._key, self._waits_from, self._refused = sheet, "", None, False
        self._wrong = ""
        self._values = {field.key: field.value for field in sheet.fields}
        self.refresh()
        self.open_overlay(Overlay.SHEET)

    # ------------------------------------------------------------------ gestures: the fields

    def edit(self, key: str) -> None:
        """A field was tapped."""
        field = self._field(key)
        if field is None:
            return
        self._key, self._text, self._shifted = key, self._typed_of(field), False
        if field.takes == "day":
            shown = self._values[key] or today(self.now_ms())
            self._month = datetime.date.fromisoformat(shown).replace(day=1)
        self.refresh()

    def tap_chip(self, name: str) -> None:
        """A value was chosen, `key=value`: of `many` it is put in or taken out."""
        key, _, value = name.partition("=")
        field = self._field(key)
        if field is None:
            return
        held, offered = self._values[key], self._all_offered()
        if field.takes == "many":
            chosen = held.split()
            chosen = (
                [one for one in chosen if one != value] if value in chosen else [*chosen, value]
            )
            self._values[key] = " ".join(chosen)
        else:
            self._values[key] = "" if held == value and not field.required else value
        self._forget(offered)
        self.refresh()

    def save(self) -> None:
        """Ask the register. A second tap before it has answered is the same."""
        sheet = self._sheet
        if sheet is None or not self.view.can_save:
            return
        self._refused, self._wrong = False, sheet.check(dict(self._values))
        if not self._wrong:
            self._waits_from = self._answered()
            self.send(sheet.command(dict(self._values)))
        self.refresh()

    def remove(self) -> None:
        """Ask whether to remove what the sheet is about."""
        if self._sheet is not None and self._sheet.removing is not None:
            self._ask(self._sheet.removing)

    def close(self) -> None:
        """Give up what was filled in."""
        self._sheet = None
        self.open_overlay(Overlay.NONE)

    # ------------------------------------------------------------------ gestures: one field

    def key(self, name: str) -> None:
        """A key of the keyboard or of the pad."""
        field = self._field(self._key)
        if field is None or field.takes not in KEYED:
            return
        if name == SHIFT:
            self._shifted = not self._shifted
        elif name == BACKSPACE:
            self._text = self._text[:-1]
        elif field.takes in TEXTS:
            if name.isprintable():
                sign = capital(name) if self._shifted else name
                self._text = (self._text + sign)[:LONGEST]
        elif name.isdecimal() and name.isascii():
            self._text = keyed(field.takes, self._text + name) or self._text
        self.refresh()

    def typed(self, text: str) -> None:
        """Something was typed on a real keyboard."""
        self.key(text)

    def choose(self, day: str) -> None:
        """A day was tapped."""
        if self._key:
            self._values[self._key], self._key = day, ""
            self.refresh()

    def month_back(self) -> None:
        """The month before."""
        self._month = (self._month - datetime.timedelta(days=1)).replace(day=1)
        self.refresh()

    def month_on(self) -> None:
        """The month after."""
        self._month = next_month(self._month)
        self.refresh()

    def take(self) -> None:
        """What was keyed is the value."""
        field = self._field(self._key)
        if field is not None and field.takes in KEYED:
            offered = self._all_offered()
            self._values[field.key] = value_of(field.takes, self._text)
            self._forget(offered)
        self.back()

    def back(self) -> None:
        """Back to the fields."""
        self._key = ""
        self.refresh()

    # ------------------------------------------------------------------ what follows from them

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """Once the register has answered, the sheet closes, or says what is wrong."""
        if not isinstance(snapshot, (StaffView, UpkeepView)):
            return
        was_there = bool(before.staff.part) or before.upkeep.open
        if was_there and not self.seen.staff.part and not self.seen.upkeep.open:
            self._sheet = None
        if self._waits_from is None or self._answered() <= self._waits_from:
            return
        problem, _ = self._problem()
        self._waits_from, self._refused = None, bool(problem)
        if not problem and self._sheet is not None:
            self.close()

    def _answered(self) -> int:
        """How many commands the page that is open has had an answer to."""
        return self.seen.upkeep.answered if self.seen.upkeep.open else self.seen.staff.answered

    def _problem(self) -> tuple[str, Fields]:
        """Why the last one was refused there."""
        upkeep, staff = self.seen.upkeep, self.seen.staff
        if upkeep.open:
            return upkeep.problem, upkeep.problem_fields
        return staff.problem, staff.problem_fields

    def _field(self, key: str) -> Field | None:
        fields = () if self._sheet is None else self._sheet.fields
        return next((field for field in fields if field.key == key), None)

    def _offered(self, field: Field) -> tuple[tuple[str, str], ...]:
        return field.choices if field.offers is None else field.offers(self._values)

    def _all_offered(self) -> dict[str, set[str]]:
        """What is offered for each field whose choices depend on others."""
        fields = () if self._sheet is None else self._sheet.fields
        return {
            field.key: {value for value, _ in self._offered(field)}
            for field in fields
            if field.offers is not None
        }

    def _forget(self, before: Mapping[str, set[str]]) -> None:
        """A value that was offered before something else was filled in, and is no more, is none."""
        for key, now in self._all_offered().items():
            if self._values[key] in before[key] - now:
                self._values[key] = ""

    def _typed_of(self, field: Field) -> str:
        """What would have been keyed for the value that a field has."""
        held = self._values[field.key]
        if field.takes in HIDDEN:
            return ""
        return held.replace(":", "") if field.takes in {"time", "hours"} else held

    # ------------------------------------------------------------------ drawing

    def draw(self) -> SheetView:
        """The sheet for now; next to nothing while there is none."""
        sheet, words = self._sheet, self.words
        if sheet is None:
            return SheetView()
        field = self._field(self._key)
        note = self._wrong
        if self._refused:
            note = self.formats.problem(*self._problem())
        takes = "" if field is None else field.takes
        return SheetView(
            title=sheet.title if field is None else field.label,
            text=sheet.text,
            has_text=field is None and bool(sheet.text) and not note,
            note=note,
            has_note=field is None and bool(note),
            is_fields=field is None,
            is_keys=takes in TEXTS,
            is_pad=takes in PAD,
            is_days=takes == "day",
            fields=tuple(map(self._drawn, sheet.fields)),
            edited="" if field is None else self._written(field, self._text) + CARET,
            keys=keyboard(words, shifted=self._shifted, signs=NAME_SIGNS[words.language])
            if takes in TEXTS
            else (),
            pad=digit_pad(corner=NO_KEY) if takes in PAD else (),
            month=self._month_name() if takes == "day" else "",
            weekdays=tuple(words(f"sheet.weekday.{day}") for day in range(1, WEEK + 1)),
            days=cells(self._month, self._values.get(self._key, "")) if takes == "day" else (),
            save=sheet.save,
            can_save=self._waits_from is None
            and all(self._values[one.key] for one in sheet.fields if one.required),
            cancel=words("sheet.cancel"),
            take=words("sheet.take"),
            remove=sheet.remove,
            can_remove=sheet.removing is not None,
        )

    def _drawn(self, field: Field) -> FieldView:
        value = self._values[field.key]
        if field.takes in {"choice", "many"}:
            chosen = value.split() if field.takes == "many" else [value]
            return FieldView(
                key=field.key,
                label=field.label,
                name=field.note,
                has_chips=True,
                chips=tuple(
                    self._chip(field, one, text, chosen) for one, text in self._offered(field)
                ),
            )
        offered = self._offered(field)
        empty = field.hint or self.words("sheet.needed" if field.required else "sheet.empty")
        written = DOT * len(value)
        if field.takes not in HIDDEN:
            written = self._written(field, self._typed_of(field) if value else "")
        return FieldView(
            key=field.key,
            label=field.label,
            name=field.note,
            has_text=True,
            value=written or empty,
            value_colour="ink" if value else "muted",
            has_chips=bool(offered),
            chips=tuple(self._chip(field, one, text, [value]) for one, text in offered),
        )

    @staticmethod
    def _chip(field: Field, value: str, text: str, chosen: list[str]) -> ChipView:
        return chip(f"{field.key}={value}", text, active=value in chosen)

    def _written(self, field: Field, typed: str) -> str:
        """What was keyed, as a person reads it."""
        if field.takes in HIDDEN:
            return DOT * len(typed)
        if field.takes == "amount":
            return self.formats.money(int(typed)) if typed else ""
        if field.takes in {"time", "hours"}:
            return with_colon(typed)
        if field.takes == "day" and typed:
            return self.formats.day(typed)
        return typed

    def _month_name(self) -> str:
        return f"{self.words(f'date.month.{self._month.month}')} {self._month.year}"
