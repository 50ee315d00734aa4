"""What the records say of employees, which jobs they do, and what their badges are called.

All of it lives in the edits themselves, as jobs and rates do: an edit may arrive before whom it is about.
"""

from collections.abc import Mapping
from typing import Any, Final

from appliance.journal.entry import Entry
from appliance.journal.staff_kinds import BadgeLabelled, EmployeeDetailed, JobAssigned
from appliance.store.database import Database
from appliance.store.projections import edits

PERSON: Final = "person:"
JOBS: Final = "jobs:"
BADGE: Final = "badge:"
LABEL: Final = "label"
"""Things of the edits: `person:EMPLOYEE`, `jobs:EMPLOYEE` with a field for each job, and `badge:ENTRY`."""


def detailed(db: Database, entry: Entry, body: EmployeeDetailed) -> None:
    """What the records say of an employee."""
    for field, value in edits.given(body, besides="employee"):
        edits.wins(db, entry, PERSON + body.employee, field, value)


def job_assigned(db: Database, entry: Entry, body: JobAssigned) -> None:
    """A job that an employee does."""
    edits.wins(db, entry, JOBS + body.employee, body.job, body.assigned)


def badge_labelled(db: Database, entry: Entry, body: BadgeLabelled) -> None:
    """What a badge is called."""
    edits.wins(db, entry, BADGE + body.badge, LABEL, body.label)


APPLY: Final[Mapping[type, Any]] = {
    EmployeeDetailed: detailed,
    JobAssigned: job_assigned,
    BadgeLabelled: badge_labelled,
}
