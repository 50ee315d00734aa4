"""What can be set on a driver, read from its `Options`: for pages that ask for it."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import inspect

import drivers
from appliance.messages import KindView, Options, OptionValue, OptionView, TypeView

_SIMULATED: Final = "simulated"
_RECORDERS: Final = "camera"
"""Cameras are the recorder's, another process; the till has none."""


def kinds(*, simulated: bool) -> tuple[KindView, ...]:
    """Every class of the till's devices with its drivers. Imports them all: tens of milliseconds, more at first.

    `simulated` says whether the simulated twins are offered.
    """
    return tuple(
        KindView(
            kind=kind,
            types=tuple(
                TypeView(type=name, options=options_of(kind, name, {}))
                for name in drivers.available(kind)
                if simulated or name != _SIMULATED
            ),
        )
        for kind in drivers.kinds()
        if kind != _RECORDERS
    )


def options_of(kind: str, type_name: str, given: Mapping[str, Any]) -> tuple[OptionView, ...]:
    """The options of a driver with the values that are given. Raises `drivers.UnknownDriver`."""
    module = drivers.load(kind, type_name)
    return with_values(
        tuple(_option(field) for field in _fields(module.Options) if field.encode_name), given
    )


def with_values(
    options: tuple[OptionView, ...], given: Mapping[str, Any]
) -> tuple[OptionView, ...]:
    """Options with values in them; None where an option is not given."""
    return tuple(
        msgspec.structs.replace(option, value=_plain(given.get(option.key))) for option in options
    )


def typed(kind: str, type_name: str, given: Mapping[str, OptionValue]) -> Options:
    """Options as the driver wants them, where a page has only text: figures become numbers.

    What does not fit is left as it is, for the driver's own check to name. Raises `drivers.UnknownDriver`.
    """
    fields = {field.encode_name: field for field in _fields(drivers.load(kind, type_name).Options)}
    return {key: _typed(fields.get(key), value) for key, value in given.items()}


def _fields(struct: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType), struct
    return info.fields


def _option(field: inspect.Field) -> OptionView:
    kind = _kind(field.type)
    default = None if field.required else _plain(_default(field))
    takes = "text"
    choices: tuple[str, ...] = ()
    if isinstance(kind, inspect.LiteralType):
        takes, choices = "choice", tuple(map(str, kind.values))
    elif isinstance(kind, inspect.EnumType):
        takes, choices = "choice", tuple(str(member.value) for member in kind.cls)
    elif isinstance(kind, inspect.BoolType):
        takes = "yes_no"
    elif isinstance(kind, inspect.IntType):
        takes = "number"
    elif isinstance(kind, (inspect.VarTupleType, inspect.ListType)):
        takes = "list"
    return OptionView(
        key=field.encode_name,
        takes=takes,  # type: ignore[arg-type]
        default=default,
        choices=choices,
        required=field.required,
    )


def _kind(found: inspect.Type) -> inspect.Type:
    """The type itself, where it may also be None or carries notes."""
    if isinstance(found, inspect.Metadata):
        return _kind(found.type)
    if isinstance(found, inspect.UnionType):
        others = [one for one in found.types if not isinstance(one, inspect.NoneType)]
        return _kind(others[0])
    return found


def _default(field: inspect.Field) -> Any:  # noqa: ANN401 - any value of an option
    if field.default is not msgspec.NODEFAULT:
        return field.default
    return field.default_factory() if callable(field.default_factory) else None


def _plain(value: Any) -> OptionValue | None:  # noqa: ANN401 - any value of an option
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, (tuple, list, frozenset)):
        return tuple(map(str, value))
    return str(value)


def _typed(field: inspect.Field | None, value: OptionValue) -> Any:  # noqa: ANN401 - a value as TOML has it
    if field is None:
        return value
    kind = _kind(field.type)
    if isinstance(value, tuple):
        item = (
            kind.item_type if isinstance(kind, (inspect.VarTupleType, inspect.ListType)) else None
        )
        return tuple(_number(item, one) for one in value)
    return _number(kind, value) if isinstance(value, str) else value


def _number(kind: inspect.Type | None, value: str) -> Any:  # noqa: ANN401 - a value as TOML has it
    """Text as a number where one is wanted and it is one; else the text, for the driver's check to name."""
    text = value.strip().replace(",", ".")
    wants_whole = isinstance(kind, inspect.IntType) or (
        isinstance(kind, inspect.LiteralType) and all(isinstance(one, int) for one in kind.values)
    )
    if wants_whole and text.removeprefix("-").isdecimal() and text.isascii():
        return int(text)
    if isinstance(kind, inspect.FloatType) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return float(text)
    return value
