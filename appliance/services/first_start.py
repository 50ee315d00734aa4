"""The first start of a register: what is chosen becomes the shop's own entries, and how far it has come is noted.

Each step is one transaction: what it records and that it was answered are on the disk together, or neither is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import msgspec

from appliance.domain.countries import CODES, COUNTRIES
from appliance.journal.first_start_kinds import FirstStartStepped
from appliance.journal.kinds import CategoryAdded, ShopChanged
from appliance.journal.time_kinds import PayRulesChanged
from appliance.problems import Refusal
from appliance.services import pay_rules, people, shop
from appliance.services.catalogue_csv import Progress, import_catalogue, sentence
from appliance.services.catalogue_import import ImportResult
from appliance.services.desk import Desk, at_once
from appliance.services.people import Pins
from appliance.store.database import Database
from appliance.store.projections import edits, first_start
from appliance.words import Words

END: Final = "end"
AGAIN: Final = "shop"
"""Where a manager begins who opens the page again and has left nothing for later."""

FILE: Final = "file"
"""The step that says that the file on the card was applied."""
_ORDER: Final = (
    "language",
    "way",
    "country",
    "shop",
    "network",
    "owner",
    "devices",
    "server",
    "goods",
)
_Step = TypeVar("_Step", bound=str)
_COUNT: Final = "SELECT count(*) FROM product WHERE archived = 0"
_ANY: Final = "SELECT 1 FROM edit WHERE thing = 'shop' LIMIT 1"


class SomebodyIsHere(Refusal):
    """Whoever works here adds others on the page of the staff."""

    code = "somebody_is_here"


class CatalogueBad(Refusal):
    """A catalogue was not taken in: `file`, how many `rows` are wrong, and `why`, the first of it as a sentence."""

    code = "catalogue_bad"


class FileGone(Refusal):
    """The stick with the file `file` is not there any more, or cannot be read."""

    code = "stick_file_gone"


class Answer(NamedTuple):
    """How a step was answered (`done`, `skipped`, `file`), and what was chosen."""

    how: str
    choice: str = ""


class Terms(msgspec.Struct, frozen=True):
    """What holds in the shop's country: tax classes as (code, name, rate as text)."""

    country: str
    currency: str
    cash_step_minor: int
    included: bool
    zone: str
    taxes: tuple[tuple[str, str, str], ...]


def answers(db: Database, origin: str) -> dict[str, Answer]:
    """The steps that were answered at this register."""
    told = edits.of_thing(db, first_start.thing(origin))
    return {
        step: Answer(*map(str, value)) for step, value in told.items() if isinstance(value, list)
    }


def is_over(db: Database, origin: str) -> bool:
    """Whether the first start of this register has come to its end, or was never needed.

    A register begins with it where nobody works yet, and goes on with it after a power cut in the middle; not in a shop
    that was set up otherwise, as one that was restored, or whose people came from a server while this was left.
    """
    told = answers(db, origin)
    is_here = "owner" in told or told.get("way", Answer("")).choice == "join"
    return END in told or (bool(people.active(db)) and not is_here)


def step_to_begin(steps: Sequence[_Step], told: Mapping[str, Answer], *, over: bool) -> _Step:
    """The first step without an answer; once it is over, the first that was left for later."""
    if not over:
        return next((one for one in steps if one not in told), steps[-1])
    left = (one for one in steps if one in told and told[one].how == "skipped")
    return next(left, next((one for one in steps if one == AGAIN), steps[0]))


def step_after(
    after: str, steps: Sequence[_Step], told: Mapping[str, Answer], *, over: bool
) -> _Step:
    """The next step; until it is over the next one without an answer."""
    place = next((place for place, one in enumerate(steps, 1) if one == after), 0)
    return next((one for one in steps[place:] if over or one not in told), steps[-1])


def has_shop(db: Database) -> bool:
    """Whether anything is known of the shop."""
    return bool(db.sql(_ANY))


def is_a_shop(db: Database) -> bool:
    """Whether this register has something to lose: somebody works here, something was sold, or a server knows it."""
    return bool(people.everyone(db)) or shop.has_sold(db) or count_products(db) > 0


def shop_name(db: Database) -> str:
    """What the shop is called; nothing where nobody said it."""
    return str(edits.of_thing(db, "shop").get("name", ""))


def count_products(db: Database) -> int:
    """How many products are sold."""
    return int(db.sql(_COUNT)[0][0])


def note(desk: Desk, step: str, how: str, actor: str, choice: str = "") -> None:
    """A step was answered. What was answered the same way before is not said again."""
    if answers(desk.db, desk.origin).get(step) != Answer(how, choice):
        desk.book.record(actor, FirstStartStepped(step, how, choice))


@at_once
def take_language(desk: Desk, language: str, actor: str, how: str = "done") -> None:
    """The language of the screen and of receipts. Raises `UnknownSetting`."""
    if shop.read(desk.db).language != language or not has_shop(desk.db):
        shop.change(desk, ShopChanged(language=language), actor)
    note(desk, "language", how, actor, language)


def note_language(desk: Desk, language: str, actor: str) -> None:
    """The language of the screen, before anybody knows whose shop this is. Raises `UnknownSetting`."""
    if language not in shop.LANGUAGES:
        known = ", ".join(shop.LANGUAGES)
        raise shop.UnknownSetting(setting="language", value=language, known=known)
    note(desk, "language", "done", actor, language)


