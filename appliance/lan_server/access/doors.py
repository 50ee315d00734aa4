"""The check before every page: who may see it, whether the form came from our own page, and what the browser is told.

Every view says who may come (`@needs`); one that does not say it is shown to nobody. What does not know people but
devices or tokens has doors of its own, by the name of its blueprint (`OTHER_DOORS`).

Headers: nothing from other sites, no script and no style in a page itself, no frames, nothing kept in caches. There is
no `Strict-Transport-Security`: the certificate is the shop's own, and with that header a browser that does not know the
shop's authority could not be let through by hand any more; no page is served without TLS in any case.
"""

import logging
from collections.abc import Callable, Mapping
from typing import IO, Any, Final, NamedTuple, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

from appliance.lan_server.access.gate import gate
from appliance.lan_server.room import here, write
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import access
from appliance.services.access import Visit

log = logging.getLogger(__name__)

COOKIE: Final = "__Host-open-pos"
FORMS_COOKIE: Final = "__Host-open-pos-forms"
ANYONE: Final = "anyone"
RANKS: Final[Mapping[str, int]] = {ANYONE: 0, "cashier": 1, "manager": 2, "owner": 3}
OTHER_DOORS: Final = frozenset({"mirror", "pairing", "api"})
"""Blueprints that look themselves who comes: devices by their certificate or code, programs by their token."""
FOR_PROGRAMS: Final = frozenset({"mirror", "pair", "api"})
"""How the addresses begin that people do not look at: what goes wrong there is one line of text."""
OPEN_DOORS: Final = frozenset({"static", "health"})
LONGEST_FORM: Final = 256 * 1024
CSRF: Final = "open-pos-csrf"
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
Receive = Callable[[str, int | None], IO[bytes]]
"""Makes what a file is written to while it comes, of its name and about how many bytes it has, if that was said."""

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_VIEW = TypeVar("_VIEW", bound=Callable[..., Any])


class SignedOut(Refusal):
    """A form came from somebody who is not signed in any more: nothing was done."""

    code = "signed_out"


class Needs(NamedTuple):
    """Who may come (`RANKS`), which act it is (of `[acts]`, if any), and how long their form may be, in bytes.

    `receive` takes the files in it, if they are not for the folder of temporary ones.
    """

    role: str
    act: str = ""
    most_bytes: int = LONGEST_FORM
    receive: Receive | None = None


class Asked(Request):
    """A request whose files go where the page wants them, from the first byte on: `/tmp` may be memory."""

    _received: tuple[IO[bytes], ...] = ()

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        receive: Receive | None = g.get("receive")
        if receive is None:
            return super()._get_file_stream(
                total_content_length, content_type, filename, content_length
            )
        stream = receive(filename or "", total_content_length)
        self._received += (stream,)
        return stream

    def close(self) -> None:
        """Let go of all files, also of those that did not come to their end."""
        super().close()
        for stream in self._received:
            stream.close()


def needs(
    role: str, act: str = "", most_bytes: int = LONGEST_FORM, receive: Receive | None = None
) -> Callable[[_VIEW], _VIEW]:
    """Only for those of this role or a higher one; `ANYONE` is also for those who are not signed in.

    Forms of an `act` are refused where the configuration does not allow it over the web.
    """
    assert role in RANKS, role

    def mark(view: _VIEW) -> _VIEW:
        view.__dict__["needs"] = Needs(role, act, most_bytes, receive)
        return view

    return mark


def needs_of(endpoint: str) -> Needs | None:
    """What the view of an endpoint says; None where it says nothing."""
    view = current_app.view_functions.get(endpoint)
    return None if view is None else view.__dict__.get("needs")


def visit() -> Visit | None:
    """Who is signed in at the browser that asks."""
    return cast("Visit | None", g.get("visit"))


def me() -> PersonView:
    """Who is signed in. Only for views that need a role."""
    found = visit()
    assert found is not None
    return found.person


def may_see(endpoint: str) -> bool:
    """Whether there is such a page, and it is for whoever is signed in."""
    asked = needs_of(endpoint)
    return asked is not None and _rank() >= RANKS[asked.role]


def may_act(act: str) -> bool:
    """Whether the configuration allows this act over the web: what is not possible need not be offered."""
    return here().place.allows(act)


