"""A password by a code: of the server's console, for owners and the first of them, or one that an owner gave."""

import secrets
from typing import Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.journal.kinds import EmployeeAdded
from appliance.lan_server.access import sign_in
from appliance.lan_server.access.doors import ANYONE, needs
from appliance.lan_server.access.gate import gate
from appliance.lan_server.access.sign_in import LONGEST
from appliance.lan_server.pages.page import done, is_posted, sent, show, typed, words, wrong
from appliance.lan_server.pages.parts import Field, Form, Link
from appliance.lan_server.room import here, write
from appliance.services import (
    access,
    passwords,
    people,
    shop,
    start_code,
    web_people,
)
from appliance.services.access import WaitBeforePassword
from appliance.services.passwords import PasswordsDiffer
from appliance.services.web_people import WrongStartCode

BLUEPRINT: Final = Blueprint("begin", __name__)


@BLUEPRINT.route("/begin", methods=["GET", "POST"])
@needs(ANYONE)
def index() -> ResponseReturnValue:
    """A password by a code: of the console (for owners, the first among them), or one that an owner gave."""
    with here().readers.reading() as db:
        is_first = not access.owners(db)
        is_begun = access.is_begun(db)
    if is_posted():
        return _begin(is_first=is_first)
    say = words()
    key = "first" if is_first else "owner" if not is_begun else "code"
    fields = (
        Field(
            "code",
            say("web.begin.code"),
            typed("code"),
            hint=say(f"web.begin.code_hint_{key}"),
            error=wrong("wrong_start_code"),
            is_needed=True,
            has_focus=True,
        ),
        *_who(is_first=is_first),
        *password_fields(),
    )
    page = sign_in.SignInPage(
        title=say(f"web.begin.title_{key}"),
        sentence=say(f"web.begin.sentence_{key}"),
        form=Form(url_for("begin.index"), fields, say("web.begin.go")),
        links=(Link(say("web.begin.back"), url_for("access.sign_in")),) if is_begun else (),
    )
    return show("sign_in.html", page, title=page.title)


def _who(*, is_first: bool) -> tuple[Field, ...]:
    """Who they are: new to the shop, or known by a name or number."""
    say = words()
    if not is_first:
        name = Field(
            "name",
            say("web.sign_in.name"),
            typed("name"),
            autocomplete="username",
            is_needed=True,
        )
        return (name,)
    return (
        Field(
            "full_name",
            say("web.begin.full_name"),
            typed("full_name"),
            autocomplete="name",
            error=wrong("name_needed"),
            is_needed=True,
        ),
        Field(
            "number",
            say("web.begin.number"),
            typed("number", "1"),
            hint=say("web.begin.number_hint"),
            error=wrong("bad_number", "number_taken"),
            is_needed=True,
        ),
        Field(
            "pin",
            say("web.begin.pin"),
            kind="password",
            hint=say("web.begin.pin_hint"),
            autocomplete="off",
            inputmode="numeric",
            error=wrong("pin_too_short"),
            is_needed=True,
        ),
    )


def password_fields() -> tuple[Field, Field]:
    """A new password, twice."""
    say = words()
    codes = ("password_too_short", "password_too_long", "password_too_easy")
    hint = say("web.begin.password_hint", least=passwords.LEAST_LETTERS)
    return (
        Field(
            "password",
            say("web.begin.password"),
            kind="password",
            hint=hint,
            autocomplete="new-password",
            error=wrong(*codes),
            is_needed=True,
        ),
        Field(
            "again",
            say("web.begin.again"),
            kind="password",
            autocomplete="new-password",
            error=wrong("passwords_differ"),
            is_needed=True,
        ),
    )


def new_password(*names: str) -> str:
    """The password that was typed twice. Raises what `passwords.refuse_weak` raises, and `PasswordsDiffer`."""
    password = request.form.get("password", "")[:LONGEST]
    passwords.refuse_weak(password, names)
    if password != request.form.get("again", "")[:LONGEST]:
        raise PasswordsDiffer
    return password


def _begin(*, is_first: bool) -> ResponseReturnValue:
    """Codes have 60 bits: no waiting after wrong ones keeps out whoever has the right one, only the brake does."""
    gate().tries.take(request.remote_addr or "", gate().now_ms())
    code = sent("code")
    if is_first:
        return _first_owner(code)
    with here().readers.reading() as db:
        folder, now_ms = db.folder, here().now_ms()
        found = access.find(db, sent("name"))
        if found is not None and not access.may_come_in(db, found, now_ms):
            found = None
        names = (shop.read(db).name,) if found is None else web_people.names_around(db, found)
        given = "" if found is None else web_people.code_of(db, found.id, now_ms)
    if found is not None and _is_given(given, code):
        stored = sign_in.hashed(new_password(*names))
        write(web_people.begin_by_code, found.id, stored, given, now_ms)
    elif found is not None and found.role == "owner" and start_code.fits(folder, code, now_ms):
        stored = sign_in.hashed(new_password(*names))
        if not start_code.use_up(folder, code, now_ms):
            raise WrongStartCode
        write(web_people.begin_again, found.id, stored)
    else:
        asked = sign_in.ask(sent("name"))
        no = write(access.refused, asked, "wrong_code", now_ms)
        raise no if isinstance(no, WaitBeforePassword) else WrongStartCode()
    return done(words()("web.begin.done"), "access.sign_in")


def _is_given(given: str, code: str) -> bool:
    """Whether this is the code of which an owner's hash is kept."""
    return bool(given) and any(
        secrets.compare_digest(given, web_people.hash_of_code(key, code))
        for key in passwords.keys_of(here().keeper)
    )


def _first_owner(code: str) -> ResponseReturnValue:
    with here().readers.reading() as db:
        folder, now_ms = db.folder, here().now_ms()
        names = (sent("full_name"), sent("number"), shop.read(db).name)
    if not start_code.fits(folder, code, now_ms):
        raise WrongStartCode
    people.named(names[0])
    stored = sign_in.hashed(new_password(*names))
    pin_hash = people.hash_of(here().keeper, sent("pin"))
    new = EmployeeAdded(
        number=names[1], name=names[0], role="owner", pin_hash=pin_hash, language=words().language
    )
    with here().readers.reading() as db:
        people.refuse_number(db, new.number)
    if not start_code.use_up(folder, code, now_ms):
        raise WrongStartCode
    write(web_people.first_owner, new, stored)
    return done(words()("web.begin.done"), "access.sign_in")
