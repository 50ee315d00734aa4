"""The history of a product in words."""

from collections.abc import Callable, Mapping
from typing import Final

from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.parts import Cell, Column, Table
from appliance.services.product_history import Told

_Write = Callable[[object], str]
_LONGEST: Final = 60


def table(
    history: tuple[Told, ...], categories: Mapping[str, str], unit: str, form: Formats
) -> Table:
    """Who did what to a product, the newest first."""
    say = form.words
    return Table(
        caption=say("web.product.history"),
        columns=(
            Column(say("web.product.when"), is_title=True),
            Column(say("web.product.who")),
            Column(say("web.product.what")),
        ),
        rows=tuple(
            (
                Cell(form.moment(one.at_ms)),
                Cell(one.by or "–"),
                Cell("; ".join(_changes(one, categories, unit, form))),
            )
            for one in history
        ),
        empty=say("web.product.no_history"),
    )


def _changes(told: Told, categories: Mapping[str, str], unit: str, form: Formats) -> list[str]:
    say = form.words
    if told.what == "added":
        price = told.fields.get("price_minor")
        return [
            say("web.product.told_added", price=form.money(price if isinstance(price, int) else 0))
        ]
    if told.what == "barcode":
        return [say("web.product.told_barcode", barcode=str(told.fields["barcode"]))]
    if told.what == "picture":
        set_or_not = "set" if told.fields["picture"] else "removed"
        return [say(f"web.product.told_picture_{set_or_not}")]
    if set(told.fields) == {"archived"}:
        return [say(f"web.product.{'told_put_away' if told.fields['archived'] else 'told_sold'}")]
    writers = _writers(categories, unit, form)
    changes = []
    for name, now in told.fields.items():
        write = writers.get(name, _text)
        label = say(f"web.product.field_{name}")
        if name in told.before:
            before = write(told.before[name])
            changes.append(say("web.product.told_from", field=label, before=before, now=write(now)))
        else:
            changes.append(say("web.product.told_to", field=label, now=write(now)))
    return changes


def _writers(categories: Mapping[str, str], unit: str, form: Formats) -> dict[str, _Write]:
    say = form.words

    def money(value: object) -> str:
        return form.money(value) if isinstance(value, int) else "–"

    def quantity(value: object) -> str:
        return form.quantity(value, unit) if isinstance(value, int) else "–"

    def category(value: object) -> str:
        return categories.get(str(value), "–")

    def names(value: object) -> str:
        return ", ".join(map(str, value.values())) if isinstance(value, dict) and value else "–"

    return {
        "price_minor": money,
        "cost_minor": money,
        "low_stock_milli": quantity,
        "category": category,
        "names": names,
        "unit": lambda value: say(f"web.product.unit_{value}"),
        "archived": lambda value: say("web.yes" if value else "web.no"),
    }


def _text(value: object) -> str:
    text = str(value) if value not in {None, "", 0} else "–"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
