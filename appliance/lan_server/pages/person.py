"""Forms about one person: new, name and role, records, PIN, leaving and coming back."""

from collections.abc import Mapping
from typing import Final

import msgspec
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import UNSET, UnsetType

from appliance.journal.entry import canonical_json
from appliance.journal.kinds import EmployeeAdded, EmployeeChanged
from appliance.journal.staff_kinds import EmployeeDetailed
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages.page import done, is_posted, sent, typed, words, wrong
from appliance.lan_server.pages.parts import Field
from appliance.lan_server.pages.team import (
    ask_once_more,
    choose,
    crumbs,
    form_page,
    guard,
    known,
    today,
)
from appliance.lan_server.room import here, write
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import people, staff
from appliance.services.people import LONGEST_NUMBER, ROLES
from appliance.services.staff import LONGEST_TEXT, OWNER, SEXES
from appliance.words import LANGUAGES

BLUEPRINT: Final = Blueprint("person", __name__, url_prefix="/people")
guard(BLUEPRINT, "people")
_LONGEST_NAME: Final = 100
_LONGEST: Final = 500
_LONGEST_SHOWN: Final = 5_000
_LONGEST_PIN: Final = 20


class PinsDiffer(Refusal):
    """The PIN and its repetition are not the same."""

    code = "pins_differ"


@BLUEPRINT.route("/new", methods=["GET", "POST"])
@needs("manager")
def new() -> ResponseReturnValue:
    """Somebody new."""
    say = words()
    if is_posted():
        added = EmployeeAdded(
            number=sent("number", _LONGEST_NAME),
            name=sent("name", _LONGEST_NAME),
            role=sent("role"),
            pin_hash="",
            language=sent("language"),
        )
        pin_typed, first_day = _pin(), sent("first_day")
        employee = write(staff.add, here().keeper, added, pin_typed, first_day, me())
        return done(say("web.staff.added", name=added.name), "people.person", employee=employee)
    fields = (
        *_who("", "", "cashier", ""),
        *_pin_fields(),
        Field(
            "first_day",
            say("web.staff.first_day"),
            typed("first_day", today().isoformat()),
            "date",
            error=wrong("not_a_day"),
        ),
    )
    title = say("web.staff.new")
    return form_page(
        title, fields, say("web.staff.add"), url_for("people.index"), crumbs(last=title)
    )


@BLUEPRINT.route("/<employee>/edit", methods=["GET", "POST"])
@needs("manager")
def edit(employee: str) -> ResponseReturnValue:
    """Name, number, role, language."""
    found, say = known(employee), words()
    if is_posted():
        shown = _shown()
        edited = EmployeeChanged(
            employee=found.id,
            name=_other(shown, "name", _LONGEST_NAME),
            number=_other(shown, "number", _LONGEST_NAME),
            role=_other(shown, "role") if "role" in request.form else UNSET,
            language=_other(shown, "language"),
        )
        write(staff.change, edited, me())
        return done(say("web.saved"), "people.person", employee=found.id)
    with here().readers.reading() as db:
        language = people.language_of(db, found.id)
    held = {
        "name": found.name,
        "number": found.number,
        "role": found.role,
        "language": language,
    }
    fields = (
        _shown_field(held),
        *_who(found.name, found.number, found.role, language, is_me=found.id == me().id),
    )
    title = say("web.staff.edit")
    return form_page(title, fields, say("web.save"), _back(found), crumbs(found, title))


@BLUEPRINT.route("/<employee>/records", methods=["GET", "POST"])
@needs("manager")
def records(employee: str) -> ResponseReturnValue:
    """What the records say."""
    found, say = known(employee), words()
    if is_posted():
        shown = _shown()
        told = EmployeeDetailed(
            found.id,
            address=_other(shown, "address", LONGEST_TEXT),
            born_day=_other(shown, "born_day"),
            sex=_other(shown, "sex"),
            occupation=_other(shown, "occupation", LONGEST_TEXT),
            hired_day=_other(shown, "hired_day"),
        )
        write(staff.describe, told, me())
        return done(say("web.saved"), "people.person", employee=found.id)
    with here().readers.reading() as db:
        held = staff.details(db, found.id)
    sexes = {one: say(f"web.staff.sex_{one}") if one else "–" for one in SEXES}
    fields = (
        _shown_field({name: str(value) for name, value in msgspec.structs.asdict(held).items()}),
        Field(
            "address",
            say("web.staff.address"),
            typed("address", held.address),
            letters=LONGEST_TEXT,
        ),
        Field(
            "born_day",
            say("web.staff.born_day"),
            typed("born_day", held.born_day),
            "date",
            error=wrong("not_a_day"),
        ),
        Field(
            "sex",
            say("web.staff.sex"),
            kind="select",
            options=choose(sexes, typed("sex", held.sex)),
        ),
        Field(
            "occupation",
            say("web.staff.occupation"),
            typed("occupation", held.occupation),
            letters=LONGEST_TEXT,
        ),
        Field(
            "hired_day",
            say("web.staff.first_day"),
            typed("hired_day", held.hired_day),
            "date",
            error=wrong("last_before_first"),
        ),
    )
    title = say("web.staff.edit_records")
    return form_page(
        title,
        fields,
        say("web.save"),
        _back(found),
        crumbs(found, title),
        sentence=say("web.staff.records_text"),
    )


@BLUEPRINT.route("/<employee>/pin", methods=["GET", "POST"])
@needs("manager")
def pin(employee: str) -> ResponseReturnValue:
    """Another PIN."""
    found, say = known(employee), words()
    if is_posted():
        write(staff.new_pin, here().keeper, found.id, _pin(), me())
        return done(say("problem.pin_set", name=found.name), "people.person", employee=found.id)
    title = say("web.staff.new_pin")
    return form_page(
        title,
        _pin_fields(),
        say("web.save"),
        _back(found),
        crumbs(found, title),
        sentence=say("web.staff.pin_text", name=found.name),
    )


