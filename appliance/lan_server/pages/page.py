"""The frame around every page, and how a view shows one. `README.md` here tells how a page is written.

    @BLUEPRINT.route("/people/new", methods=["GET", "POST"])
    @needs("manager")
    def new() -> ResponseReturnValue:
        if is_posted():
            write(staff.add, …, me())
            return done(words()(…), "people.index")
        return show("people/new.html", _NewPerson(…))

A `Refusal` that leaves the view of a form comes back as the same page, with its sentence at the top and what was typed.
"""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, cast

import msgspec
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    g,
    get_flashed_messages,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf
from jinja2 import Template
from werkzeug.exceptions import HTTPException

from appliance import __version__
from appliance.journal.pairing_wire import Trouble
from appliance.lan_server import answers
from appliance.lan_server.access.brakes import TooOften
from appliance.lan_server.access.doors import (
    ANYONE,
    FOR_PROGRAMS,
    OTHER_DOORS,
    SignedOut,
    may_see,
    needs,
    own_referrer,
    visit,
)
from appliance.lan_server.pages import icons
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.parts import Link, Notice
from appliance.lan_server.room import here
from appliance.lan_server.scribe import ServerBusy, ServerStopping
from appliance.problems import Refusal
from appliance.services import origins, pay_rules, people, shop
from appliance.store.database import Database
from appliance.store.statements import Statement
from appliance.store.tables import Day
from appliance.words import LANGUAGES, Words

NAVIGATION: Final = (
    ("today", "view-dashboard-outline"),
    ("sales", "receipt-text-outline"),
    ("catalogue", "tag-multiple-outline"),
    ("people", "account-group-outline"),
    ("wages", "cash-clock"),
    ("reports", "chart-box-outline"),
    ("registers", "cash-register"),
    ("journal", "book-open-outline"),
    ("settings", "cog-outline"),
    ("own", "account-clock-outline"),
)
"""The rooms of the back office; each is shown once there is a view `<room>.index` that whoever looks may see."""

ON_THE_BAR: Final = 4
"""How many of them a phone shows at its foot; the others are behind “More”."""

BLUEPRINT: Final = Blueprint("page", __name__)
_View = Callable[..., ResponseReturnValue]
_YEAR_S: Final = 365 * 24 * 3600
_OPEN_DAYS: Final = Statement(
    lambda: Day.select(Day.origin, Day.opened_at_ms).where(Day.closed_at_ms.is_null())
)
_BUSY: Final = (ServerBusy, ServerStopping, TooOften)
_SAID: Final = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "not_found",
    413: "too_large",
    415: "bad_request",
    429: "too_often",
    500: "broken",
    503: "busy",
}
"""Which sentence goes with which error; others are told as what they are to HTTP."""


class Frame(msgspec.Struct, frozen=True):
    """What stands around every page."""

    language: str
    shop_name: str
    version: str
    skip: str
    menu: str
    more: str
    navigation: tuple[Link, ...]
    bar: tuple[Link, ...]
    behind: tuple[Link, ...]
    notices: tuple[Notice, ...]
    registers: Notice | None
    person: str
    initials: str
    account: Link | None
    sign_out: Link | None


def install(app: Flask) -> None:
    """The frame, its pictures, and the pages for what goes wrong."""
    app.register_blueprint(BLUEPRINT)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(icon=icons.glyph, csrf=generate_csrf)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _failed)
    app.register_error_handler(Exception, _broken)


# --------------------------------------------------------------------------- what a view uses


def show(
    template: str | Template, page: msgspec.Struct, status: int = HTTPStatus.OK, *, title: str
) -> ResponseReturnValue:
    """The page of a view, in its frame; `title` is for the browser's tab. The template finds it as `page`."""
    with here().readers.reading() as db:
        frame = _frame(db)
    text = render_template(
        template,
        page=page,
        frame=frame,
        title=f"{title} · {frame.shop_name}" if title else frame.shop_name,
    )
    return Response(text, g.get("status", status), mimetype="text/html")


def is_posted() -> bool:
    """Whether the form was sent and is to be acted on; False where it is shown again after a refusal."""
    return request.method == "POST" and _problem() is None


