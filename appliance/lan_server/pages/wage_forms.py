"""What managers do about wages: approving, paying, and what became known after an approval."""

from typing import Final

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import entered
from appliance.lan_server.pages.once import once_field, write_once
from appliance.lan_server.pages.page import done, formats, is_posted, sent, typed, words, wrong
from appliance.lan_server.pages.parts import Field, Link
from appliance.lan_server.pages.team import (
    LONGEST_TEXT,
    ask_once_more,
    asked_day,
    choose,
    form_page,
    known,
    today,
)
from appliance.lan_server.pages.wage_person import read_person
from appliance.lan_server.room import here, write
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import pay_rules, wage_ledger, wage_states, wages
from appliance.services.desk import Desk, at_once
from appliance.services.places import Place
from appliance.services.wages import BadPeriod, NothingChanged, PeriodNotOver, StillAtWork

BLUEPRINT: Final = Blueprint("wage_forms", __name__, url_prefix="/wages")
_SURE: Final = "sure"


class FiguresChanged(Refusal):
    """What is approved is no longer what was shown: `was_minor`, `is_minor`."""

    code = "figures_changed"


class MoreThanOwed(Refusal):
    """More is paid than was approved and is not paid yet: `amount_minor`, `owed_minor`. It may be meant so."""

    code = "more_than_owed"


class NoSuchPayment(Refusal):
    """No payment of this employee has this id, or it was taken back."""

    code = "no_such_payment"


@BLUEPRINT.route("/approve", methods=["GET", "POST"])
@needs("manager")
def approve_all() -> ResponseReturnValue:
    """Everybody who is ready. Whoever got a question meanwhile is passed over."""
    here().place.refuse_unless("approve")
    form, now_ms, day, on_day = formats(), here().now_ms(), asked_day(), today().isoformat()
    say = form.words
    with here().readers.reading() as db:
        first, last = pay_rules.period_at(db, day)
        found = wage_states.standings(db, first, last, now_ms, on_day)
    ready = [one.wages for one in found if one.state == "ready"]
    net_minor = sum(one.net_minor for one in ready)
    if is_posted():
        if sent("net") != str(net_minor):
            raise FiguresChanged
        approved = 0
        for one in ready:
            try:
                write(
                    wages.approve,
                    one.employee,
                    one.from_day,
                    one.to_day,
                    here().place,
                    me().id,
                    now_ms,
                )
            except (StillAtWork, PeriodNotOver, BadPeriod):
                continue
            approved += 1
        text = say("web.pay.approved_count", count=approved)
        return done(text, "wages.index", day=first.isoformat())
    more = tuple(f"{one.name}: {form.money(one.net_minor)}" for one in ready)
    return ask_once_more(
        say("web.pay.ask_all", count=len(ready)),
        say(
            "web.pay.ask_all_text",
            amount=form.money(net_minor),
            period=form.span(first, last),
        ),
        say("web.pay.approve"),
        url_for("wages.index", day=first.isoformat()),
        kind="strong",
        more=more,
        fields=(Field("net", "", str(net_minor), "hidden"),),
    )


@BLUEPRINT.route("/<employee>/approve", methods=["GET", "POST"])
@needs("manager")
def approve(employee: str) -> ResponseReturnValue:
    """One person. What was shown is what is approved, or nothing is."""
    here().place.refuse_unless("approve")
    found, form = known(employee), formats()
    say = form.words
    held = read_person(found.id, asked_day()).wages
    if is_posted():
        if sent("net") != str(held.net_minor):
            raise FiguresChanged
        write(
            wages.approve,
            found.id,
            held.from_day,
            held.to_day,
            here().place,
            me().id,
            here().now_ms(),
        )
        return done(
            say("web.pay.was_approved", name=found.name),
            "wages.person",
            employee=found.id,
            day=held.from_day,
        )
    locked = (
        say("web.pay.locks_punches"),
        say("web.pay.locks_extras"),
        say("web.pay.locks_leave"),
        say("web.pay.locks_rest"),
    )
    return ask_once_more(
        say("web.pay.ask_one", name=found.name),
        say(
            "web.pay.ask_one_text",
            amount=form.money(held.net_minor),
            hours=form.hours(held.worked_ms),
            period=form.span(held.from_day, held.to_day),
        ),
        say("web.pay.approve"),
        _back(found, held.from_day),
        kind="strong",
        more=locked,
        fields=(Field("net", "", str(held.net_minor), "hidden"),),
    )


@BLUEPRINT.route("/<employee>/pay", methods=["GET", "POST"])
@needs("manager")
def pay(employee: str) -> ResponseReturnValue:
    """Wages were paid out. Whoever pays more than is owed is asked once more."""
    here().place.refuse_unless("pay")
    found, form, day = known(employee), formats(), asked_day().isoformat()
    say = form.words
    if is_posted():
        minor = entered.amount(sent("amount"), form)
        note = sent("note", LONGEST_TEXT)
        payment = (found.id, minor, sent("on"), here().place, me().id, note)
        write_once(_pay, *payment, is_sure=sent(_SURE) == "yes")
        text = say("web.pay.noted", amount=form.money(minor), name=found.name)
        return done(text, "wages.person", employee=found.id, day=day, _anchor="payments")
    if no := wrong("more_than_owed"):
        return _ask_whether_more(found, no)
    with here().readers.reading() as db:
        owed = wages.owed(db, found.id).owed_minor
    fields = (
        once_field(),
        Field(
            "amount",
            say("web.staff.amount"),
            typed("amount", entered.amount_text(owed, form) if owed > 0 else ""),
            error=wrong("not_an_amount", "nothing_paid"),
            inputmode="decimal",
            is_needed=True,
        ),
        Field(
            "on",
            say("web.hours.field_day"),
            typed("on", today().isoformat()),
            "date",
            error=wrong("not_a_day"),
            is_needed=True,
        ),
        Field(
            "note",
            say("web.pay.note"),
            typed("note"),
            hint=say("web.pay.note_hint"),
            letters=LONGEST_TEXT,
        ),
    )
    title = say("web.pay.pay_title", name=found.name)
    return form_page(
        title,
        fields,
        say("web.save"),
        _back(found, day),
        _crumbs(found, day, say("web.pay.pay")),
        sentence=say("web.pay.pay_text"),
    )


