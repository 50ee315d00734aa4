"""Categories: their order, their names and looks."""

from typing import Final, NamedTuple

from appliance.journal.kinds import CategoryAdded, CategoryChanged
from appliance.problems import Refusal
from appliance.services.catalogue_cells import LONGEST
from appliance.services.catalogue_texts import refuse_text
from appliance.services.desk import Desk
from appliance.services.people import NameNeeded
from appliance.store.database import Database

_CATEGORY: Final = "SELECT id, name, icon, tint, {rank} FROM category ORDER BY {rank}, name"
_MOST_RANK: Final = 9_999


class NoSuchCategory(Refusal):
    """There is no category of this id."""

    code = "no_such_category"


class CategoryTwice(Refusal):
    """There is a category of this name already: `name`."""

    code = "category_twice"


class CategoryRow(NamedTuple):
    """A category."""

    id: str
    name: str
    icon: str
    tint: str
    rank: int


def categories(db: Database) -> tuple[CategoryRow, ...]:
    """All categories in their order."""
    # `rank` is a word of its own in MariaDB.
    return tuple(CategoryRow(*row) for row in db.sql(_CATEGORY.format(rank="category.rank")))


def category(db: Database, wanted: str) -> CategoryRow:
    """One category. Raises `NoSuchCategory`."""
    for one in categories(db):
        if one.id == wanted:
            return one
    raise NoSuchCategory


def add_category(desk: Desk, name: str, icon: str, tint: str, actor: str) -> str:
    """A category behind the others; answers its id. Raises as `change_category` does."""
    _refuse_category(desk.db, "", name)
    rank = 1 + max((one.rank for one in categories(desk.db)), default=0)
    entry, *_ = desk.book.record(
        actor, CategoryAdded(name=name, icon=icon, tint=tint, rank=min(rank, _MOST_RANK))
    )
    return entry.id


def change_category(
    desk: Desk, wanted: CategoryRow, actor: str, shown: CategoryRow | None = None
) -> None:
    """Rename it, or give it another look. Raises `NoSuchCategory`, `NameNeeded`, `TooLong`, `CategoryTwice`.

    `shown` is how it was when the form was made: only what differs from that is changed, so that two who edit the
    same category do not undo each other's work.
    """
    now = category(desk.db, wanted.id)
    before = now if shown is None else shown
    fields = {
        name: getattr(wanted, name)
        for name in ("name", "icon", "tint")
        if getattr(wanted, name) not in {getattr(before, name), getattr(now, name)}
    }
    _refuse_category(desk.db, wanted.id, fields.get("name", now.name))
    if fields:
        desk.book.record(actor, CategoryChanged(category=wanted.id, **fields))


def move_category(desk: Desk, wanted: str, by: int, actor: str) -> None:
    """One place up (-1) or down (1) in the order; at its end it stays. Raises `NoSuchCategory`."""
    all_of_them = list(categories(desk.db))
    at = next((place for place, one in enumerate(all_of_them) if one.id == wanted), None)
    if at is None:
        raise NoSuchCategory
    to = min(max(0, at + by), len(all_of_them) - 1)
    all_of_them.insert(to, all_of_them.pop(at))
    bodies = [
        CategoryChanged(category=one.id, rank=rank)
        for rank, one in enumerate(all_of_them, start=1)
        if one.rank != rank
    ]
    if bodies:
        desk.book.record(actor, *bodies)


def _refuse_category(db: Database, own: str, name: str) -> None:
    if not name:
        raise NameNeeded(field="name")
    refuse_text(name, "name", LONGEST["category"])
    for one in categories(db):
        if one.id != own and one.name.casefold() == name.casefold():
            raise CategoryTwice(name=name, field="name")