def install(app: Flask) -> None:
    """Put the check before every request, and the headers on every answer."""
    app.config.update(
        SESSION_COOKIE_NAME=FORMS_COOKIE,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_CHECK_DEFAULT=False,
        # A form counts as long as the cookie beside it, which lives as long as the browser.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.request_class = Asked
    app.extensions[CSRF] = CSRFProtect(app)
    app.before_request(_check)
    app.after_request(_dress)


def _check() -> ResponseReturnValue | None:
    endpoint = request.endpoint or ""
    if request.blueprint in OTHER_DOORS or endpoint in OPEN_DOORS:
        return None
    _look_who_it_is()
    found = visit()
    if found is None:
        gate().questions.take(request.remote_addr or "", gate().now_ms())
    if not endpoint:
        return None
    asked = needs_of(endpoint)
    if asked is None:
        log.error("nobody said who may see %s, so nobody does", endpoint)
        abort(403)
    # The token in a form is looked for before anything else, so what a stranger sends is read, too: no file of theirs.
    is_for_them = _rank() >= RANKS[asked.role] and not (found is not None and found.needs_second)
    request.max_content_length = asked.most_bytes if is_for_them else LONGEST_FORM
    g.receive = asked.receive if is_for_them else None
    if request.method not in _SAFE:
        _refuse_strange_forms()
    if found is None and asked.role != ANYONE:
        return _to_sign_in()
    if _rank() < RANKS[asked.role]:
        assert found is not None
        _note_refusal(found, endpoint)
        abort(403)
    if found is not None and found.needs_second and asked.role != ANYONE:
        return _to_second_factor(endpoint)
    g.is_let_in = True
    if request.method not in _SAFE and asked.act:
        here().place.refuse_unless(asked.act)
    return None


def _to_second_factor(endpoint: str) -> ResponseReturnValue | None:
    if endpoint in {"account.second", "account.picture"}:
        return None
    return redirect(url_for("account.second"), 303)


def _look_who_it_is() -> None:
    g.visit = None
    held = request.cookies.get(COOKIE, "")
    if not held:
        return
    session = access.session_mark(held)
    with here().readers.reading() as db:
        found = access.visit(db, session, here().now_ms())
    if found is not None and gate().idle.is_over(session, gate().now_ms()):
        write(access.sign_out, found.person.id, (session,), "idle")
        return
    g.visit = found


def _refuse_strange_forms() -> None:
    """Only what our own page sent: by the browser's own word first, then by the token that only the page knew."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site not in {None, "same-origin"}:
        abort(403)
    if origin is not None and origin != f"https://{request.host}":
        abort(403)
    cast(CSRFProtect, current_app.extensions[CSRF]).protect()


def _note_refusal(found: Visit, endpoint: str) -> None:
    if gate().noted.is_due((found.person.id, endpoint), gate().now_ms()):
        write(access.note_refusal, found.person, request.remote_addr or "", endpoint)


def _rank() -> int:
    found = visit()
    return 0 if found is None else RANKS.get(found.person.role, 0)


def _to_sign_in() -> ResponseReturnValue:
    """To the sign-in, and from there to what was asked for. Raises `SignedOut` for what was sent and is not done."""
    if request.method not in _SAFE:
        raise SignedOut
    path = request.full_path.rstrip("?")
    wanted = path if request.method == "GET" and path != "/" else None
    return redirect(url_for("access.sign_in", next=wanted), 303)


def own_referrer() -> str | None:
    """The page of ours from which somebody comes, with what stands behind its question mark; None for any other."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return None
    return own_path(came_from.path + (f"?{came_from.query}" if came_from.query else ""))


def own_path(path: str | None) -> str | None:
    """The path if it is one of our own pages and of nobody else's; None otherwise."""
    if not path or not path.startswith("/") or path[1:2] in {"/", "\\"} or "\\" in path:
        return None
    if any(ord(letter) < ord(" ") for letter in path):
        return None
    try:
        current_app.url_map.bind("own").match(urlsplit(path).path, method="GET")
    except (HTTPException, ValueError):
        return None
    return path


def _dress(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint not in OPEN_DOORS:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
