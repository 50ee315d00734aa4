"""What the rescue screen says and offers, as values: nothing here draws or does anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from appliance import __version__
from appliance.rescue.why import Why
from appliance.words import Words

ACTS: Final = ("again", "back", "test", "save", "off")
"""What can be done, in the order of the buttons; their numbers are the keys that press them."""

_STORE_IN_DOUBT: Final = frozenset(
    {"store_corrupt", "store_broken", "card_broken", "store_trouble"}
)
"""Reasons with which nobody should promise that all is stored."""

_MENDED_LIKE: Final = {
    "disk_full": "disk_full",
    "store_newer": "back",
    "bad_configuration": "configuration",
    "card_broken": "card",
    "store_corrupt": "card",
    "store_broken": "card",
    "store_read_only": "card",
    "no_screen": "no_screen",
    "program_damaged": "back",
    "store_in_use": "again",
    "memory_full": "again",
    "silent": "again",
    "slow": "again",
}

_WITHOUT: Final = {"back": "call", "configuration": "configuration_alone"}
"""What is said instead where there is no version to go back to."""


@dataclass(frozen=True)
class Button:
    """A button: the act it starts, its words, and whether it can be pressed."""

    act: str
    label: str
    enabled: bool = True


@dataclass(frozen=True)
class Page:
    """What one page shows. `progress` is in thousandths; `lines` are shown small, in the order given."""

    title: str
    texts: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    small: str = ""
    progress: int | None = None


def first(words: Words, why: Why, *, can_go_back: bool) -> Page:
    """Why the till did not start. `can_go_back`: the system before is there and was well."""
    texts = [reason(words, why)]
    mend = _MENDED_LIKE.get(why.code)
    if not can_go_back and mend in _WITHOUT:
        mend = _WITHOUT[mend]
    texts.append(words(f"rescue.mend.{mend or 'call'}"))
    if why.code not in _STORE_IN_DOUBT:
        texts.append(words("rescue.safe"))
    buttons = tuple(
        Button(
            act,
            words("rescue.do.back_known" if act == "back" and can_go_back else f"rescue.do.{act}"),
            enabled=act != "back" or can_go_back,
        )
        for act in ACTS
    )
    return Page(
        title=words("rescue.title"),
        texts=tuple(texts),
        lines=(why.line,) if why.code == "unknown" and why.line else (),
        buttons=buttons,
        small=words("rescue.small", code=why.code, version=__version__),
    )


def reason(words: Words, why: Why) -> str:
    """The reason as a sentence: our own, or the one of the till's refusal."""
    for key in (f"rescue.why.{why.code}", f"problem.{why.code}"):
        said = words(key, **why.fields)
        if said != key:
            return said
    return words("rescue.why.unknown")


def asked(words: Words, act: str) -> Page:
    """Is it really meant? Before what cannot be taken back by the next tap."""
    return Page(
        title=words(f"rescue.ask.{act}"),
        texts=(words(f"rescue.ask.{act}_what"),),
        buttons=(Button(f"{act}_yes", words("rescue.yes")), Button("home", words("rescue.no"))),
    )


def at_work(words: Words, what: str, *, progress: int | None = None, name: str = "") -> Page:
    """Something goes on; nothing can be pressed."""
    return Page(
        title=words(f"rescue.work.{what}"),
        texts=(words(f"rescue.work.{what}_what", name=name),),
        progress=progress,
    )


def told(words: Words, what: str, *, lines: Sequence[str] = (), **values: object) -> Page:
    """How it ended, and the way back."""
    return Page(
        title=words(f"rescue.told.{what}"),
        texts=(words(f"rescue.told.{what}_what", **values),),
        lines=tuple(lines),
        buttons=(Button("home", words("rescue.home")),),
    )


def plug_in(words: Words) -> Page:
    """No stick is there yet."""
    return Page(
        title=words("rescue.stick"),
        texts=(words("rescue.stick_what"),),
        buttons=(Button("home", words("rescue.no")),),
    )


def tested(words: Words, lines: Sequence[str], *, done: bool, from_line: int, fits: int) -> Page:
    """The self-test's lines; `fits` of them are shown, from `from_line` on."""
    shown = tuple(lines[from_line : from_line + fits])
    buttons = [Button("home", words("rescue.home"))] if done else []
    if done and from_line + fits < len(lines):
        buttons.insert(0, Button("more", words("rescue.more")))
    return Page(
        title=words("rescue.work.test" if not done else "rescue.told.test"),
        lines=shown,
        buttons=tuple(buttons),
    )
