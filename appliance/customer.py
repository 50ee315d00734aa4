"""What the customer sees: the snapshots of the sale in finished words, for pole displays and second screens."""

from appliance.domain.money import Currency, Minor
from appliance.domain.receipt import Writing
from appliance.domain.ticket import Unit
from appliance.messages import DoneView, LineView, ShowCustomer, ShownLine, TenderView, TicketView
from appliance.words import Words

MOST_LINES = 12
"""More do not fit any display; the newest count."""


def shown(
    ticket: TicketView,
    tender: TenderView,
    done: DoneView,
    name: str,
    currency: Currency,
    words: Words,
) -> ShowCustomer:
    """The picture for the sale as it is now; `name` is the shop's."""
    writing = Writing(words.section("receipt"), currency)

    def money(amount_minor: int) -> str:
        return f"{writing.amount(Minor(amount_minor))} {currency.symbol}"

    if done.sale is not None:
        return ShowCustomer(
            state="done",
            title=words("customer.thanks"),
            total_label=words("customer.total"),
            total=money(done.total_minor + done.rounding_minor),
            due_label=words("customer.change") if done.change_minor else "",
            due=money(done.change_minor) if done.change_minor else "",
        )
    if not ticket.lines:
        return ShowCustomer(state="idle", title=name)
    lines = tuple(
        _line(writing, line, money(line.amount_minor)) for line in ticket.lines[-MOST_LINES:]
    )
    return ShowCustomer(
        state="tender" if tender.open else "ticket",
        title=name,
        lines=lines,
        total_label=words("customer.total"),
        total=money(ticket.total_minor),
        due_label=words("customer.due") if tender.open else "",
        due=money(tender.due_minor) if tender.open else "",
    )


def _line(writing: Writing, line: LineView, amount: str) -> ShownLine:
    """A line; with what the scale showed and took off, since the customer has a right to see both."""
    name = line.name
    if line.tare_milli:
        tare = writing.quantity(line.tare_milli, Unit.KILOGRAM)
        name = f"{name}, {writing.word('tare')} {tare}"
    quantity = line.shown or writing.quantity(line.qty_milli, Unit(line.unit))
    return ShownLine(name=name, quantity=quantity, amount=amount)
