"""How entries become rows: one file per area of the shop.

A projection is `apply(db, entry, body)`: no clock, no randomness, no configuration, no reading of anything but the
entry and the tables. The same entries give the same tables in whatever order origins arrive.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from appliance.journal.body import Body
from appliance.journal.entry import Entry
from appliance.store.database import Database
from appliance.store.projections import (
    access,
    catalogue,
    days,
    devices,
    first_start,
    labels,
    mirror,
    pay,
    people,
    plan,
    sales,
    shop,
    staff,
    stock,
    timeclock,
    trust,
    upkeep,
)

Apply = Callable[[Database, Entry, Any], None]

APPLY: Final[Mapping[type[Body], Apply]] = {
    **shop.APPLY,
    **catalogue.APPLY,
    **stock.APPLY,
    **people.APPLY,
    **days.APPLY,
    **sales.APPLY,
    **devices.APPLY,
    **labels.APPLY,
    **timeclock.APPLY,
    **staff.APPLY,
    **pay.APPLY,
    **trust.APPLY,
    **plan.APPLY,
    **mirror.APPLY,
    **access.APPLY,
    **upkeep.APPLY,
    **first_start.APPLY,
}
"""What to do with each kind. A kind that is missing here changes no table."""
