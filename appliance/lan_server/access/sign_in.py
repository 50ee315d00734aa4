"""Signing in at a browser: number and password, then the second factor, then a session begins.

Whoever typed the right password and has a second factor is remembered for five minutes in the signed cookie beside the
forms, by the entry of the password, so that the next step can be taken at any server of the shop.
"""

import secrets
from http import HTTPStatus
from typing import Any, Final

import msgspec
from flask import Blueprint, Response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from appliance.lan_server.access.doors import ANYONE, COOKIE, needs, own_path, visit
from appliance.lan_server.access.gate import gate
from appliance.lan_server.pages.page import is_posted, sent, show, typed, words, wrong
from appliance.lan_server.pages.parts import Field, Form, Link
from appliance.lan_server.room import here, write
from appliance.services import access, passwords, second_factor
from appliance.services.access import (
    Asked,
    WaitBeforePassword,
    WrongSignIn,
)
from appliance.services.desk import Desk
from appliance.services.second_factor import WrongCode

BLUEPRINT: Final = Blueprint("access", __name__)
PENDING: Final = "pending"
PENDING_MS: Final = 5 * 60_000
SESSION_BYTES: Final = 32
LONGEST: Final = 1000
_NOBODYS: Final = "nobody's password"


class SignInPage(msgspec.Struct, frozen=True):
    """A page with one form and a sentence or two."""

    title: str
    sentence: str
    form: Form
    links: tuple[Link, ...] = ()


# --------------------------------------------------------------------------- name and password


@BLUEPRINT.route("/sign-in", methods=["GET", "POST"])
@needs(ANYONE)
def sign_in() -> ResponseReturnValue:
    """Number or name, and the password."""
    if visit() is not None:
        return redirect(_next(), HTTPStatus.SEE_OTHER)
    if is_posted():
        asked = ask(sent("name"))
        password = request.form.get("password", "")[:LONGEST]
        if not fits(asked, password) or asked.person is None:
            raise write(access.refused, asked, "wrong_password", here().now_ms())
        if asked.has_second:
            return _remember(asked)
        return _enter(asked)
    with here().readers.reading() as db:
        if not access.is_begun(db):
            return redirect(url_for("begin.index"), HTTPStatus.SEE_OTHER)
    say = words()
    fields = (
        Field(
            "name",
            say("web.sign_in.name"),
            typed("name"),
            hint=say("web.sign_in.name_hint"),
            autocomplete="username",
            is_needed=True,
            has_focus=not typed("name"),
        ),
        Field(
            "password",
            say("web.sign_in.password"),
            kind="password",
            autocomplete="current-password",
            is_needed=True,
            has_focus=bool(typed("name")),
        ),
    )
    page = SignInPage(
        title=say("web.sign_in.title"),
        sentence=say("web.sign_in.sentence"),
        form=Form(url_for("access.sign_in", next=_onward()), fields, say("web.sign_in.go")),
        links=(Link(say("web.sign_in.have_code"), url_for("begin.index")),),
    )
    return show("sign_in.html", page, title=page.title)


@BLUEPRINT.route("/sign-in/second", methods=["GET", "POST"])
@needs(ANYONE)
def second() -> ResponseReturnValue:
    """The six digits of the app, or a recovery code."""
    pending = _pending()
    if pending is None:
        return redirect(url_for("access.sign_in", next=_onward()), HTTPStatus.SEE_OTHER)
    if is_posted():
        return _take_second(*pending)
    say = words()
    code = Field(
        "code",
        say("web.second.code"),
        autocomplete="one-time-code",
        inputmode="text",
        letters=32,
        error=wrong("wrong_code"),
        is_needed=True,
        has_focus=True,
    )
    page = SignInPage(
        title=say("web.second.title"),
        sentence=say("web.second.sentence"),
        form=Form(url_for("access.second", next=_onward()), (code,), say("web.sign_in.go")),
        links=(Link(say("web.second.other_person"), url_for("access.forget")),),
    )
    return show("sign_in.html", page, title=page.title)


@BLUEPRINT.route("/sign-in/again")
@needs(ANYONE)
def forget() -> ResponseReturnValue:
    """Somebody else wants to sign in."""
    session.pop(PENDING, None)
    return redirect(url_for("access.sign_in"), HTTPStatus.SEE_OTHER)