@BLUEPRINT.route("/<employee>/pay/<payment>/take-back", methods=["GET", "POST"])
@needs("manager")
def pay_back(employee: str, payment: str) -> ResponseReturnValue:
    """A payment came back, or was noted by mistake."""
    here().place.refuse_unless("pay")
    found, form = known(employee), formats()
    say = form.words
    with here().readers.reading() as db:
        held = next((one for one in wage_ledger.payments(db, found.id) if one.id == payment), None)
    if held is None or held.amount_minor <= 0:
        raise NoSuchPayment
    amount, day = form.money(held.amount_minor), today().isoformat()
    if is_posted():
        note = sent("note", LONGEST_TEXT)
        write_once(wages.pay, found.id, -held.amount_minor, day, here().place, me().id, note)
        return done(say("web.saved"), "wages.person", employee=found.id, _anchor="payments")
    why = Field("note", say("web.pay.reason"), typed("note"), letters=LONGEST_TEXT)
    return ask_once_more(
        say("web.pay.back_title", name=found.name),
        say("web.pay.back_text", amount=amount),
        say("web.pay.take_back"),
        _back(found, ""),
        more=(f"{form.date(held.day)}, {amount}",),
        fields=(once_field(), why),
    )


@BLUEPRINT.route("/<employee>/settle/<approval>", methods=["GET", "POST"])
@needs("manager")
def settle(employee: str, approval: str) -> ResponseReturnValue:
    """What became known after an approval is paid with this period, or let be."""
    here().place.refuse_unless("approve")
    found, form, day = known(employee), formats(), asked_day().isoformat()
    say = form.words
    questions = read_person(found.id, asked_day()).wages.questions
    one = next((each for each in questions if each.approval == approval), None)
    if one is None:
        raise NothingChanged
    if is_posted():
        let_be = sent("how") == "let_be"
        minor = write(
            wages.settle,
            approval,
            day,
            here().place,
            me().id,
            here().now_ms(),
            let_be=let_be,
            reason=sent("reason", LONGEST_TEXT),
        )
        text = say("web.saved") if let_be else say("web.pay.settled", amount=form.money(minor))
        return done(text, "wages.person", employee=found.id, day=day)
    how = {"pay": say("web.pay.settle_pay"), "let_be": say("web.pay.settle_let_be")}
    fields = (
        Field(
            "how",
            say("web.pay.settle_how"),
            kind="select",
            options=choose(how, typed("how", "pay")),
        ),
        Field(
            "reason",
            say("web.pay.reason"),
            typed("reason"),
            hint=say("web.pay.settle_why"),
            error=wrong("reason_needed"),
            letters=LONGEST_TEXT,
        ),
    )
    return form_page(
        say("web.pay.settle_title"),
        fields,
        say("web.save"),
        _back(found, day),
        _crumbs(found, day, say("web.pay.settle")),
        sentence=say(
            "web.pay.settle_text", day=form.date(one.day), amount=form.money(one.amount_minor)
        ),
    )


# --------------------------------------------------------------------------- helpers


@at_once
def _pay(
    desk: Desk,
    employee: str,
    minor: int,
    day: str,
    place: Place,
    actor: str,
    note: str,
    *,
    is_sure: bool,
) -> None:
    """Note a payment. Raises `MoreThanOwed` where nobody is sure of it, and what `wages.pay` raises."""
    owed = max(0, wages.owed(desk.db, employee).owed_minor)
    if minor > owed and not is_sure:
        raise MoreThanOwed(amount_minor=minor, owed_minor=owed)
    wages.pay(desk, employee, minor, day, place, actor, note)


def _ask_whether_more(found: PersonView, sentence: str) -> ResponseReturnValue:
    """The payment that was typed, and whether it is meant so."""
    say = words()
    kept = tuple(Field(name, "", typed(name), "hidden") for name in ("amount", "on", "note"))
    return ask_once_more(
        say("web.pay.pay_title", name=found.name),
        sentence,
        say("web.pay.pay_anyway"),
        _back(found, asked_day().isoformat()),
        fields=(once_field(), *kept, Field(_SURE, "", "yes", "hidden")),
    )


def _back(found: PersonView, day: str) -> str:
    return url_for("wages.person", employee=found.id, day=day or None)


def _crumbs(found: PersonView, day: str, last: str) -> tuple[Link, ...]:
    return (
        Link(words()("web.room.wages"), url_for("wages.index", day=day)),
        Link(found.name, _back(found, day)),
        Link(last, "", is_here=True),
    )
