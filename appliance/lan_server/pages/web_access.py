"""Who comes in over the web: passwords, second factors and the rules for all. For owners."""

from typing import Final

import msgspec
from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.journal.access_kinds import WebRulesChanged
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages.page import done, formats, is_posted, sent, show, words
from appliance.lan_server.pages.parts import Cell, Column, Confirm, Field, Form, Link, Table
from appliance.lan_server.room import here, write
from appliance.messages import PersonView
from appliance.services import access, people, second_factor, web_people
from appliance.services.access import Password, WebRules

BLUEPRINT: Final = Blueprint("web_access", __name__, url_prefix="/people/access")
_CODE_LETTERS: Final = 12


class AccessPage(msgspec.Struct, frozen=True):
    """What `web_access/index.html` shows."""

    title: str
    sentence: str
    people: Table
    rules_title: str
    rules: Form
    tokens: Link
    crumbs: tuple[Link, ...]


class PersonPage(msgspec.Struct, frozen=True):
    """One person: what can be done."""

    title: str
    sentence: str
    acts: tuple[Link, ...]
    crumbs: tuple[Link, ...]


class CodePage(msgspec.Struct, frozen=True):
    """A code that is shown once."""

    title: str
    sentence: str
    codes: tuple[str, ...]
    on: Link
    crumbs: tuple[Link, ...]


@BLUEPRINT.route("/", methods=["GET", "POST"])
@needs("owner", "people")
def index() -> ResponseReturnValue:
    """Everybody who may come in, and the rules."""
    if is_posted():
        edit = WebRulesChanged(
            second_factor=bool(sent("second_factor")), cashiers=bool(sent("cashiers"))
        )
        write(web_people.change_rules, edit, me())
        return done(words()("web.saved"), "web_access.index")
    with here().readers.reading() as db:
        rules = access.rules(db)
        found = [
            (one, access.password_of(db, one.id), access.has_second(db, one.id))
            for one in people.active(db)
            if access.may_have_web(db, one)
        ]
    say = words()
    page = AccessPage(
        title=say("web.access.title"),
        sentence=say("web.access.sentence"),
        people=_people(found),
        rules_title=say("web.access.rules"),
        rules=_rules(rules),
        tokens=Link(say("web.tokens.title"), url_for("tokens.index"), "key-outline"),
        crumbs=_crumbs(),
    )
    return show("web_access/index.html", page, title=page.title)


@BLUEPRINT.route("/<employee>")
@needs("owner", "people")
def person(employee: str) -> ResponseReturnValue:
    """What an owner can do for one person."""
    with here().readers.reading() as db:
        found = people.find(db, employee)
        password = access.password_of(db, found.id)
        is_second = access.has_second(db, found.id)
    say, form = words(), formats()
    acts = [
        Link(say("web.access.give_code"), url_for("web_access.code", employee=found.id), "key-plus")
    ]
    if password is not None:
        acts.append(
            Link(
                say("web.access.take_password"),
                url_for("web_access.take", employee=found.id),
                "key-remove",
            )
        )
    if is_second:
        acts.append(
            Link(
                say("web.access.remove_second"),
                url_for("web_access.unsecond", employee=found.id),
                "cellphone-remove",
            )
        )
    since = "" if password is None else form.moment(password.set_at_ms)
    page = PersonPage(
        title=found.name,
        sentence=say("web.access.has_password", since=since)
        if password
        else say("web.access.no_password"),
        acts=tuple(acts),
        crumbs=_crumbs(found.name),
    )
    return show("web_access/person.html", page, title=page.title)


@BLUEPRINT.route("/<employee>/code", methods=["GET", "POST"])
@needs("owner", "people")
def code(employee: str) -> ResponseReturnValue:
    """A code with which somebody sets a password of their own."""
    found = _known(employee)
    say = words()
    if is_posted():
        made = second_factor.random_code(_CODE_LETTERS)
        hashed = web_people.hash_of_code(here().keeper.pepper, made)
        write(web_people.give_code, found.id, hashed, me(), here().now_ms())
        page = CodePage(
            title=say("web.access.code_title", name=found.name),
            sentence=say("web.access.code_sentence", number=found.number),
            codes=(made,),
            on=Link(say("web.access.code_on"), url_for("web_access.index")),
            crumbs=_crumbs(found.name),
        )
        return show("account/codes.html", page, title=page.title)
    return _confirm("give_code", found, "strong")


@BLUEPRINT.route("/<employee>/take", methods=["GET", "POST"])
@needs("owner", "people")
def take(employee: str) -> ResponseReturnValue:
    """Somebody comes in no more."""
    found = _known(employee)
    if is_posted():
        write(web_people.take_password, found.id, me())
        return done(words()("web.access.taken", name=found.name), "web_access.index")
    return _confirm("take_password", found, "danger")


@BLUEPRINT.route("/<employee>/second", methods=["GET", "POST"])
@needs("owner", "people")
def unsecond(employee: str) -> ResponseReturnValue:
    """Somebody lost the app and the codes."""
    found = _known(employee)
    if is_posted():
        write(second_factor.remove, found.id, me())
        return done(words()("web.access.seconded", name=found.name), "web_access.index")
    return _confirm("remove_second", found, "danger")


# --------------------------------------------------------------------------- helpers


def _known(employee: str) -> PersonView:
    with here().readers.reading() as db:
        return people.find(db, employee)


def _confirm(act: str, found: PersonView, kind: str) -> ResponseReturnValue:
    say = words()
    back = url_for("web_access.person", employee=found.id)
    page = Confirm(
        title=say(f"web.access.{act}"),
        sentence=say(f"web.access.{act}_sentence", name=found.name),
        form=Form("", (), say(f"web.access.{act}"), kind, Link(say("web.cancel"), back)),
    )
    return show("confirm.html", page, title=page.title)


def _people(found: list[tuple[PersonView, Password | None, bool]]) -> Table:
    say, form = words(), formats()
    return Table(
        caption=say("web.access.people"),
        columns=(
            Column(say("web.access.person"), is_title=True),
            Column(say("web.account.role")),
            Column(say("web.account.password")),
            Column(say("web.account.second")),
        ),
        rows=tuple(
            (
                Cell(one.name, url_for("web_access.person", employee=one.id)),
                Cell(say(f"web.role.{one.role}")),
                Cell(say("web.access.since", since=form.moment(password.set_at_ms)), tone="good")
                if password
                else Cell(say("web.access.none")),
                Cell(say("web.yes"), tone="good") if is_second else Cell(say("web.no")),
            )
            for one, password, is_second in found
        ),
    )


def _rules(rules: WebRules) -> Form:
    say = words()
    fields = (
        Field(
            "second_factor",
            say("web.access.rule_second"),
            "on" if rules.second_factor else "",
            "checkbox",
            say("web.access.rule_second_hint"),
        ),
        Field(
            "cashiers",
            say("web.access.rule_cashiers"),
            "on" if rules.cashiers else "",
            "checkbox",
            say("web.access.rule_cashiers_hint"),
        ),
    )
    return Form(url_for("web_access.index"), fields, say("web.save"))


def _crumbs(text: str = "") -> tuple[Link, ...]:
    say = words()
    first = Link(
        say("web.access.title"), url_for("web_access.index") if text else "", is_here=not text
    )
    account = Link(say("web.frame.account"), url_for("account.index"))
    return (account, first, Link(text, "", is_here=True)) if text else (account, first)