def typed(name: str, otherwise: str = "") -> str:
    """What stands in a field: what was typed into a form that is shown again, or else what the shop knows."""
    if _problem() is None:
        return otherwise
    return request.form.get(name, "")


def sent(name: str, most: int = 500) -> str:
    """What was typed into a field, without blanks around it and no longer than `most`."""
    return request.form.get(name, "").strip()[:most]


def wrong(*codes: str) -> str:
    """The sentence that stands beside a field if the form was refused for one of these reasons."""
    no = _problem()
    return formats().problem(no) if no is not None and no.code in codes else ""


def wrong_at(field: str) -> str:
    """The sentence that stands beside a field if the form was refused because of it (`field` of the refusal)."""
    no = _problem()
    return formats().problem(no) if no is not None and no.fields.get("field") == field else ""


def done(sentence: str, endpoint: str, **values: Any) -> ResponseReturnValue:  # noqa: ANN401 - as in Flask's `url_for`
    """To another page, which says the sentence: what was sent cannot be sent again by reloading."""
    if sentence:
        flash(sentence, "good")
    return redirect(url_for(endpoint, **values), HTTPStatus.SEE_OTHER)


def words() -> Words:
    """The words of whoever looks: their own language, the shop's, or before signing in the browser's."""
    return formats().words


def formats() -> Formats:
    """How numbers and times are written for whoever looks."""
    found: Formats | None = g.get("formats")
    if found is None:
        with here().readers.reading() as db:
            found = g.formats = _formats(db)
    return found


def words_of(language: str) -> Words:
    """The words of one language; read from its file once."""
    return _words(language if language in LANGUAGES else "en")


# --------------------------------------------------------------------------- the frame


@functools.lru_cache(maxsize=len(LANGUAGES))
def _words(language: str) -> Words:
    return Words(language)


def _formats(db: Database) -> Formats:
    facts = shop.read(db)
    who = visit()
    language = facts.language
    if who is not None:
        language = people.language_of(db, who.person.id) or language
    elif request.accept_languages:
        language = request.accept_languages.best_match(LANGUAGES) or language
    return Formats(words_of(language), facts.currency, pay_rules.read(db).zone)


def _frame(db: Database) -> Frame:
    say = words()
    who = visit()
    rooms = tuple(
        Link(
            say(f"web.room.{room}"),
            url_for(f"{room}.index"),
            icon,
            is_here=_is_within(url_for(f"{room}.index")),
        )
        for room, icon in NAVIGATION
        if who is not None
        and f"{room}.index" in current_app.view_functions
        and may_see(f"{room}.index")
    )
    name = "" if who is None else who.person.name
    bar = rooms if len(rooms) <= ON_THE_BAR + 1 else rooms[:ON_THE_BAR]
    return Frame(
        language=say.language,
        shop_name=shop.read(db).name,
        version=__version__,
        skip=say("web.frame.skip"),
        menu=say("web.frame.menu"),
        more=say("web.frame.more"),
        navigation=rooms,
        bar=bar,
        behind=rooms[len(bar) :],
        notices=_notices(),
        registers=None if who is None else _registers(db, say),
        person=name,
        initials=initials(name),
        account=None if who is None else Link(say("web.frame.account"), url_for("account.index")),
        sign_out=None
        if who is None
        else Link(say("web.frame.sign_out"), url_for("access.sign_out")),
    )


def _is_within(room: str) -> bool:
    return request.path == room or request.path.startswith(room.rstrip("/") + "/")


def initials(name: str) -> str:
    """One or two letters that stand for somebody."""
    parts = name.split()
    return "".join(part[:1] for part in [*parts[:1], *parts[1:][-1:]]).upper()


def _registers(db: Database, say: Words) -> Notice:
    """How many registers of the shop have a day open."""
    known = origins.known(db)
    opened = {origin for origin, _ in db.rows(_OPEN_DAYS) if origin in known}
    if not opened:
        return Notice(say("web.frame.registers_closed"))
    key = "web.frame.register_open" if len(opened) == 1 else "web.frame.registers_open"
    return Notice(say(key, count=len(opened)), "good")


def _notices() -> tuple[Notice, ...]:
    no = _problem()
    found = [Notice(formats().problem(no), "bad")] if no is not None else []
    told = cast(list[tuple[str, str]], get_flashed_messages(with_categories=True))
    return (*found, *(Notice(text, tone) for tone, text in told))


