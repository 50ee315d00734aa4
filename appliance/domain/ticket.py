"""The ticket: its states, its lines and its sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final, NamedTuple

from appliance.domain.money import MILLI, Minor
from appliance.domain.pricing import line_amount
from appliance.domain.tax import RoundingBasis, Tax, TaxableLine, TaxResult, compute
from appliance.problems import Refusal

MAX_QTY_MILLI: Final = 9_999_999
"""The largest quantity of a line, in thousandths. A barcode scanned into a quantity is larger."""


class TicketState(StrEnum):
    """Where a ticket is on its way to being a sale."""

    OPEN = "open"
    TENDERING = "tendering"
    PAID = "paid"
    ABANDONED = "abandoned"


class Act(StrEnum):
    """What can be done to a ticket."""

    CHANGE_LINES = "change_lines"
    START_TENDER = "start_tender"
    CANCEL_TENDER = "cancel_tender"
    SETTLE = "settle"
    ABANDON = "abandon"


TRANSITIONS: Final[dict[tuple[TicketState, Act], TicketState]] = {
    (TicketState.OPEN, Act.CHANGE_LINES): TicketState.OPEN,
    (TicketState.OPEN, Act.START_TENDER): TicketState.TENDERING,
    (TicketState.OPEN, Act.ABANDON): TicketState.ABANDONED,
    (TicketState.TENDERING, Act.CANCEL_TENDER): TicketState.OPEN,
    (TicketState.TENDERING, Act.SETTLE): TicketState.PAID,
}
"""Every move there is. A ticket is not abandoned while it is tendering: money may lie on the counter."""


class Unit(StrEnum):
    """What a price is for, and what 1000 of `qty_milli` are."""

    PIECE = "piece"
    KILOGRAM = "kilogram"


class NotAllowedNow(Refusal):
    """The ticket's state does not allow the act. Fields: `state`, `act`."""

    code: ClassVar[str] = "not_allowed_now"


class QuantityOutOfRange(Refusal):
    """A line's quantity is zero, below zero or too large. Fields: `qty_milli`, `most_milli`, `unit`."""

    code: ClassVar[str] = "quantity_out_of_range"


class QuantityFixedByLabel(Refusal):
    """The line costs what its label says, so its quantity cannot be changed. Fields: `line`, `name`."""

    code: ClassVar[str] = "quantity_fixed_by_label"


class QuantityFixedByScale(Refusal):
    """The line was weighed: what the scale showed is not edited by hand. Fields: `line`, `name`."""

    code: ClassVar[str] = "quantity_fixed_by_scale"


class Weighing(NamedTuple):
    """What the scale itself showed, unedited: `shown` in its `unit`, and the tare in grams where it told one."""

    shown: str
    unit: str
    tare_milli: int | None = None


class Line(NamedTuple):
    """One line, with everything about the product as it is sold.

    `price_minor` is for one `unit`, `qty_milli` in thousandths of it (grams, for a kilogram). `amount_minor_given` is
    what the whole line costs where a label said so, `weighing` what the scale showed where one weighed it.
    """

    id: str
    product_id: str | None
    name: str
    qty_milli: int
    price_minor: Minor
    unit: Unit
    taxes: tuple[Tax, ...]
    tax_class: str
    category_id: str | None
    barcode: str | None = None
    amount_minor_given: Minor | None = None
    note: str = ""
    weighing: Weighing | None = None

    @property
    def amount_minor(self) -> Minor:
        """What the line costs, its included taxes in it."""
        return line_amount(self.price_minor, self.qty_milli, self.amount_minor_given)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket with the lines that are on it now."""

    id: str
    state: TicketState
    lines: tuple[Line, ...]
    basis: RoundingBasis


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a ticket: `subtotal_minor` are its lines, `total_minor` the same with the added taxes."""

    subtotal_minor: Minor
    tax: TaxResult
    total_minor: Minor
    item_count: int


def next_state(state: TicketState, act: Act) -> TicketState:
    """The state after an act. Raises `NotAllowedNow`."""
    following = TRANSITIONS.get((state, act))
    if following is None:
        raise NotAllowedNow(state=state.value, act=act.value)
    return following


def check_quantity(qty_milli: int, unit: Unit, *, returning: bool = False) -> None:
    """Refuse a quantity that no line can have; only a return (`returning`) goes below zero.

    A fraction of a piece is allowed: half a melon, 1.5 m of cloth. Raises `QuantityOutOfRange`.
    """
    magnitude = -qty_milli if returning else qty_milli
    if not 0 < magnitude <= MAX_QTY_MILLI:
        raise QuantityOutOfRange(qty_milli=qty_milli, most_milli=MAX_QTY_MILLI, unit=unit.value)


def check_quantity_change(line: Line, qty_milli: int) -> None:
    """Refuse a new quantity that a line cannot have; a returned line stays one.

    Raises `QuantityFixedByLabel`, `QuantityFixedByScale`, `QuantityOutOfRange`.
    """
    if line.amount_minor_given is not None:
        raise QuantityFixedByLabel(line=line.id, name=line.name)
    if line.weighing is not None:
        raise QuantityFixedByScale(line=line.id, name=line.name)
    check_quantity(qty_milli, line.unit, returning=line.qty_milli < 0)


def totals(ticket_lines: Sequence[Line], basis: RoundingBasis) -> Totals:
    """The sums of some lines.

    `item_count` counts whole pieces, at least one a line, and what is weighed as one; returned items count as well.
    """
    amounts = [line.amount_minor for line in ticket_lines]
    subtotal = sum(amounts)
    tax = compute(
        [
            TaxableLine(amount, line.taxes)
            for amount, line in zip(amounts, ticket_lines, strict=True)
        ],
        basis,
    )
    return Totals(
        subtotal_minor=Minor(subtotal),
        tax=tax,
        total_minor=Minor(subtotal + tax.added_minor),
        item_count=sum(_items(line) for line in ticket_lines),
    )


def _items(line: Line) -> int:
    return max(1, abs(line.qty_milli) // MILLI) if line.unit is Unit.PIECE else 1