@at_once
def take_country(desk: Desk, terms: Terms, actor: str, how: str = "done") -> None:
    """Currency, smallest coin, taxes and time zone, where they are others than before.

    Raises `UnknownSetting`, `CurrencyFixed`, `BadTaxRate`, `BadTaxCode`, `NameNeeded`, `UnknownPayRule`.
    """
    facts = shop.read(desk.db)
    new = ShopChanged(currency=terms.currency, cash_step_minor=terms.cash_step_minor)
    held = (facts.currency.code, facts.currency.cash_step_minor)
    if held != (terms.currency, terms.cash_step_minor) or not has_shop(desk.db):
        shop.change(desk, new, actor)
    if pay_rules.told(desk.db).get("zone") != terms.zone and terms.zone:
        pay_rules.change(desk, PayRulesChanged(zone=terms.zone), actor)
    for code, name, rate in terms.taxes:
        ppm, tax = shop.rate_ppm(rate), name.strip()
        named = f"{tax} {shop.percent_text(ppm)} %".strip()
        shop.define_taxes(desk, code, named, ((tax, ppm),), actor, included=terms.included)
    _forget_rates(desk, terms, actor)
    note(desk, "country", how, actor, terms.country)


def _forget_rates(desk: Desk, terms: Terms, actor: str) -> None:
    """Rates of a country that was chosen before and was the wrong one: what is left of them becomes the standard rate.

    A tax class cannot be taken away, and nothing must ever be taxed at a rate that is none here.
    """
    before = answers(desk.db, desk.origin).get("country")
    if before is None or before.choice == terms.country or not terms.taxes:
        return
    given = {code for code, _, _ in terms.taxes}
    held = shop.tax_classes(desk.db)
    name, standard = held[terms.taxes[0][0]]
    rates = [(one.name, one.rate_ppm) for one in standard]
    for code in held:
        if code in CODES and code not in given:
            shop.define_taxes(desk, code, name, rates, actor, included=terms.included)


def note_country(desk: Desk, country: str, actor: str) -> None:
    """Where this register stands, which joins a shop that has its own currency and taxes."""
    known = ("", *COUNTRIES)
    if country not in known:
        raise shop.UnknownSetting(setting="country", value=country, known=", ".join(known[1:]))
    note(desk, "country", "done", actor, country)


@at_once
def take_shop(
    desk: Desk,
    name: str,
    address: Iterable[str],
    tax_number: str,
    actor: str,
    how: str = "done",
) -> None:
    """What stands on receipts. Raises `NameNeeded`, `Unprintable`."""
    facts = shop.read(desk.db)
    lines = tuple(people.named(line) for line in address if line.strip())
    number = people.named(tax_number) if tax_number.strip() else ""
    given = (people.named(name), lines, number)
    if given != (facts.name, facts.address, facts.tax_number) or not has_shop(desk.db):
        edit = ShopChanged(name=given[0], address=lines, tax_number=number)
        shop.change(desk, edit, actor)
    note(desk, "shop", how, actor)


@at_once
def add_owner(desk: Desk, keeper: Pins, name: str, pin: str, actor: str, how: str = "done") -> str:
    """The first who may sign in; answers their id. Raises `SomebodyIsHere`, `NameNeeded`, `PinTooShort`."""
    if people.active(desk.db):
        raise SomebodyIsHere
    owner = people.add(desk, keeper, number="1", name=name, role="owner", pin=pin, actor=actor)
    note(desk, "owner", how, actor)
    return owner


@at_once
def take_goods(
    desk: Desk, categories: Iterable[CategoryAdded], lines: Iterable[str], actor: str, how: str
) -> None:
    """Products to try with, unless there are any. Each has a tax class that the shop has."""
    if not count_products(desk.db):
        if not shop.tax_classes(desk.db):
            terms = COUNTRIES["GB"]
            shop.define_taxes(desk, "A", terms.tax, ((terms.tax, 0),), actor, included=True)
        desk.book.record(actor, *categories)
        result = import_catalogue(desk, lines, actor=actor)
        assert result.recorded, result.bad
    note(desk, "goods", how, actor, "demo")


def take_catalogue(
    desk: Desk, file: Path, words: Words, actor: str, progress: Progress, how: str = "done"
) -> ImportResult:
    """A catalogue from a file, all of it or nothing. Raises `CatalogueBad`, `FileGone`."""
    with desk.book.batch():
        try:
            result = import_catalogue(desk, file, actor=actor, progress=progress)
        except OSError as why:
            raise FileGone(file=file.name) from why
        if not result.recorded:
            first = next((sentence(one, words) for one in result.bad), "")
            raise CatalogueBad(file=file.name, rows=result.bad_rows, why=first)
        note(desk, "goods", how, actor, file.name)
    return result


def note_file(desk: Desk, digest: str, *, is_all: bool) -> None:
    """The file on the card was applied. With `is_all` what it does not say is left for later, and nothing is asked."""
    note(desk, FILE, "done", "", digest)
    told = answers(desk.db, desk.origin)
    if "way" not in told:
        note(desk, "way", "file", "", "new")
    if is_all:
        for step in _ORDER:
            if step not in answers(desk.db, desk.origin):
                note(desk, step, "skipped", "")
        note(desk, END, "file", "")


def managers(db: Database) -> tuple[str, ...]:
    """The names of those who may set up the register."""
    return tuple(one.name for one in people.active(db) if one.role in people.MANAGERS)


Goods = Callable[[Desk, str, str], None]
"""Takes products to try with into a shop; besides who asks, and how the step was answered."""
