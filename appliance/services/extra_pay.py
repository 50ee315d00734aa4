"""What was entered besides hours and not removed: extra pay, and additions and deductions that are no wages."""

from typing import Final, NamedTuple

from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import AdjustmentRow, EarningRow

_EARNINGS: Final = Statement(
    lambda: (
        EarningRow.select(
            EarningRow.id, EarningRow.day, EarningRow.kind, EarningRow.name, EarningRow.amount_minor
        )
        .where(
            (EarningRow.employee == slot())
            & (EarningRow.day >= slot())
            & (EarningRow.day <= slot())
            & EarningRow.removed.is_null()
        )
        .order_by(EarningRow.day, EarningRow.id)
    )
)
_ADJUSTMENTS: Final = Statement(
    lambda: (
        AdjustmentRow.select(
            AdjustmentRow.id,
            AdjustmentRow.day,
            AdjustmentRow.kind,
            AdjustmentRow.name,
            AdjustmentRow.amount_minor,
        )
        .where(
            (AdjustmentRow.employee == slot())
            & (AdjustmentRow.day >= slot())
            & (AdjustmentRow.day <= slot())
            & AdjustmentRow.removed.is_null()
        )
        .order_by(AdjustmentRow.day, AdjustmentRow.id)
    )
)


class Earned(NamedTuple):
    """Pay besides hours, or what is no wage, of a day."""

    id: str
    day: str
    kind: str
    name: str
    amount_minor: int


def earnings(db: Database, employee: str, from_day: str, to_day: str) -> tuple[Earned, ...]:
    """The extra pay of an employee from one day to another, in the order of days."""
    return tuple(Earned(*row) for row in db.rows(_EARNINGS, employee, from_day, to_day))


def adjustments(db: Database, employee: str, from_day: str, to_day: str) -> tuple[Earned, ...]:
    """The additions and deductions of an employee from one day to another, in the order of days."""
    return tuple(Earned(*row) for row in db.rows(_ADJUSTMENTS, employee, from_day, to_day))
