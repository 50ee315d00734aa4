"""A device that is being set up: what was chosen and typed, beside what the register knows of it."""

from typing import Final

import msgspec

from appliance.messages import (
    DeviceSetupView,
    KindView,
    Options,
    OptionValue,
    OptionView,
    TypeView,
    WorkshopView,
)
from kiosk_ui.presenters.tiles import ChipView, chip
from kiosk_ui.presenters.workshop.rows import kind_name, type_name
from kiosk_ui.presenters.workshop.views import FieldView, FormView
from kiosk_ui.strings import Words

NAME: Final = ":name"
TYPE: Final = ":type"
"""The device's own name and driver: no option is called so, though some are called `name`."""

USUAL: Final = frozenset(
    {
        "host", "port", "columns", "code_page", "layout", "suffix", "pin", "pin_d0", "pin_d1", "printer", "led",
        "sense_open_high", "format", "baud", "unit", "width_mm", "height_mm", "logo", "output", "volume",
        "monitor", "picture", "dark",
    }
)  # fmt: skip
"""Options that most shops need. The others are shown when they are set, or wanted."""

YES: Final = "yes"
NO: Final = "no"


class Draft(msgspec.Struct, frozen=True):
    """What a person has chosen. `was` is the device's name as it is set up, None for a new one.

    `changed` are the options that are to differ from how they are set up; None means the default.
    """

    name: str
    kind: str
    type: str
    was: str | None = None
    changed: dict[str, OptionValue | None] = msgspec.field(default_factory=dict)

    def with_value(self, key: str, value: OptionValue | None) -> "Draft":
        """The same with one more change."""
        return msgspec.structs.replace(self, changed={**self.changed, key: value})


class Form:
    """A draft and what follows from it for what the register knows now."""

    def __init__(self, draft: Draft, seen: WorkshopView) -> None:
        """Cheap: made whenever it is needed."""
        self.draft: Final = draft
        self.kind: Final = kind_of(seen, draft.kind)
        self.device: Final = device_of(seen, draft.was)
        self.printers: Final = tuple(one.name for one in seen.devices if one.kind == "printer")
        self.options: Final = _options_of(self.kind, draft.type)

    @property
    def given(self) -> Options:
        """The options to be written down: those set up, with the changes, without what another driver had."""
        values = {**values_of(self.device), **self.draft.changed}
        # Before the register has told what drivers there are, nothing is known of any option.
        known = {option.key for option in self.options} or values.keys()
        return {key: value for key, value in values.items() if value is not None and key in known}

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to be written down: always for a device that cannot be used as it is."""
        draft, device = self.draft, self.device
        if device is None or not device.can_check:
            return True
        now, then = self.given, values_of(device)
        return (draft.name, draft.type) != (device.name, device.type) or (
            {key: text_of(value) for key, value in now.items()}
            != {key: text_of(value) for key, value in then.items()}
        )

    def shown(self, *, everything: bool) -> tuple[OptionView, ...]:
        """All options, or those that must be set, are set, or are often needed."""
        given = self.given
        return tuple(
            option
            for option in self.options
            if everything or option.required or option.key in given or option.key in USUAL
        )

    def text(self, key: str) -> str:
        """What stands in a field; empty where it is left to the default."""
        return self.draft.name if key == NAME else text_of(self.given.get(key))

    def with_text(self, key: str, text: str) -> Draft:
        """The draft with a field's new text. Nothing, or the default itself, leaves it to the default."""
        text = text.strip()
        if key == NAME:
            return msgspec.structs.replace(self.draft, name=text)
        if key == TYPE:
            return msgspec.structs.replace(self.draft, type=text)
        option = next((one for one in self.options if one.key == key), None)
        if option is None:
            return self.draft
        if not text or text == text_of(option.default):
            return self.draft.with_value(key, None)
        return self.draft.with_value(key, _value(option, text))

    def with_chip(self, key: str, text: str) -> Draft:
        """The draft with a chip tapped: once more takes it back."""
        return self.with_text(key, "" if text == self.text(key) else text)

    # ------------------------------------------------------------------ drawing

    def view(self, words: Words, *, everything: bool, checking: bool) -> FormView:
        """The whole form. While a self-test is running (`checking`) nothing can be changed."""
        is_new, is_changed = self.device is None, self.is_changed
        return FormView(
            fields=self.fields(words, everything=everything),
            more=words("workshop.less" if everything else "workshop.more"),
            has_more=len(self.options) > len(self.shown(everything=False)),
            save=words("workshop.save"),
            can_save=bool(self.draft.name) and bool(self.options) and is_changed and not checking,
            check=words("workshop.check"),
            # What was not saved yet would not be tested.
            can_check=not (is_new or is_changed or checking),
            remove=words("workshop.remove"),
            can_remove=not is_new and not checking,
        )

    def fields(self, words: Words, *, everything: bool) -> tuple[FieldView, ...]:
        """The name, the driver and the options."""
        name, draft = self.draft.name, self.draft
        types = () if self.kind is None else self.kind.types
        return (
            _text_field(NAME, words("workshop.its_name"), name, words("workshop.needed")),
            FieldView(
                key=TYPE,
                label=words("workshop.its_type"),
                has_chips=True,
                chips=tuple(
                    chip(
                        f"{TYPE}={one.type}",
                        type_name(words, draft.kind, one.type),
                        active=one.type == draft.type,
                    )
                    for one in types
                ),
            ),
            *(self._field(words, option) for option in self.shown(everything=everything)),
        )

    def _field(self, words: Words, option: OptionView) -> FieldView:
        label = label_of(words, option.key)
        value, default = self.text(option.key), text_of(option.default)
        choices = self._choices(words, option)
        if not choices:
            empty = words("workshop.needed" if option.required else "workshop.not_set")
            field = _text_field(option.key, label, value, default or empty)
            return msgspec.structs.replace(field, name=option.key)
        return FieldView(
            key=option.key,
            label=label,
            name=option.key,
            has_chips=True,
            chips=tuple(_chip(option.key, one, text, value, default) for one, text in choices),
        )

    def _choices(self, words: Words, option: OptionView) -> tuple[tuple[str, str], ...]:
        if option.takes == "yes_no":
            return ((YES, words("workshop.yes")), (NO, words("workshop.no")))
        if option.takes == "choice":
            return tuple((one, choice_name(words, one)) for one in option.choices)
        if option.key == "printer" and self.printers:
            return tuple((one, one) for one in self.printers)
        return ()


