"""What pages are made of, as plain values: the macros of `parts.html` show each of them.

Everything is finished text. Nothing in a template formats, counts or decides.
"""

import msgspec


class Link(msgspec.Struct, frozen=True):
    """Somewhere to go. `icon` names a Material Design icon; `is_here`: it is where one is."""

    text: str
    href: str
    icon: str = ""
    is_here: bool = False


class Option(msgspec.Struct, frozen=True):
    """One choice of a field."""

    value: str
    text: str
    is_chosen: bool = False


class Field(msgspec.Struct, frozen=True):
    """One field of a form, with its label above it and what is wrong with it below.

    `kind` is the type of the input (`text`, `password`, `number`, `date`, `time`, `search`, `email`, `file`), or
    `select`, `textarea`, `checkbox` (`value` not empty: ticked), `hidden`. `autocomplete` and `inputmode` are those
    of HTML. `letters` above zero is how many can be typed.
    """

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    hint: str = ""
    error: str = ""
    options: tuple[Option, ...] = ()
    autocomplete: str = "off"
    inputmode: str = ""
    letters: int = 0
    is_needed: bool = False
    has_focus: bool = False


class Form(msgspec.Struct, frozen=True):
    """A form that is sent to `action`. `kind` is `strong` (what one came for), `plain` or `danger`."""

    action: str
    fields: tuple[Field, ...]
    submit: str
    kind: str = "strong"
    cancel: Link | None = None
    id: str = ""


class Cell(msgspec.Struct, frozen=True):
    """One cell of a table. `tone` is empty, `good`, `look` or `bad`; `icon` stands before the text.

    `image` is the address of a small picture before the text, in whose place the icon stands on its `tint`.
    """

    text: str
    href: str = ""
    tone: str = ""
    icon: str = ""
    more: str = ""
    form: Form | None = None
    image: str = ""
    tint: str = ""


class Column(msgspec.Struct, frozen=True):
    """A column. `kind` is `text`, `number` (to the right) or `act`; `is_title`: it heads the card on a phone."""

    title: str
    kind: str = "text"
    is_title: bool = False


class Table(msgspec.Struct, frozen=True):
    """A table; on a phone each row is a card. `empty` is said where there are no rows. `total` is the last row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = ""
    total: tuple[Cell, ...] = ()


class Pager(msgspec.Struct, frozen=True):
    """Where one is in a long list: `text` says it, such as `51–100 of 1,204`; a link that is None is at its end."""

    text: str
    before: Link | None
    after: Link | None


class Tile(msgspec.Struct, frozen=True):
    """A figure with what it is called above it, and below it what it means or how it changed (`tone` as in `Cell`)."""

    label: str
    figure: str
    more: str = ""
    tone: str = ""
    href: str = ""
    icon: str = ""


class Chart(msgspec.Struct, frozen=True):
    """A picture at the address `src`, and the same in words for those who do not see it."""

    title: str
    src: str
    told: str


class Filters(msgspec.Struct, frozen=True):
    """What a list is narrowed by: fields that are sent to `action` by GET. `clear` is the whole list again."""

    action: str
    fields: tuple[Field, ...]
    submit: str
    clear: Link | None = None


class Fact(msgspec.Struct, frozen=True):
    """A line of a list of facts."""

    label: str
    text: str
    tone: str = ""


class Notice(msgspec.Struct, frozen=True):
    """A sentence at the top of a page. `tone` is `good`, `look`, `bad` or `plain`."""

    text: str
    tone: str = "plain"


class Confirm(msgspec.Struct, frozen=True):
    """A page that asks once more before something that cannot be taken back. `more` are the consequences."""

    title: str
    sentence: str
    form: Form
    more: tuple[str, ...] = ()


class FormPage(msgspec.Struct, frozen=True):
    """A page with one form; `sentence` above it."""

    title: str
    sentence: str
    form: Form
    crumbs: tuple[Link, ...]
