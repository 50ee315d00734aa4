"""How a pay period stands, for each who has wages in it or is still owed some."""

import datetime
from typing import Literal, NamedTuple

from appliance.services import approvals, wage_ledger, wage_report
from appliance.services.wage_report import Wages
from appliance.store.database import Database

State = Literal["none", "running", "questions", "ready", "approved", "paid"]


class Standing(NamedTuple):
    """Somebody's wages of a period, how they stand, and what is still owed of all that was ever approved."""

    wages: Wages
    state: State
    owed_minor: int


def state_of(db: Database, found: Wages, today: str) -> State:
    """How wages stand on a day: a period that still runs can be looked at, not approved."""
    if found.approved:
        settled = wage_ledger.is_paid(db, found.employee, found.approved, found.net_minor)
        return "paid" if settled else "approved"
    if found.questions:
        return "questions"
    if not (found.lines or found.adjustments):
        return "none"
    return "running" if found.to_day >= today else "ready"


def standings(
    db: Database, first: datetime.date, last: datetime.date, now_ms: int, today: str
) -> tuple[Standing, ...]:
    """All of a period, by name. Takes some milliseconds a person and month. Raises `BadPeriod`."""
    from_day, to_day = first.isoformat(), last.isoformat()
    known = {one.employee: one for one in wage_report.report(db, from_day, to_day, now_ms)}
    found = []
    for person in wage_ledger.staff(db):
        owed = approvals.owed(db, person.id).owed_minor
        own = known.get(person.id)
        if own is None and owed:
            own = wage_report.of_employee(db, person.id, from_day, to_day, now_ms)
        if own is not None:
            found.append(Standing(own, state_of(db, own, today), owed))
    return tuple(found)
