"""The kinds of entries about the people who work here, besides those that sign them in; see `kinds` for all kinds.

All of them are edits: per field the newest counts. Days are texts such as `2026-11-28`, empty where none is told.
"""

from typing import ClassVar, Final

from msgspec import UNSET, UnsetType

from appliance.journal.body import Body


class EmployeeDetailed(Body, frozen=True):
    """What the shop's records say of an employee: the fields that 29 CFR 516.2(a) asks for, and when they are here.

    `sex` is `female`, `male`, `other` or empty. `hired_day` is the first day of work, `left_day` the last one.
    """

    kind: ClassVar[str] = "employee_detailed"
    employee: str
    address: str | UnsetType = UNSET
    born_day: str | UnsetType = UNSET
    sex: str | UnsetType = UNSET
    occupation: str | UnsetType = UNSET
    hired_day: str | UnsetType = UNSET
    left_day: str | UnsetType = UNSET


class JobAssigned(Body, frozen=True):
    """An employee does a job, by its code, or no longer."""

    kind: ClassVar[str] = "job_assigned"
    employee: str
    job: str
    assigned: bool


class BadgeLabelled(Body, frozen=True):
    """What a badge is called; `badge` is the entry that gave it."""

    kind: ClassVar[str] = "badge_labelled"
    badge: str
    label: str


STAFF_KINDS: Final[tuple[type[Body], ...]] = (EmployeeDetailed, JobAssigned, BadgeLabelled)
