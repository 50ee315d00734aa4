"""Punches, what employees and managers say of them, and wages.

Jobs, rates and the rules of pay live in the edits themselves, as the shop's facts do.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from appliance.journal.entry import Entry, canonical_json
from appliance.journal.kinds import ClockFixed
from appliance.journal.time_kinds import (
    CorrectionContested,
    EarningAdded,
    EarningRemoved,
    JobDefined,
    PayRulesChanged,
    PunchAnswered,
    PunchAsked,
    PunchCorrected,
    Punched,
    PunchSaid,
    PunchUndone,
    RateSet,
    WagesApproved,
    WagesPaid,
)
from appliance.store.database import Database
from appliance.store.projections import boots, edits, people
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import (
    EarningRow,
    PunchCorrection,
    PunchRequest,
    PunchRow,
    WagePayment,
    WagePeriod,
)

RULES: Final = "pay_rules"
JOB: Final = "job:"
RATE: Final = "rate:"
"""Things of the edits: the rules of pay, `job:CODE`, and `rate:EMPLOYEE:JOB` with a field for each day."""

PIN: Final = "pin"
"""How somebody punched who had no badge at hand."""

_SAID: Final = "said"
_UNDONE: Final = "undone"
_ANSWER: Final = "answer"
_CONTESTED: Final = "contested"
_REMOVED: Final = "removed"

_ADD: Final = insert(PunchRow)
_SAY: Final = Statement(
    lambda: PunchRow.update(
        {
            PunchRow.at_ms: slot(),
            PunchRow.clock: slot(),
            PunchRow.what: slot(),
            PunchRow.job: slot(),
            PunchRow.paid: slot(),
            PunchRow.gone: slot(),
            PunchRow.told_by: slot(),
        }
    ).where(PunchRow.id == slot())
)
_GO: Final = Statement(
    lambda: PunchRow.update({PunchRow.gone: slot(), PunchRow.told_by: slot()}).where(
        PunchRow.id == slot()
    )
)
_DOUBTED: Final = Statement(
    lambda: PunchRow.select(PunchRow.id, PunchRow.boot_ns, PunchRow.clock).where(
        (PunchRow.origin == slot()) & (PunchRow.boot == slot())
    )
)
_RETIME: Final = Statement(
    lambda: PunchRow.update({PunchRow.at_ms: slot(), PunchRow.clock: slot()}).where(
        PunchRow.id == slot()
    )
)
_ASK: Final = insert(PunchRequest)
_ANSWERED: Final = Statement(
    lambda: PunchRequest.update(
        {
            PunchRequest.answer: slot(),
            PunchRequest.answer_reason: slot(),
            PunchRequest.answered_by: slot(),
        }
    ).where(PunchRequest.id == slot())
)
_CORRECT: Final = insert(PunchCorrection)
_CONTEST: Final = Statement(
    lambda: PunchCorrection.update({PunchCorrection.contested: slot()}).where(
        PunchCorrection.id == slot()
    )
)
_EARN: Final = insert(EarningRow)
_UNEARN: Final = Statement(
    lambda: EarningRow.update({EarningRow.removed: slot()}).where(EarningRow.id == slot())
)
_APPROVE: Final = insert(WagePeriod)
_PAY: Final = insert(WagePayment)


def define_job(db: Database, entry: Entry, body: JobDefined) -> None:
    """A job's name."""
    for field, value in edits.given(body, besides="code"):
        edits.wins(db, entry, JOB + body.code, field, value)


def set_rate(db: Database, entry: Entry, body: RateSet) -> None:
    """A rate from a day on."""
    value = None
    if body.rate_minor is not None:
        value = {"rate_minor": body.rate_minor, "covers_ms": body.covers_ms}
    edits.wins(db, entry, f"{RATE}{body.employee}:{body.job}", body.from_day, value)


def change_rules(db: Database, entry: Entry, body: PayRulesChanged) -> None:
    """How the shop pays."""
    for field, value in edits.given(body, besides=""):
        edits.wins(db, entry, RULES, field, value)


def punched(db: Database, entry: Entry, body: Punched) -> None:
    """A punch, with what was said of it before it arrived here."""
    clock = "ok" if entry.clock_ok else "fixed" if boots.is_fixed(db, entry) else "doubtful"
    db.run(
        _ADD,
        entry.id,
        entry.origin,
        body.employee,
        boots.true_time(db, entry),
        entry.at_ms,
        clock,
        entry.boot,
        entry.boot_ns,
        body.what,
        body.job,
        int(body.paid),
        body.by,
        body.device,
        0,
        entry.origin,
    )
    _say_what_counts(db, entry.id)
    if body.by == PIN:
        people.pin_was_right(db, entry, body.employee)


def undone(db: Database, entry: Entry, body: PunchUndone) -> None:
    """A punch that was taken back. Only its own device can, so what another one says of it is nothing."""
    if body.punch.rpartition("-")[0] != entry.origin:
        return
    if edits.wins(db, entry, body.punch, _UNDONE, value=True):
        _say_what_counts(db, body.punch)


