"""Pay besides hours, and additions and deductions that are no wages."""

from typing import Final

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.domain.wages import EarningKind
from appliance.journal.pay_kinds import AdjustmentAdded
from appliance.journal.time_kinds import EarningAdded
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
from appliance.lan_server.room import write
from appliance.messages import PersonView
from appliance.services import wages
from appliance.services.pay_rules import UnknownPayRule
from appliance.services.timeclock import ReasonNeeded
from appliance.services.wages import NoSuchEarning, NothingPaid

BLUEPRINT: Final = Blueprint("wage_extras", __name__, url_prefix="/wages")
_KINDS: Final = ("bonus", "piece", "expenses", "advance", "tools", "other_plus", "other_minus")
_KEPT_BACK: Final = frozenset({"advance", "tools", "other_minus"})
_LONGEST: Final = 100


@BLUEPRINT.route("/<employee>/extra", methods=["GET", "POST"])
@needs("manager")
def add(employee: str) -> ResponseReturnValue:
    """Extra pay, an addition or a deduction of a day."""
    found, form, day = known(employee), formats(), asked_day().isoformat()
    say = form.words
    if is_posted():
        _add(found, sent("kind"), entered.amount(sent("amount"), form))
        return done(say("web.saved"), "wages.person", employee=found.id, day=sent("on"))
    kinds = {one: say(f"web.pay.kind_{one}") for one in _KINDS}
    fields = (
        once_field(),
        Field(
            "kind",
            say("web.pay.kind"),
            kind="select",
            error=wrong("unknown_pay_rule"),
            options=choose(kinds, typed("kind", "bonus")),
        ),
        Field("name", say("web.pay.for_what"), typed("name"), letters=_LONGEST),
        Field(
            "amount",
            say("web.staff.amount"),
            typed("amount"),
            error=wrong("not_an_amount", "nothing_paid"),
            inputmode="decimal",
            is_needed=True,
        ),
        Field(
            "on",
            say("web.hours.field_day"),
            typed("on", min(day, today().isoformat())),
            "date",
            error=wrong("not_a_day", "period_locked"),
            is_needed=True,
        ),
    )
    title = say("web.pay.extra_title", name=found.name)
    return form_page(
        title,
        fields,
        say("web.save"),
        _back(found, day),
        _crumbs(found, day, say("web.pay.extra_pay")),
        sentence=say("web.pay.extra_text"),
    )


def _add(found: PersonView, kind: str, amount_minor: int) -> None:
    name, on_day = sent("name", _LONGEST), sent("on")
    if kind not in _KINDS:
        raise UnknownPayRule(setting="kind", value=kind, known=", ".join(_KINDS))
    if not amount_minor:
        raise NothingPaid
    if kind in set(EarningKind):
        earning = EarningAdded(found.id, on_day, kind, name, amount_minor)
        write_once(wages.add_earning, earning, me().id)
        return
    minor = -amount_minor if kind in _KEPT_BACK else amount_minor
    told = AdjustmentAdded(found.id, on_day, kind.partition("_")[0], name, minor)
    write_once(wages.add_adjustment, told, me().id)


@BLUEPRINT.route("/<employee>/extra/<kind>/<extra>/remove", methods=["GET", "POST"])
@needs("manager")
def remove(employee: str, kind: str, extra: str) -> ResponseReturnValue:
    """It was a mistake."""
    found, form = known(employee), formats()
    say = form.words
    remover = {"earning": wages.remove_earning, "adjustment": wages.remove_adjustment}.get(kind)
    held = read_person(found.id, asked_day())
    all_held = {"earning": held.earnings, "adjustment": held.adjustments}.get(kind, ())
    one = next((each for each in all_held if each.id == extra), None)
    if remover is None or one is None:
        raise NoSuchEarning(earning=extra)
    day = held.wages.from_day
    if is_posted():
        reason = sent("reason", LONGEST_TEXT)
        if not reason:
            raise ReasonNeeded
        write(remover, extra, reason, me().id)
        return done(say("web.saved"), "wages.person", employee=found.id, day=day)
    why = Field(
        "reason",
        say("web.pay.reason"),
        typed("reason"),
        error=wrong("reason_needed"),
        letters=LONGEST_TEXT,
        is_needed=True,
    )
    return ask_once_more(
        say("web.pay.remove_title"),
        say("web.pay.remove_text"),
        say("web.pay.remove"),
        _back(found, day),
        more=(
            f"{say(f'web.pay.{kind}_{one.kind}')}: {one.name}".removesuffix(": "),
            f"{form.date(one.day)}, {form.money(one.amount_minor)}",
        ),
        fields=(why,),
    )


def _back(found: PersonView, day: str) -> str:
    return url_for("wages.person", employee=found.id, day=day or None)


def _crumbs(found: PersonView, day: str, last: str) -> tuple[Link, ...]:
    return (
        Link(words()("web.room.wages"), url_for("wages.index", day=day)),
        Link(found.name, _back(found, day)),
        Link(last, "", is_here=True),
    )
