"""Everybody's hours, day by day, for a table: the same sums as in `hours.week`, with one question a kind of thing."""

import datetime
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

import msgspec

from appliance.domain import calendar, timeclock
from appliance.domain.timeclock import Kind, Punch, Record, What
from appliance.journal.pay_kinds import ApprovedDetail
from appliance.services import attention, origins, pay_rules
from appliance.services.hours import MARGIN_MS
from appliance.services.pay_rules import PayRules
from appliance.services.worked_hours import as_counted
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import WagePeriod

_LOCKS: Final = Statement(
    lambda: (
        WagePeriod.select(
            WagePeriod.employee, WagePeriod.from_day, WagePeriod.to_day, WagePeriod.detail
        )
        .where((WagePeriod.to_day >= slot()) & (WagePeriod.from_day <= slot()))
        .order_by(WagePeriod.lamport, WagePeriod.origin)
    )
)
_DETAIL: Final = msgspec.json.Decoder(ApprovedDetail)


class DaySum(NamedTuple):
    """A day of somebody: what is paid, in milliseconds; `is_open`: they are at work since; `odd` punches do not fit."""

    paid_ms: int = 0
    is_open: bool = False
    odd: int = 0
    is_locked: bool = False


class TeamRow(NamedTuple):
    """Somebody's days in order, and where they are now, since when, where the days reach up to now.

    `presence` is a `domain.timeclock.Presence`; `since_ms` is 0 for whoever is away.
    """

    employee: str
    name: str
    days: tuple[DaySum, ...]
    presence: str = timeclock.Presence.AWAY.value
    since_ms: int = 0

    @property
    def paid_ms(self) -> int:
        """All days."""
        return sum(one.paid_ms for one in self.days)


class _Lock(NamedTuple):
    from_day: str
    to_day: str
    rules: PayRules


def look(
    db: Database, first: datetime.date, last: datetime.date, now_ms: int
) -> tuple[TeamRow, ...]:
    """Everybody who works here or has hours from one day to another, by name, as of `now_ms`."""
    rules = pay_rules.read(db)
    days = tuple(calendar.days_between(first, last))
    from_ms = calendar.day_begins_ms(first, rules.zone) - MARGIN_MS
    to_ms = calendar.day_begins_ms(last + calendar.ONE_DAY, rules.zone) + MARGIN_MS
    told = db.rows(attention.PUNCHES, from_ms, min(to_ms - 1, now_ms), 0)
    punched = {who: list(rows) for who, rows in itertools.groupby(told, key=itemgetter(0))}
    locks = _locks(db, first, last, rules)
    known = origins.known(db)
    found = []
    for employee, name, active in db.rows(attention.STAFF):
        rows = punched.get(employee, [])
        record = timeclock.fold((_punch(row) for row in rows if row[7] in known), now_ms)
        own = _days(record, rows, known, days, locks.get(employee, []), rules)
        if active or any(one.paid_ms or one.odd or one.is_open for one in own):
            since_ms = 0 if record.since is None else record.since.at_ms
            found.append(TeamRow(employee, name, own, record.presence.value, since_ms))
    return tuple(found)


# --------------------------------------------------------------------------- helpers


def _punch(row: Any) -> Punch:  # noqa: ANN401 - a row
    return Punch(row[1], row[2], What(row[3]), row[4], bool(row[5]))


def _days(
    record: Record,
    rows: Iterable[Any],
    known: Mapping[str, object],
    days: Sequence[datetime.date],
    locks: Sequence[_Lock],
    rules: PayRules,
) -> tuple[DaySum, ...]:
    paid = _paid(record, rules)
    then = [(one, _paid(record, one.rules, rules)) for one in locks]
    odd: dict[datetime.date, int] = defaultdict(int)
    faults = {one.punch.id for one in record.odd}
    for row in rows:
        if row[1] in faults or row[6] == "doubtful" or row[7] not in known:
            odd[calendar.day_of(row[2], rules.zone)] += 1
    since = None if record.since is None else calendar.day_of(record.since.at_ms, rules.zone)
    found = []
    for day in days:
        name = day.isoformat()
        lock = next((one for one in then if one[0].from_day <= name <= one[0].to_day), None)
        sums = paid if lock is None else lock[1]
        is_odd = 0 if lock is not None else odd[day]
        found.append(DaySum(sums.get(day, 0), since == day, is_odd, lock is not None))
    return tuple(found)


def _paid(
    record: Record, rules: PayRules, of_now: PayRules | None = None
) -> Mapping[datetime.date, int]:
    """What is paid each day by some rules; the days are those of the shop's zone as it is now."""
    zone = (of_now or rules).zone
    found: dict[datetime.date, int] = defaultdict(int)
    for one in as_counted(record, rules):
        if one.kind is not Kind.UNPAID_BREAK:
            for day, length_ms in calendar.by_day(one.begun_ms, one.ended_ms, zone):
                found[day] += length_ms
    return found


def _locks(
    db: Database, first: datetime.date, last: datetime.date, rules: PayRules
) -> Mapping[str, list[_Lock]]:
    found: dict[str, list[_Lock]] = defaultdict(list)
    for employee, from_day, to_day, detail in db.rows(_LOCKS, first.isoformat(), last.isoformat()):
        terms = _DETAIL.decode(detail).terms if detail else {}
        then = pay_rules.from_told(terms) if terms else rules
        found[employee].append(_Lock(from_day, to_day, then))
    return found