def corrected(db: Database, entry: Entry, body: PunchCorrected) -> None:
    """The newest correction of a punch counts; each stays to be seen. A punch that nobody made is one from now on."""
    punch = body.punch or entry.id
    db.run(
        _CORRECT,
        entry.id,
        body.employee,
        punch,
        _json(body.said),
        _json(body.was),
        body.reason,
        entry.actor,
        entry.at_ms,
        str(edits.of_thing(db, entry.id).get(_CONTESTED, "")),
    )
    if body.punch is None and body.said is not None:
        said = body.said
        db.run(
            _ADD, entry.id, entry.origin, body.employee, said.at_ms, said.at_ms, "said", "", 0,
            said.what, said.job, int(said.paid), "manager", "", 0, entry.origin,
        )  # fmt: skip
        _say_what_counts(db, entry.id)
    elif edits.wins(db, entry, punch, _SAID, body.said):
        _say_what_counts(db, punch)


def asked(db: Database, entry: Entry, body: PunchAsked) -> None:
    """A request, with the answer if that came first."""
    answer = edits.of_thing(db, entry.id).get(_ANSWER)
    said, why, author = answer if isinstance(answer, list) else ("", "", "")
    db.run(
        _ASK,
        entry.id,
        body.employee,
        body.punch,
        canonical_json(body.said),
        body.reason,
        entry.at_ms,
        said,
        why,
        author,
    )


def answered(db: Database, entry: Entry, body: PunchAnswered) -> None:
    """A manager's answer; the newest counts."""
    answer = ("approved" if body.approved else "declined", body.reason, entry.actor)
    if edits.wins(db, entry, body.request, _ANSWER, answer):
        db.run(_ANSWERED, *answer, body.request)


def contested(db: Database, entry: Entry, body: CorrectionContested) -> None:
    """The employee does not agree."""
    if edits.wins(db, entry, body.correction, _CONTESTED, body.reason):
        db.run(_CONTEST, body.reason, body.correction)


def earned(db: Database, entry: Entry, body: EarningAdded) -> None:
    """Pay besides hours."""
    removed = edits.of_thing(db, entry.id).get(_REMOVED)
    db.run(
        _EARN, entry.id, body.employee, body.day, body.earning_kind, body.name, body.amount_minor, removed
    )  # fmt: skip


def earning_removed(db: Database, entry: Entry, body: EarningRemoved) -> None:
    """An earning that was a mistake."""
    if edits.wins(db, entry, body.earning, _REMOVED, entry.id):
        db.run(_UNEARN, entry.id, body.earning)


def approved(db: Database, entry: Entry, body: WagesApproved) -> None:
    """A period's wages, locked."""
    db.run(
        _APPROVE,
        entry.id,
        entry.lamport,
        entry.origin,
        body.employee,
        body.from_day,
        body.to_day,
        body.rules,
        body.currency,
        body.worked_ms,
        canonical_json(body.lines),
        body.total_minor,
        body.total_minor if body.detail is None else body.detail.net_minor,
        "" if body.detail is None else canonical_json(body.detail),
        entry.actor,
        entry.at_ms,
    )


def paid(db: Database, entry: Entry, body: WagesPaid) -> None:
    """Wages that were paid out."""
    db.run(
        _PAY, entry.id, body.employee, body.amount_minor, body.day, body.note, entry.actor, entry.at_ms
    )  # fmt: skip


def retime(db: Database, origin: str, fix: ClockFixed) -> None:
    """Put right the times of a boot's punches that were taken with a doubtful clock."""
    for punch, boot_ns, clock in db.rows(_DOUBTED, origin, fix.boot):
        if clock == "doubtful":
            db.run(_RETIME, boots.fixed(boot_ns, fix.boot_ns, fix.at_ms), "fixed", punch)


def _say_what_counts(db: Database, punch: str) -> None:
    """Undone counts above all; then what was said last; then the punch itself. Whose word that is goes with it."""
    told = edits.winners(db, punch)
    is_undone = _UNDONE in told
    if _SAID in told:
        value, author = told[_SAID]
        author = punch.rpartition("-")[0] if is_undone else author
        if value is None:
            db.run(_GO, 1, author, punch)
            return
        said = msgspec.convert(value, PunchSaid)
        gone = int(is_undone)
        db.run(_SAY, said.at_ms, "said", said.what, said.job, int(said.paid), gone, author, punch)
    elif is_undone:
        db.run(_GO, 1, punch.rpartition("-")[0], punch)


def _json(said: PunchSaid | None) -> str | None:
    return None if said is None else canonical_json(said)


APPLY: Final[Mapping[type, Any]] = {
    JobDefined: define_job,
    RateSet: set_rate,
    PayRulesChanged: change_rules,
    Punched: punched,
    PunchUndone: undone,
    PunchAsked: asked,
    PunchAnswered: answered,
    PunchCorrected: corrected,
    CorrectionContested: contested,
    EarningAdded: earned,
    EarningRemoved: earning_removed,
    WagesApproved: approved,
    WagesPaid: paid,
}
