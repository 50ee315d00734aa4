"""Tokens for programs of the owner's own: made, shown once, revoked. For owners."""

from typing import Final

import msgspec
from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.journal.access_kinds import ApiTokenMade
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.api.door import api_gate
from appliance.lan_server.pages.page import (
    done,
    formats,
    is_posted,
    sent,
    show,
    typed,
    words,
    wrong,
)
from appliance.lan_server.pages.parts import (
    Cell,
    Column,
    Confirm,
    Field,
    Form,
    FormPage,
    Link,
    Option,
    Table,
)
from appliance.lan_server.room import here, write
from appliance.services import access, api_tokens, people
from appliance.services.api_tokens import RANKS, Token

BLUEPRINT: Final = Blueprint("tokens", __name__, url_prefix="/people/access/tokens")
DAYS: Final = 365
_DAY_MS: Final = 24 * 3_600_000
_MOST_DIGITS: Final = 4


class TokensPage(msgspec.Struct, frozen=True):
    """What `tokens/index.html` shows."""

    title: str
    sentence: str
    new: Link
    tokens: Table
    crumbs: tuple[Link, ...]


class MadePage(msgspec.Struct, frozen=True):
    """A token that is shown once."""

    title: str
    sentence: str
    codes: tuple[str, ...]
    on: Link
    crumbs: tuple[Link, ...]


@BLUEPRINT.route("/")
@needs("owner", "people")
def index() -> ResponseReturnValue:
    """All of them, the newest first."""
    with here().readers.reading() as db:
        found, names = api_tokens.all_of(db), people.names(db)
    say = words()
    page = TokensPage(
        title=say("web.tokens.title"),
        sentence=say("web.tokens.sentence"),
        new=Link(say("web.tokens.new"), url_for("tokens.new"), "key-plus"),
        tokens=_table(found, names),
        crumbs=_crumbs(),
    )
    return show("tokens/index.html", page, title=page.title)


@BLUEPRINT.route("/new", methods=["GET", "POST"])
@needs("owner", "people")
def new() -> ResponseReturnValue:
    """A new one, shown once."""
    say = words()
    if is_posted():
        now_ms, days = here().now_ms(), sent("days", _MOST_DIGITS)
        length_ms = int(days) * _DAY_MS if days.isascii() and days.isdigit() else 0
        made = api_tokens.new(here().keeper.pepper)
        wish = ApiTokenMade("", sent("person"), sent("name"), sent("role"), "", now_ms + length_ms)
        write(api_tokens.make, made, wish, me(), now_ms)
        page = MadePage(
            title=say("web.tokens.made_title", name=wish.name),
            sentence=say("web.tokens.made_sentence"),
            codes=(made.text,),
            on=Link(say("web.tokens.made_on"), url_for("tokens.index")),
            crumbs=_crumbs(wish.name),
        )
        return show("account/codes.html", page, title=page.title)
    form = Form(
        url_for("tokens.new"),
        _fields(),
        say("web.tokens.new"),
        cancel=Link(say("web.cancel"), url_for("tokens.index")),
    )
    asked = FormPage(say("web.tokens.new"), "", form, _crumbs(say("web.tokens.new")))
    return show("account/form.html", asked, title=asked.title)


@BLUEPRINT.route("/<token>/revoke", methods=["GET", "POST"])
@needs("owner", "people")
def revoke(token: str) -> ResponseReturnValue:
    """It counts no more."""
    with here().readers.reading() as db:
        found = api_tokens.named(db, token)
    say = words()
    if is_posted():
        write(api_tokens.revoke, found.id, me())
        return done(say("web.tokens.revoke_done", name=found.name), "tokens.index")
    back = Link(say("web.cancel"), url_for("tokens.index"))
    page = Confirm(
        title=say("web.tokens.revoke_title", name=found.name),
        sentence=say("web.tokens.revoke_sentence"),
        form=Form("", (), say("web.tokens.revoke"), "danger", back),
    )
    return show("confirm.html", page, title=page.title)


# --------------------------------------------------------------------------- helpers


def _fields() -> tuple[Field, ...]:
    say = words()
    with here().readers.reading() as db:
        may = [one for one in people.active(db) if access.may_have_web(db, one)]
    person, role = typed("person", me().id), typed("role", "cashier")
    return (
        Field(
            "name",
            say("web.tokens.name"),
            typed("name"),
            hint=say("web.tokens.name_hint"),
            error=wrong("name_needed"),
            letters=api_tokens.LONGEST_NAME,
            is_needed=True,
            has_focus=True,
        ),
        Field(
            "person",
            say("web.tokens.person"),
            kind="select",
            options=tuple(Option(one.id, one.name, one.id == person) for one in may),
            error=wrong("no_such_employee"),
        ),
        Field(
            "role",
            say("web.tokens.role"),
            kind="select",
            options=tuple(Option(one, say(f"web.role.{one}"), one == role) for one in RANKS),
            hint=say("web.tokens.role_hint"),
            error=wrong("token_role_too_high"),
        ),
        Field(
            "days",
            say("web.tokens.days"),
            typed("days", str(DAYS)),
            inputmode="numeric",
            error=wrong("bad_token_end"),
            letters=_MOST_DIGITS,
            is_needed=True,
        ),
    )


def _table(found: tuple[Token, ...], names: dict[str, str]) -> Table:
    form, used, now_ms = formats(), api_gate().used(), here().now_ms()
    say = form.words
    return Table(
        caption=say("web.tokens.all"),
        columns=(
            Column(say("web.tokens.name"), is_title=True),
            Column(say("web.tokens.person")),
            Column(say("web.account.role")),
            Column(say("web.tokens.state")),
            Column(say("web.tokens.until")),
            Column(say("web.tokens.used")),
            Column(say("web.tokens.act")),
        ),
        rows=tuple(
            (
                Cell(one.name, more=f"opos_{one.id}"),
                Cell(names.get(one.employee, one.employee)),
                Cell(say(f"web.role.{one.role}")),
                _state(one, now_ms),
                Cell(form.day(one.until_ms)),
                Cell(form.moment(used[one.id]) if one.id in used else say("web.tokens.unused")),
                Cell(say("web.tokens.revoke"), href)
                if (href := _revoke_of(one, now_ms))
                else Cell("–"),
            )
            for one in found
        ),
        empty=say("web.tokens.none"),
    )


def _revoke_of(one: Token, now_ms: int) -> str:
    is_over = one.revoked_at_ms or now_ms >= one.until_ms
    return "" if is_over else url_for("tokens.revoke", token=one.id)


def _state(one: Token, now_ms: int) -> Cell:
    form = formats()
    say = form.words
    if one.revoked_at_ms:
        return Cell(say("web.tokens.revoked", at=form.moment(one.revoked_at_ms)), tone="bad")
    if now_ms >= one.until_ms:
        return Cell(say("web.tokens.over", at=form.day(one.until_ms)), tone="look")
    return Cell(say("web.tokens.counts"), tone="good")


def _crumbs(text: str = "") -> tuple[Link, ...]:
    say = words()
    title = say("web.tokens.title")
    above = Link(say("web.access.title"), url_for("web_access.index"))
    if not text:
        return (above, Link(title, "", is_here=True))
    return (above, Link(title, url_for("tokens.index")), Link(text, "", is_here=True))
