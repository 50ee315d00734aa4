"""Each report as a grid of figures that are written, and as they stand in a CSV file; no table is asked here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from appliance.domain.money import PPM, divide_half_up
from appliance.lan_server.pages import csv_file
from appliance.lan_server.pages.bars import Bar
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.today import tender_name
from appliance.services import odd
from appliance.services.figures import Item, Paid, Sold, Tax
from appliance.services.odd import Count

NOTHING: Final = "–"


class Figure(NamedTuple):
    """One cell: as a person reads it, as a program does, and where it leads."""

    text: str
    raw: str
    href: str = ""


class Grid(NamedTuple):
    """A report. `columns` are titles and kinds (`text`, `number`); `bars` are those of its chart."""

    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Figure, ...], ...]
    total: tuple[Figure, ...]
    bars: tuple[Bar, ...]
    is_in_time: bool = False
    notes: tuple[str, ...] = ()


def trade(
    by: str, of: Iterable[tuple[str, str, Sold]], form: Formats, *, is_in_time: bool = False
) -> Grid:
    """Sales, lines, average and takings; each row with its name as read and as in the file."""
    say = form.words
    given = tuple(of)
    whole = Sold()
    for _, _, sold in given:
        whole = whole.plus(sold)
    return Grid(
        title=say(f"web.reports.by_{by}"),
        columns=(
            (say(f"web.reports.{by}"), "text"),
            (say("web.reports.sales"), "number"),
            (say("web.reports.lines"), "number"),
            (say("web.reports.average"), "number"),
            (say("web.reports.takings"), "number"),
        ),
        rows=tuple((Figure(name, raw), *_sold(sold, form)) for name, raw, sold in given),
        total=(plain(say("web.reports.total")), *_sold(whole, form)),
        bars=tuple(Bar(name, sold.total_minor) for name, _, sold in given),
        is_in_time=is_in_time,
    )


def items(of: Sequence[Item], names: Mapping[str, str], form: Formats, *, by: str = "item") -> Grid:
    """Products or categories: quantity and amount. `names` are those of whichever it is by."""
    say = form.words
    amount = sum(one.amount_minor for one in of)
    name = _namer(names, by, form)
    return Grid(
        title=say(f"web.reports.by_{by}"),
        columns=(
            (say(f"web.reports.{by}"), "text"),
            (say("web.reports.lines"), "number"),
            (say("web.reports.quantity"), "number"),
            (say("web.reports.share"), "number"),
            (say("web.reports.amount"), "number"),
        ),
        rows=tuple(
            (
                plain(name(one)),
                number(one.lines, form),
                quantity(one, form),
                share(one.amount_minor, amount, form),
                money(one.amount_minor, form),
            )
            for one in of
        ),
        total=(
            plain(say("web.reports.total")),
            number(sum(one.lines for one in of), form),
            plain(""),
            share(amount, amount, form),
            money(amount, form),
        ),
        bars=tuple(Bar(name(one), one.amount_minor) for one in of[:12]),
    )


def margins(of: Sequence[Item], names: Mapping[str, str], form: Formats) -> Grid:
    """What is left of each product without taxes and cost, the most first."""
    say = form.words
    name = _namer(names, "item", form)
    known = sorted(
        (one for one in of if one.cost_minor or one.costed_minor),
        key=lambda one: (-one.margin_minor, one[:3]),
    )
    net, costed, cost = (
        sum(one.net_minor for one in of),
        sum(one.costed_minor for one in known),
        sum(one.cost_minor for one in known),
    )
    return Grid(
        title=say("web.reports.by_margin"),
        columns=(
            (say("web.reports.item"), "text"),
            (say("web.reports.quantity"), "number"),
            (say("web.reports.net"), "number"),
            (say("web.reports.cost"), "number"),
            (say("web.reports.margin"), "number"),
            (say("web.reports.margin_share"), "number"),
        ),
        rows=tuple(
            (
                plain(name(one)),
                quantity(one, form),
                money(one.costed_minor, form),
                money(one.cost_minor, form),
                money(one.margin_minor, form),
                share(one.margin_minor, one.costed_minor, form),
            )
            for one in known
        ),
        total=(
            plain(say("web.reports.total")),
            plain(""),
            money(costed, form),
            money(cost, form),
            money(costed - cost, form),
            share(costed - cost, costed, form),
        ),
        bars=tuple(Bar(name(one), one.margin_minor) for one in known[:12]),
        notes=(
            say("web.reports.margin_note"),
            *(
                (say("web.reports.margin_part", known=form.money(costed), net=form.money(net)),)
                if costed != net
                else ()
            ),
        ),
    )


def taxes(of: Sequence[Tax], form: Formats) -> Grid:
    """Net, tax and gross of each rate, as they were stored with the sales."""
    say = form.words

    def name(one: Tax) -> str:
        key = "web.reports.tax_included" if one.included else "web.reports.tax_added"
        return say(key, name=one.name, rate=form.percent(one.rate_ppm))

    net, tax = sum(one.net_minor for one in of), sum(one.tax_minor for one in of)
    return Grid(
        title=say("web.reports.by_tax"),
        columns=(
            (say("web.reports.tax"), "text"),
            (say("web.reports.sales"), "number"),
            (say("web.reports.net"), "number"),
            (say("web.reports.tax_amount"), "number"),
            (say("web.reports.gross"), "number"),
        ),
        rows=tuple(
            (
                plain(name(one)),
                number(one.sales, form),
                money(one.net_minor, form),
                money(one.tax_minor, form),
                money(one.net_minor + one.tax_minor, form),
            )
            for one in of
        ),
        total=(
            plain(say("web.reports.total")),
            plain(""),
            money(net, form),
            money(tax, form),
            money(net + tax, form),
        ),
        bars=tuple(Bar(name(one), one.tax_minor) for one in of),
    )


def tenders(of: Sequence[Paid], whole: Sold, form: Formats) -> Grid:
    """What was paid by each means; with cash rounding it is what customers owed."""
    say = form.words
    notes = (
        say(
            "web.reports.rounding_note",
            rounding=form.money(whole.rounding_minor),
            total=form.money(whole.total_minor),
        ),
    )
    return Grid(
        title=say("web.reports.by_tender"),
        columns=(
            (say("web.reports.tender"), "text"),
            (say("web.reports.times"), "number"),
            (say("web.reports.amount"), "number"),
        ),
        rows=tuple(
            (
                plain(tender_name(one.tender, form)),
                number(one.times, form),
                money(one.amount_minor, form),
            )
            for one in of
        ),
        total=(
            plain(say("web.reports.total")),
            number(sum(one.times for one in of), form),
            money(sum(one.amount_minor for one in of), form),
        ),
        bars=tuple(Bar(tender_name(one.tender, form), one.amount_minor) for one in of),
        notes=notes if whole.rounding_minor else (),
    )


def exceptions(
    counts: Mapping[str, Mapping[str, Count]],
    sales: Mapping[str, Sold],
    names: Mapping[str, str],
    link: Callable[[str, str], str],
    form: Formats,
) -> Grid:
    """Odd acts of each person, against their sales; `link` leads to the acts of a person of a kind."""
    say = form.words
    people = sorted(counts.keys() | sales.keys(), key=lambda one: (names.get(one, ""), one))
    rows = []
    for one in people:
        own = counts.get(one, {})
        times = [own.get(what, Count()).times for what in odd.KINDS]
        sold = sales.get(one, Sold()).sales
        rows.append(
            (
                plain(names.get(one, one) or say("web.odd.nobody")),
                number(sold, form),
                *(
                    Figure(form.number(count), str(count), link(one, what) if count else "")
                    for what, count in zip(odd.KINDS, times, strict=True)
                ),
                share(sum(times), sold, form) if sold else plain(NOTHING),
            )
        )
    sums = [sum(own.get(what, Count()).times for own in counts.values()) for what in odd.KINDS]
    all_sales = sum(sold.sales for sold in sales.values())
    return Grid(
        title=say("web.reports.by_exception"),
        columns=(
            (say("web.reports.cashier"), "text"),
            (say("web.reports.sales"), "number"),
            *((say(f"web.reports.{what}"), "number") for what in odd.KINDS),
            (say("web.reports.per_sales"), "number"),
        ),
        rows=tuple(rows),
        total=(
            plain(say("web.reports.total")),
            number(all_sales, form),
            *(number(one, form) for one in sums),
            share(sum(sums), all_sales, form) if all_sales else plain(NOTHING),
        ),
        bars=(),
        notes=(say("web.reports.exception_note"),),
    )


# --------------------------------------------------------------------------- cells


def plain(text: str) -> Figure:
    """A cell that says the same to all."""
    return Figure(text, text)


def money(minor: int, form: Formats) -> Figure:
    """An amount."""
    return Figure(form.money(minor), csv_file.amount(minor, form.currency))


def number(whole: int, form: Formats) -> Figure:
    """A whole number."""
    return Figure(form.number(whole), str(whole))


def quantity(of: Item, form: Formats) -> Figure:
    """How much was sold; a dash for kilograms and pieces together."""
    if not of.unit:
        return Figure(NOTHING, "")
    return Figure(form.quantity(of.qty_milli, of.unit), csv_file.quantity(of.qty_milli))


def share(part: int, whole: int, form: Formats) -> Figure:
    """A part of a whole in per cent, with one decimal; a dash where there is no whole."""
    if whole <= 0:
        return Figure(NOTHING, "")
    thousandths = divide_half_up(part * 1000, whole)
    sign = "-" if thousandths < 0 else ""
    raw = f"{sign}{abs(thousandths) // 10}.{abs(thousandths) % 10}"
    return Figure(form.percent(thousandths * (PPM // 1000)), raw)


def _sold(sold: Sold, form: Formats) -> tuple[Figure, ...]:
    average = divide_half_up(sold.total_minor, sold.sales) if sold.sales else None
    return (
        number(sold.sales, form),
        number(sold.lines, form),
        Figure(NOTHING, "") if average is None else money(average, form),
        money(sold.total_minor, form),
    )


def _namer(names: Mapping[str, str], by: str, form: Formats) -> Callable[[Item], str]:
    def name(one: Item) -> str:
        key = one.product if by == "item" else one.category
        return names.get(key, key) or form.words(f"web.reports.no_{by}")

    return name
