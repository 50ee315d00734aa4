"""What the time clock shows: who is at work, and what is asked of whoever is at the clock."""

import msgspec

from appliance.at_clock import AtClock, Here
from appliance.domain.timeclock import TRANSITIONS, Presence, Record, What
from appliance.messages import PunchedView
from appliance.messages.timeclock import AtWorkView, TimeclockView
from appliance.services import own_time, pay_rules, people, plan, timeclock
from appliance.store.database import Database
from appliance.store.projections.timeclock import PIN
from appliance.till import Till


def look(till: Till, clock: AtClock, now_ms: int) -> TimeclockView:
    """The clock as of now. Asks the tables for everybody who works here: some milliseconds in a large shop."""
    db = till.desk.db
    at_work = tuple(
        AtWorkView(person.id, person.name, record.presence.value, record.since.at_ms, record.job)
        for person in people.active(db)
        if (record := timeclock.record_of(db, person.id, now_ms)).since is not None
    )
    here, made, refused = clock.here(now_ms), clock.made, clock.refused
    undo_until_ms = 0 if made is None or made.undo_until_ms < now_ms else made.undo_until_ms
    absent = plan.not_there(db, now_ms)
    view = TimeclockView(
        at_work=at_work,
        punch=made.punch if made is not None and undo_until_ms else None,
        undo_until_ms=undo_until_ms,
        requests=len(timeclock.open_requests(db)),
        zone=pay_rules.read(db).zone.key,
        refused=refused.code,
        refusals=refused.times,
        wait_until_ms=refused.until_ms,
        late=len(absent),
        late_names=absent if _is_managed(till) else (),
    )
    if here is None:
        return view
    may_set_up = till.place == "door" and here.by == PIN and here.person.role in people.MANAGERS
    return _with_whoever_is_here(
        msgspec.structs.replace(view, may_set_up=may_set_up), here, made, db, now_ms
    )


def _is_managed(till: Till) -> bool:
    return till.employee is not None and till.employee.role in people.MANAGERS


def _with_whoever_is_here(
    view: TimeclockView, here: Here, made: PunchedView | None, db: Database, now_ms: int
) -> TimeclockView:
    person = here.person
    record = timeclock.record_of(db, person.id, now_ms)
    return msgspec.structs.replace(
        view,
        asks=person.id if here.asks else None,
        choices=_choices(record) if here.asks else (),
        employee=person.id,
        name=person.name,
        until_ms=here.until_ms,
        presence=record.presence.value,
        since_ms=0 if record.since is None else record.since.at_ms,
        job=record.job,
        jobs=own_time.jobs_of(db, person.id),
        missing=own_time.missing(db, person.id, now_ms),
        contradicts=here.contradicts,
        early=here.early,
        language=people.language_of(db, person.id),
        made=None if here.asks else made,
    )


def _choices(record: Record) -> tuple[str, ...]:
    return tuple(
        what.value
        for (here, what) in TRANSITIONS
        if here is record.presence and (here, what) != (Presence.AT_WORK, What.IN)
    )
