"""Paying in cash: what customers hand over, how totals are rounded to coins, and the change."""

from dataclasses import dataclass
from typing import ClassVar, Final

from appliance.domain.money import CashMode, Currency, Minor, round_cash
from appliance.problems import Refusal

_PIECES: Final = 5
_TWOS: Final = 2
_ROUND: Final = 100


class NotEnough(Refusal):
    """The customer handed over too little. Fields: `due_minor`, `tendered_minor`."""

    code: ClassVar[str] = "not_enough"


@dataclass(frozen=True, slots=True)
class CashSettlement:
    """How a total was paid in cash.

    `due_minor` is `total_minor + rounding_minor`, and `tendered_minor` is `due_minor + change_minor`. The rounding is a
    figure of its own and changes no tax; positive is the shop's gain. The change is a multiple of the cash step and
    never below zero, but for a refund: there nothing is handed over and the change is what the customer gets.
    """

    total_minor: Minor
    rounding_minor: Minor
    due_minor: Minor
    tendered_minor: Minor
    change_minor: Minor


def round_cash_due(total_minor: Minor, currency: Currency) -> Minor:
    """What a total comes to in cash."""
    return round_cash(total_minor, currency.cash_step_minor, currency.cash_mode)


def settle_cash(total_minor: Minor, tendered_minor: Minor, currency: Currency) -> CashSettlement:
    """Settle a total with the cash that was handed over (zero where money goes back to the customer).

    Coins below the cash step are taken though they are not given: whoever hands over a total to the cent pays just
    that (Odoo refused 2.31 for 2.31), and what is handed over beyond the steps is rounded with the change. So no
    total is unpayable. Raises `NotEnough`.
    """
    step = currency.cash_step_minor
    due = round_cash_due(total_minor, currency)
    if tendered_minor < max(0, min(due, total_minor)):
        raise NotEnough(due_minor=due, tendered_minor=tendered_minor)
    if tendered_minor % step == 0 and tendered_minor >= due:
        change = tendered_minor - due
    else:
        # The customer's own small coins are part of it: what is left of them is rounded in the change.
        change = _round_change(tendered_minor - total_minor, step, currency.cash_mode)
    due = Minor(tendered_minor - change)
    return CashSettlement(
        total_minor=total_minor,
        rounding_minor=Minor(due - total_minor),
        due_minor=due,
        tendered_minor=tendered_minor,
        change_minor=Minor(change),
    )


def quick_amounts(due_minor: Minor, currency: Currency, most: int = 6) -> tuple[Minor, ...]:
    """What customers are likely to hand over, for one-tap buttons: at most `most`, ascending, all payable in cash.

    First the amount itself, rounded to the cash step; then the next round amount (36.30 → 37.00); then what a few notes
    or coins of one kind make (40.00), and single larger notes (50.00, 100.00). Nothing but the amount itself where
    nothing is due.
    """
    due = round_cash_due(due_minor, currency)
    if due <= 0:
        return (due,)
    unit = 1
    while unit * _ROUND < due:
        unit *= 10
    usual = currency.usual_note_minor or max(currency.denominations_minor, default=unit)
    units = [unit]
    for piece in currency.denominations_minor:
        pieces = _TWOS if str(piece).rstrip("0") == "2" else _PIECES
        if piece == usual or (piece < usual and due <= piece * pieces):
            units.append(piece)
    rounded = {-(-due // unit) * unit for unit in units}
    payable = {amount for amount in rounded if amount % currency.cash_step_minor == 0}
    return tuple(Minor(amount) for amount in sorted({due, *payable})[:most])


def make_change(change_minor: Minor, currency: Currency) -> tuple[tuple[int, int], ...]:
    """The fewest notes and coins that make an amount: (denomination in minor units, how many), largest first.

    The sign is ignored. What is left below the smallest coin is left out; `settle_cash` leaves nothing as long as the
    cash step is a multiple of the smallest coin.
    """
    rest = abs(change_minor)
    pieces = []
    for denomination in currency.denominations_minor:
        count, rest = divmod(rest, denomination)
        if count:
            pieces.append((denomination, count))
    return tuple(pieces)


def _round_change(change: int, step: int, mode: CashMode) -> int:
    """Change rounded to the step, such that what the shop keeps is rounded as `mode` says."""
    match mode:
        case CashMode.NEAREST_HALF_UP:
            return round_cash(Minor(change), step, CashMode.NEAREST_HALF_DOWN)
        case CashMode.NEAREST_HALF_DOWN:
            return round_cash(Minor(change), step, CashMode.NEAREST_HALF_UP)
        case CashMode.DOWN:
            return -(-change // step) * step
