"""One person's wages of a period as the page of the staff shows them: lines, questions, extra pay, leave, payments."""

from appliance.messages.staff_pay import (
    EarningView,
    LeaveTakenView,
    LeaveView,
    LockedPartView,
    PaymentView,
    WageLineView,
    WageQuestionView,
    WageRemarkView,
    WagesOfView,
)
from appliance.services import extra_pay, leave, pay_rules, pay_terms, wage_ledger, wages
from appliance.services.wages import Wages
from appliance.store.database import Database


def view_of(db: Database, found: Wages) -> WagesOfView:
    """All about the wages of one person for a period."""
    person, first, last = found.employee, found.from_day, found.to_day
    owed = wages.owed(db, person)
    jobs = pay_rules.jobs(db)
    return WagesOfView(
        employee=person,
        name=found.name,
        rules=found.rules,
        lines=_lines(found, jobs),
        questions=tuple(
            WageQuestionView(
                one.why, one.day, jobs.get(one.job, one.job), one.approval, one.amount_minor
            )
            for one in found.questions
        ),
        remarks=tuple(
            WageRemarkView(one.why, one.day, one.length_ms, one.taken_ms) for one in found.remarks
        ),
        locked=tuple(
            LockedPartView(one.from_day, one.to_day, one.total_minor, one.left_out_minor)
            for one in found.locked
        ),
        earnings=tuple(EarningView(*one) for one in extra_pay.earnings(db, person, first, last)),
        adjustments=tuple(
            EarningView(*one) for one in extra_pay.adjustments(db, person, first, last)
        ),
        leave=tuple(
            LeaveView(one.leave, one.name, one.granted_ms, one.accrued_ms, one.taken_ms)
            for one in leave.balances(db, person, last)
        ),
        leave_taken=_taken(db, found),
        payments=tuple(PaymentView(*one) for one in wage_ledger.payments(db, person)),
        approved_minor=owed.approved_minor,
        paid_minor=owed.paid_minor,
    )


def _lines(found: Wages, jobs: dict[str, str]) -> tuple[WageLineView, ...]:
    return tuple(
        WageLineView(
            week=line.week,
            kind=line.line_kind,
            name=jobs.get(line.name, line.name) if line.line_kind == "time" else line.name,
            length_ms=line.length_ms,
            rate_minor=line.rate_minor,
            factor_ppm=line.factor_ppm,
            amount_minor=line.amount_minor,
            day=line.day,
        )
        for line in found.lines
    )


def _taken(db: Database, found: Wages) -> tuple[LeaveTakenView, ...]:
    kinds = pay_terms.leave_kinds(db, also_archived=True)
    return tuple(
        LeaveTakenView(
            id=one.id,
            code=one.code,
            name=kinds[one.code].name if one.code in kinds else "",
            from_day=one.from_day,
            to_day=one.to_day,
            days=one.days,
            length_ms=one.length_ms,
        )
        for one in wage_ledger.leave_taken(db, found.employee, found.from_day, found.to_day)
    )