# --------------------------------------------------------------------------- what goes wrong


class Wrong(msgspec.Struct, frozen=True):
    """The page for what went wrong."""

    title: str
    sentence: str
    back: Link
    code: str


def _problem() -> Refusal | None:
    no: Refusal | None = g.get("problem")
    return no


def _refused(no: Refusal) -> ResponseReturnValue:
    """The form again, or a page that says it."""
    rule = request.url_rule
    is_form = request.method == "POST" and rule is not None
    if _is_for_programs():
        return _plain(formats().problem(no), HTTPStatus.UNPROCESSABLE_ENTITY)
    if isinstance(no, SignedOut):
        flash(formats().problem(no), "bad")
        return redirect(url_for("access.sign_in", next=own_referrer()), HTTPStatus.SEE_OTHER)
    # Only where the check before every page was passed: otherwise the page would be shown to anybody.
    if is_form and g.get("is_let_in") and _problem() is None and not isinstance(no, _BUSY):
        assert rule is not None
        assert request.endpoint is not None
        if "GET" in (rule.methods or ()):
            g.problem = no
            g.status = HTTPStatus.UNPROCESSABLE_ENTITY
            view = cast(_View, current_app.view_functions[request.endpoint])
            try:
                return view(**(request.view_args or {}))
            except Refusal as why:
                # What the form is about is not there, or nothing that can be done here.
                no = why
        elif (back := own_referrer()) is not None:
            flash(formats().problem(no), "bad")
            return redirect(back, HTTPStatus.SEE_OTHER)
    status = HTTPStatus.CONFLICT
    if isinstance(no, TooOften):
        status = HTTPStatus.TOO_MANY_REQUESTS
    elif isinstance(no, _BUSY):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    elif no.code.startswith("no_such"):
        status = HTTPStatus.NOT_FOUND
    g.problem = None
    g.pop("status", None)
    return _page_of_trouble(formats().problem(no), status)


def _stale(_no: CSRFError) -> ResponseReturnValue:
    """A form of a page that is older than the sign-in, or not of ours at all."""
    return _page_of_trouble(words()("web.wrong.stale"), HTTPStatus.BAD_REQUEST)


def _failed(why: HTTPException) -> ResponseReturnValue:
    if why.response is not None or (why.code or 500) < HTTPStatus.BAD_REQUEST:
        return why.get_response()
    key = _SAID.get(why.code or 500)
    sentence = words()(f"web.wrong.{key}") if key else f"{why.code} {why.name}"
    answer = _page_of_trouble(sentence, HTTPStatus(why.code or 500))
    if isinstance(answer, Response):
        for name, value in why.get_headers():
            if name not in {"Content-Type", "Content-Length"}:
                answer.headers.setdefault(name, value)
    return answer


def _broken(why: Exception) -> ResponseReturnValue:
    """A mistake of ours: noted for support, and told without any of its details."""
    current_app.logger.error("a page broke: %s", request.path, exc_info=why)
    return _page_of_trouble(words()("web.wrong.broken"), HTTPStatus.INTERNAL_SERVER_ERROR)


def _page_of_trouble(sentence: str, status: HTTPStatus) -> ResponseReturnValue:
    if _is_for_programs():
        return _plain(sentence, status)
    say = words()
    g.status = status
    page = Wrong(
        title=say("web.wrong.title"),
        sentence=sentence,
        back=Link(say("web.wrong.back"), "/"),
        code=str(int(status)),
    )
    return show("wrong.html", page, status, title=page.title)


def _is_for_programs() -> bool:
    return request.blueprint in OTHER_DOORS or request.path.split("/")[1] in FOR_PROGRAMS


def _plain(sentence: str, status: HTTPStatus) -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        return answers.json(Trouble(f"http_{int(status)}", sentence), status)
    return Response(sentence + "\n", status, mimetype="text/plain")


# --------------------------------------------------------------------------- pictures


@BLUEPRINT.route("/icons.ttf")
@needs(ANYONE)
def icon_font() -> ResponseReturnValue:
    """The icon font, from where it is installed."""
    with icons.font_file().open("rb") as font:
        answer = Response(font.read(), mimetype="font/ttf")
    answer.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable"
    return answer