def begun(seen: WorkshopView, words: Words, kind: str, type_: str, options: Options) -> Draft:
    """A new device with a name that is free; a drawer on the printer knows the only printer there is."""
    plain = kind_name(words, kind).lower()
    names = {device.name for device in seen.devices}
    number = 1
    while (name := plain if number == 1 else f"{plain} {number}") in names:
        number += 1
    draft = Draft(name, kind, type_, changed=dict(options))
    form = Form(draft, seen)
    wants_printer = any(option.key == "printer" for option in form.options)
    if wants_printer and len(form.printers) == 1:
        return form.with_text("printer", form.printers[0])
    return draft


def opened(device: DeviceSetupView) -> Draft:
    """A device as it is set up."""
    return Draft(device.name, device.kind, device.type, was=device.name)


def kind_of(seen: WorkshopView, kind: str) -> KindView | None:
    """A class of devices with its drivers."""
    return next((one for one in seen.kinds if one.kind == kind), None)


def device_of(seen: WorkshopView, name: str | None) -> DeviceSetupView | None:
    """A device that is set up."""
    return next((one for one in seen.devices if one.name == name), None)


def values_of(device: DeviceSetupView | None) -> Options:
    """The options that are set."""
    if device is None:
        return {}
    return {one.key: one.value for one in device.options if one.value is not None}


def label_of(words: Words, key: str) -> str:
    """An option in words."""
    named = f"option.{key}"
    return words(named) if words.has(named) else key


def choice_name(words: Words, value: str) -> str:
    """A value that can be chosen, in words where it has any."""
    named = f"choice.{value}"
    return words(named) if words.has(named) else value


def text_of(value: OptionValue | None) -> str:
    """A value as it is typed: lists with blanks between."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    return " ".join(value) if isinstance(value, tuple) else str(value)


def _options_of(kind: KindView | None, type_: str) -> tuple[OptionView, ...]:
    types: tuple[TypeView, ...] = () if kind is None else kind.types
    return next((one.options for one in types if one.type == type_), ())


def _value(option: OptionView, text: str) -> OptionValue:
    if option.takes == "yes_no":
        return text == YES
    return tuple(text.split()) if option.takes == "list" else text


def _text_field(key: str, label: str, value: str, empty: str) -> FieldView:
    return FieldView(
        key=key,
        label=label,
        value=value or empty,
        value_colour="ink" if value else "muted",
        has_text=True,
    )


def _chip(key: str, one: str, text: str, value: str, default: str) -> ChipView:
    """Dark where it was chosen, grey where it is the default."""
    if not value and one == default:
        return ChipView(f"{key}={one}", text, back="off", press="press", ink="muted")
    return chip(f"{key}={one}", text, active=one == value)