@BLUEPRINT.route("/<employee>/leave", methods=["GET", "POST"])
@needs("manager")
def let_go(employee: str) -> ResponseReturnValue:
    """Somebody leaves."""
    found, say, day = known(employee), words(), today().isoformat()
    if is_posted():
        is_gone = write(staff.leave, found.id, sent("last_day"), me(), day)
        key = "web.staff.is_gone" if is_gone else "web.staff.will_go"
        return done(say(key, name=found.name), "people.person", employee=found.id)
    last_day = Field(
        "last_day",
        say("web.staff.last_day"),
        typed("last_day", day),
        "date",
        error=wrong("not_a_day", "last_before_first"),
        is_needed=True,
    )
    return ask_once_more(
        say("web.staff.leave_title", name=found.name),
        say("web.staff.leave_text"),
        say("web.staff.has_left"),
        _back(found),
        fields=(last_day,),
    )


@BLUEPRINT.route("/<employee>/stay", methods=["GET", "POST"])
@needs("manager")
def stay(employee: str) -> ResponseReturnValue:
    """Somebody stays after all."""
    found, say = known(employee), words()
    if is_posted():
        write(staff.come_back, found.id, "", me())
        return done(say("web.saved"), "people.person", employee=found.id)
    return ask_once_more(
        say("web.staff.stay_title", name=found.name),
        say("web.staff.stay_text"),
        say("web.staff.stays"),
        _back(found),
        kind="strong",
    )


@BLUEPRINT.route("/<employee>/return", methods=["GET", "POST"])
@needs("manager")
def come_back(employee: str) -> ResponseReturnValue:
    """Somebody works here again."""
    found, say = known(employee), words()
    if is_posted():
        write(staff.come_back, found.id, sent("first_day"), me())
        return done(say("web.staff.is_back", name=found.name), "people.person", employee=found.id)
    first_day = Field(
        "first_day",
        say("web.staff.first_day"),
        typed("first_day", today().isoformat()),
        "date",
        error=wrong("not_a_day"),
        is_needed=True,
    )
    return ask_once_more(
        say("web.staff.return_title", name=found.name),
        say("web.staff.return_text"),
        say("web.staff.comes_back"),
        _back(found),
        kind="strong",
        fields=(first_day,),
    )


# --------------------------------------------------------------------------- helpers


def _shown_field(held: Mapping[str, str]) -> Field:
    """How the person was when the form was made: two who edit the same person do not undo each other's work."""
    return Field("shown", "", typed("shown", canonical_json(dict(held))), "hidden")


def _shown() -> Mapping[str, str]:
    """What the form says of it; nothing if it does not: then all that was typed counts."""
    try:
        return msgspec.json.decode(sent("shown", _LONGEST_SHOWN), type=dict[str, str])
    except msgspec.MsgspecError:
        return {}


def _other(shown: Mapping[str, str], name: str, most: int = _LONGEST) -> str | UnsetType:
    """What was typed into a field if it is not what stood there."""
    text = sent(name, most)
    return UNSET if text == shown.get(name) else text


def _who(
    name: str, number: str, role: str, language: str, *, is_me: bool = False
) -> tuple[Field, ...]:
    """Name, number, role and language; nobody changes their own role, and only owners make owners."""
    say = words()
    fields = [
        Field(
            "name",
            say("web.account.name"),
            typed("name", name),
            error=wrong("name_needed"),
            letters=_LONGEST_NAME,
            is_needed=True,
            has_focus=not name,
        ),
        Field(
            "number",
            say("web.account.number"),
            typed("number", number),
            hint=say("web.begin.number_hint"),
            error=wrong("bad_number", "number_taken"),
            letters=LONGEST_NUMBER,
            is_needed=True,
        ),
    ]
    if not is_me:
        roles = {
            one: say(f"web.role.{one}")
            for one in ROLES
            if one != OWNER or me().role == OWNER or role == OWNER
        }
        fields.append(
            Field(
                "role",
                say("web.account.role"),
                kind="select",
                error=wrong("owners_only", "last_manager", "last_owner"),
                options=choose(roles, typed("role", role)),
            )
        )
    languages = {"": say("web.staff.language_shop")} | {
        one: say(f"web.staff.language_{one}") for one in LANGUAGES
    }
    fields.append(
        Field(
            "language",
            say("web.staff.language"),
            kind="select",
            hint=say("web.staff.language_hint"),
            options=choose(languages, typed("language", language)),
        )
    )
    return tuple(fields)


def _pin_fields() -> tuple[Field, ...]:
    say = words()
    return (
        Field(
            "pin",
            say("web.begin.pin"),
            kind="password",
            hint=say("web.begin.pin_hint"),
            error=wrong("pin_too_short"),
            autocomplete="new-password",
            inputmode="numeric",
            letters=_LONGEST_PIN,
            is_needed=True,
        ),
        Field(
            "again",
            say("web.staff.pin_again"),
            kind="password",
            error=wrong("pins_differ"),
            autocomplete="new-password",
            inputmode="numeric",
            letters=_LONGEST_PIN,
            is_needed=True,
        ),
    )


def _pin() -> str:
    """The PIN that was typed twice. Raises `PinsDiffer`."""
    first = sent("pin", _LONGEST_PIN)
    if first != sent("again", _LONGEST_PIN):
        raise PinsDiffer
    return first


def _back(found: PersonView) -> str:
    return url_for("people.person", employee=found.id)
