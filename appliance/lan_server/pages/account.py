"""My account: the own password, the second factor, and the browsers at which one is signed in."""

import io
from typing import Final

import msgspec
import segno
from flask import Blueprint, Response, request, session, url_for
from flask.typing import ResponseReturnValue

from appliance.lan_server.access import begin, sign_in
from appliance.lan_server.access.doors import may_see, me, needs, visit
from appliance.lan_server.access.gate import gate
from appliance.lan_server.pages.page import done, formats, is_posted, sent, show, words, wrong
from appliance.lan_server.pages.parts import (
    Cell,
    Column,
    Confirm,
    Fact,
    Field,
    Form,
    FormPage,
    Link,
    Table,
)
from appliance.lan_server.room import here, write
from appliance.services import access, passwords, second_factor, shop, web_people
from appliance.services.access import OwnSession, WaitBeforePassword
from appliance.services.second_factor import SecondFactorNeeded, WrongCode

BLUEPRINT: Final = Blueprint("account", __name__, url_prefix="/account")
_SECRET: Final = "secret"  # noqa: S105 - the name of a field
_LONGEST: Final = 1000
_BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


class AccountPage(msgspec.Struct, frozen=True):
    """What `account/index.html` shows."""

    title: str
    facts: tuple[Fact, ...]
    password_title: str
    password: Link
    second_title: str
    second_told: str
    second_is_on: bool
    second: tuple[Link, ...]
    sessions: Table
    everywhere: Form | None
    others: Link | None


class SecondPage(msgspec.Struct, frozen=True):
    """How an app is set up."""

    title: str
    sentence: str
    steps: tuple[str, ...]
    picture: str
    picture_told: str
    key_label: str
    key: str
    form: Form
    crumbs: tuple[Link, ...]


class CodesPage(msgspec.Struct, frozen=True):
    """Recovery codes, shown once."""

    title: str
    sentence: str
    codes: tuple[str, ...]
    on: Link
    crumbs: tuple[Link, ...]


@BLUEPRINT.route("/")
@needs("cashier")
def index() -> ResponseReturnValue:
    """Everything about how one comes in."""
    person, form, now_ms = me(), formats(), here().now_ms()
    say = form.words
    with here().readers.reading() as db:
        password = access.password_of(db, person.id)
        is_on = access.has_second(db, person.id)
        left = second_factor.recovery_left(db, person.id)
        sessions = access.own_sessions(db, person.id, now_ms)
        is_wanted = access.rules(db).second_factor
    since = "" if password is None else form.moment(password.set_at_ms)
    on = [Link(say("web.account.second_change"), url_for("account.second"))]
    if not is_wanted:
        on.append(Link(say("web.account.second_remove"), url_for("account.remove_second")))
    page = AccountPage(
        title=say("web.frame.account"),
        facts=(
            Fact(say("web.account.name"), person.name),
            Fact(say("web.account.number"), person.number),
            Fact(say("web.account.role"), say(f"web.role.{person.role}")),
            Fact(say("web.account.password_since"), since),
        ),
        password_title=say("web.account.password"),
        password=Link(say("web.account.password_change"), url_for("account.password")),
        second_title=say("web.account.second"),
        second_told=say("web.account.second_on", count=left)
        if is_on
        else say("web.account.second_off"),
        second_is_on=is_on,
        second=tuple(on)
        if is_on
        else (Link(say("web.account.second_set"), url_for("account.second")),),
        sessions=_sessions(sessions),
        everywhere=Form(url_for("account.everywhere"), (), say("web.account.everywhere"), "plain")
        if len(sessions) > 1
        else None,
        others=Link(say("web.access.title"), url_for("web_access.index"))
        if may_see("web_access.index")
        else None,
    )
    return show("account/index.html", page, title=page.title)


@BLUEPRINT.route("/password", methods=["GET", "POST"])
@needs("cashier")
def password() -> ResponseReturnValue:
    """Another password, by the old one. All other browsers are signed out."""
    if is_posted():
        return _change_password()
    say = words()
    old = _own_password(has_focus=True)
    fields = (old, *begin.password_fields())
    page = FormPage(
        title=say("web.account.password_change"),
        sentence=say("web.account.password_sentence"),
        form=Form(url_for("account.password"), fields, say("web.save"), cancel=_back()),
        crumbs=_crumbs(say("web.account.password_change")),
    )
    return show("account/form.html", page, title=page.title)


@BLUEPRINT.route("/second", methods=["GET", "POST"])
@needs("cashier")
def second() -> ResponseReturnValue:
    """An authenticator app: its secret is shown as a QR code and proved by the first code."""
    if is_posted():
        return _set_second()
    say = words()
    found = visit()
    assert found is not None
    secret = _offered() or _offer()
    fields = (
        Field(
            "code",
            say("web.second.code"),
            autocomplete="one-time-code",
            inputmode="numeric",
            letters=10,
            error=wrong("wrong_code"),
            is_needed=True,
            has_focus=True,
        ),
        _own_password(),
    )
    page = SecondPage(
        title=say("web.account.second"),
        sentence=say(
            "web.account.second_wanted" if found.needs_second else "web.account.second_sentence"
        ),
        steps=(say("web.account.step_1"), say("web.account.step_2"), say("web.account.step_3")),
        picture=url_for("account.picture"),
        picture_told=say("web.account.picture"),
        key_label=say("web.account.key"),
        key=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        form=Form(url_for("account.second"), fields, say("web.account.second_set")),
        crumbs=_crumbs(say("web.account.second")),
    )
    return show("account/second.html", page, title=page.title)