@BLUEPRINT.route("/sign-out", methods=["POST"])
@needs(ANYONE)
def sign_out() -> ResponseReturnValue:
    """The session ends, here and everywhere: the cookie is worth nothing to whoever has a copy."""
    found = visit()
    if found is not None:
        write(access.sign_out, found.person.id, (found.session,))
    session.clear()
    answer = redirect(url_for("access.sign_in"), HTTPStatus.SEE_OTHER)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    return answer


# --------------------------------------------------------------------------- helpers


def ask(name: str) -> Asked:
    """Notes the try. Raises `TooOften`, `WaitBeforePassword`."""
    address = request.remote_addr or ""
    gate().tries.take(address, gate().now_ms())
    key = here().keeper.pepper
    asked = write(access.ask, key, name, address, here().now_ms())
    if isinstance(asked, WaitBeforePassword):
        raise asked
    return asked


def fits(asked: Asked, password: str) -> bool:
    """Takes as long for a name that is nobody's as for one that is somebody's."""
    with gate().hands:
        keeper = here().keeper
        if asked.password is None:
            nobodys = gate().nobodys(lambda: passwords.hash_of(keeper, _NOBODYS))
            passwords.fits(keeper, password, nobodys)
            return False
        return passwords.fits(keeper, password, asked.password.stored)


def hashed(password: str) -> str:
    """What is stored of it; two at a time."""
    with gate().hands:
        return passwords.hash_of(here().keeper, password)


def _remember(asked: Asked) -> ResponseReturnValue:
    assert asked.person is not None
    assert asked.password is not None
    session.clear()
    session[PENDING] = [asked.person.id, asked.password.entry, here().now_ms()]
    return redirect(url_for("access.second", next=_onward()), HTTPStatus.SEE_OTHER)


def _pending() -> tuple[str, str] | None:
    """Whoever typed the right password not long ago, and the entry that set it."""
    told: Any = session.get(PENDING)
    if not told:
        return None
    employee, entry, at_ms = told
    return (employee, entry) if 0 <= here().now_ms() - at_ms < PENDING_MS else None


def _take_second(employee: str, entry: str) -> ResponseReturnValue:
    address = request.remote_addr or ""
    gate().tries.take(address, gate().now_ms())
    now_ms = here().now_ms()
    asked = write(access.ask_code, employee, address, now_ms)
    if isinstance(asked, WaitBeforePassword):
        raise asked
    if asked.password is None or asked.password.entry != entry or asked.person is None:
        session.clear()
        raise WrongSignIn
    keys, code = passwords.keys_of(here().keeper), sent("code")
    held, agent = new_session()
    mark = access.session_mark(held)

    def take(desk: Desk) -> bool:
        used = second_factor.proved(desk.db, keys, employee, code, now_ms)
        if used is None:
            return False
        access.sign_in(desk, asked, mark, agent, now_ms, (used,), second=True)
        return True

    if not write(take):
        no = write(access.refused, asked, "wrong_code", now_ms)
        raise no if isinstance(no, WaitBeforePassword) else WrongCode()
    return _with_session(held)


def _enter(asked: Asked) -> ResponseReturnValue:
    """A session, and the cookie that holds it."""
    held, agent = new_session()
    mark = access.session_mark(held)
    write(access.sign_in, asked, mark, agent, here().now_ms())
    return _with_session(held)


def new_session() -> tuple[str, str]:
    """What a browser is to hold, and what it says of itself."""
    return secrets.token_urlsafe(SESSION_BYTES), request.headers.get("User-Agent", "")


def _with_session(held: str) -> Response:
    """Whatever the browser held before is worth nothing now: neither a session nor a form."""
    session.clear()
    answer = redirect(_next(), HTTPStatus.SEE_OTHER)
    set_session(answer, held)
    assert isinstance(answer, Response)
    return answer


def set_session(answer: Any, held: str) -> None:  # noqa: ANN401 - Flask's or Werkzeug's answer
    """The cookie of a session; the browser forgets it when it is closed."""
    answer.set_cookie(COOKIE, held, path="/", secure=True, httponly=True, samesite="Strict")


def _onward() -> str | None:
    """Where to go afterwards, for the address of the next form; None for the first page."""
    return own_path(request.args.get("next"))


def _next() -> str:
    return _onward() or "/"