@BLUEPRINT.route("/second.svg")
@needs("cashier")
def picture() -> ResponseReturnValue:
    """The QR code that the app reads."""
    secret = _offered() or _offer()
    with here().readers.reading() as db:
        address = second_factor.address_for_app(secret, me().name, shop.read(db).name)
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", scale=4, border=4, dark="#14181f", light="#ffffff", xmldecl=False
    )
    return Response(out.getvalue(), mimetype="image/svg+xml")


@BLUEPRINT.route("/second/remove", methods=["GET", "POST"])
@needs("cashier")
def remove_second() -> ResponseReturnValue:
    """No app any more, by the password."""
    person = me()
    if is_posted():
        with here().readers.reading() as db:
            if access.rules(db).second_factor:
                raise SecondFactorNeeded
        _prove_password()
        write(second_factor.remove, person.id, person)
        return done(words()("web.account.second_removed"), "account.index")
    say = words()
    old = _own_password(has_focus=True)
    form = Form(
        url_for("account.remove_second"),
        (old,),
        say("web.account.second_remove"),
        "danger",
        _back(),
    )
    page = Confirm(
        title=say("web.account.second_remove"),
        sentence=say("web.account.second_remove_sentence"),
        form=form,
    )
    return show("confirm.html", page, title=page.title)


@BLUEPRINT.route("/everywhere", methods=["POST"])
@needs("cashier")
def everywhere() -> ResponseReturnValue:
    """Sign out at all other browsers."""
    found = visit()
    assert found is not None
    with here().readers.reading() as db:
        sessions = access.own_sessions(db, found.person.id, here().now_ms())
    others = [one.session for one in sessions if one.session != found.session]
    write(access.sign_out, found.person.id, others, "everywhere")
    return done(words()("web.account.everywhere_done"), "account.index")


# --------------------------------------------------------------------------- helpers


def _change_password() -> ResponseReturnValue:
    person = me()
    with here().readers.reading() as db:
        names = web_people.names_around(db, person)
    new = begin.new_password(*names)
    _prove_password()
    stored = sign_in.hashed(new)
    now_ms = here().now_ms()
    held, agent = sign_in.new_session()
    mark, address = access.session_mark(held), request.remote_addr or ""
    write(web_people.change_password, person.id, stored, mark, address, agent, now_ms)
    answer = done(words()("web.account.password_done"), "account.index")
    sign_in.set_session(answer, held)
    return answer


def _set_second() -> ResponseReturnValue:
    person, secret = me(), _offered()
    if secret is None:
        raise WrongCode
    _prove_password()
    step = second_factor.shows(secret, sent("code"), here().now_ms())
    if step is None:
        raise WrongCode
    key = here().keeper.pepper
    sealed = second_factor.seal(key, person.id, secret)
    codes = second_factor.new_recovery_codes()
    hashes = [passwords.keyed(key, "recovery", second_factor.plain_code(code)) for code in codes]
    write(second_factor.set_up, person.id, sealed, hashes, step)
    session.pop(_SECRET, None)
    say = words()
    page = CodesPage(
        title=say("web.account.codes"),
        sentence=say("web.account.codes_sentence"),
        codes=codes,
        on=Link(say("web.account.codes_on"), url_for("account.index")),
        crumbs=_crumbs(say("web.account.codes")),
    )
    return show("account/codes.html", page, title=page.title)


def _prove_password() -> None:
    """The own password once more: whoever finds a browser open does not take the account over."""
    person = me()
    address, now_ms = request.remote_addr or "", here().now_ms()
    gate().tries.take(address, gate().now_ms())
    asked = write(access.ask_code, person.id, address, now_ms, "password")
    if isinstance(asked, WaitBeforePassword):
        raise asked
    if not sign_in.fits(asked, request.form.get("old", "")[:_LONGEST]):
        raise write(access.refused, asked, "wrong_password", now_ms)
    write(access.proved, person.id, address)


def _offer() -> str:
    """A secret for this person and this browser, kept encrypted in the cookie beside the form until it is proved."""
    person = me()
    secret = second_factor.new_secret()
    session[_SECRET] = second_factor.seal(here().keeper.pepper, person.id, secret)
    return secret


def _offered() -> str | None:
    sealed = session.get(_SECRET)
    if not isinstance(sealed, str):
        return None
    return second_factor.unseal(passwords.keys_of(here().keeper), me().id, sealed)


def _sessions(sessions: tuple[OwnSession, ...]) -> Table:
    form, found = formats(), visit()
    say = form.words
    mine = "" if found is None else found.session
    return Table(
        caption=say("web.account.sessions"),
        columns=(
            Column(say("web.account.browser"), is_title=True),
            Column(say("web.account.address")),
            Column(say("web.account.since"), "number"),
        ),
        rows=tuple(
            (
                Cell(
                    browser(one.agent) or say("web.account.unknown_browser"),
                    tone="good" if one.session == mine else "",
                    more=say("web.account.this_one") if one.session == mine else "",
                ),
                Cell(one.address),
                Cell(form.moment(one.begun_at_ms)),
            )
            for one in sessions
        ),
    )


def browser(agent: str) -> str:
    """What a browser says of itself, in two words: `Firefox, Linux`."""
    found = [
        next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, found))


def _own_password(*, has_focus: bool = False) -> Field:
    return Field(
        "old",
        words()("web.account.old"),
        kind="password",
        autocomplete="current-password",
        error=wrong("wrong_sign_in"),
        is_needed=True,
        has_focus=has_focus,
    )


def _back() -> Link:
    return Link(words()("web.cancel"), url_for("account.index"))


def _crumbs(text: str) -> tuple[Link, ...]:
    return (
        Link(words()("web.frame.account"), url_for("account.index")),
        Link(text, "", is_here=True),
    )
