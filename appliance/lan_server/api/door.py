"""The API's own door: who comes with a token, how often, and what goes wrong, as JSON. No cookie is looked at here."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, cast

import msgspec
from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from appliance.journal.access_kinds import ApiRequestDone
from appliance.lan_server import answers
from appliance.lan_server.access.brakes import Brake, TooOften
from appliance.lan_server.access.gate import gate
from appliance.lan_server.api import openapi
from appliance.lan_server.api.acts import Order
from appliance.lan_server.api.resources import Call
from appliance.lan_server.api.shapes import Trouble
from appliance.lan_server.api.table import READ, WRITE, Act, Resource
from appliance.lan_server.room import here, write
from appliance.lan_server.wire_api import language
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import access, api_tokens, passwords, program_acts
from appliance.services.api_tokens import RANKS, Token
from appliance.services.desk import Desk

API: Final = "open-pos-api"
BLUEPRINT: Final = Blueprint("api", __name__, url_prefix="/api/v1")
KEY: Final = "Idempotency-Key"
LONGEST_KEY: Final = 200
_BEARER: Final = "Bearer "
_STATUS: Final = {
    "unauthorised": HTTPStatus.UNAUTHORIZED,
    "not_for_this_role": HTTPStatus.FORBIDDEN,
    "not_here": HTTPStatus.FORBIDDEN,
    "key_used_otherwise": HTTPStatus.CONFLICT,
    "too_often": HTTPStatus.TOO_MANY_REQUESTS,
    "bad_message": HTTPStatus.BAD_REQUEST,
}


class Unauthorised(Refusal):
    """No token was shown, or one that does not count."""

    code = "unauthorised"


class NotForThisRole(Refusal):
    """The token's role is lower than `role`."""

    code = "not_for_this_role"


@dataclass(frozen=True, slots=True)
class ApiGate:
    """What the API remembers while the server runs: how often who came, and when each token was used last."""

    wrong: Brake = field(default_factory=lambda: Brake(burst=20, refill_ms=5_000))
    """Tokens that do not count, by address. A good one is let in all the same."""
    calls: Brake = field(default_factory=lambda: Brake(burst=200, refill_ms=50))
    """Questions, by token."""
    _used: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def use(self, token: str, now_ms: int) -> None:
        """The token is used now."""
        with self._lock:
            self._used[token] = now_ms

    def used(self) -> dict[str, int]:
        """When each token was used last since the server was started, in UTC milliseconds."""
        with self._lock:
            return dict(self._used)


def api_gate() -> ApiGate:
    """That of the application at hand."""
    return cast(ApiGate, current_app.extensions[API])


# --------------------------------------------------------------------------- who comes


@BLUEPRINT.before_request
def let_in() -> None:
    """Only with a token, but for the document. Raises `Unauthorised`, `TooOften`."""
    if request.endpoint == "api.document":
        gate().questions.take(answers.address(request), gate().now_ms())
        return
    shown = request.headers.get("Authorization", "")
    text = shown.removeprefix(_BEARER) if shown.startswith(_BEARER) else ""
    room = here()
    with room.readers.reading() as db:
        found = api_tokens.caller(db, passwords.keys_of(room.keeper), text.strip(), room.now_ms())
    if found is None:
        api_gate().wrong.take(answers.address(request), gate().now_ms())
        raise Unauthorised
    token, person = found
    api_gate().calls.take(token.id, gate().now_ms())
    api_gate().use(token.id, room.now_ms())
    g.token, g.person = token, person


def token() -> Token:
    """The token of the request at hand."""
    return cast(Token, g.token)


def person() -> PersonView:
    """For whom it works, with the role that counts."""
    return cast(PersonView, g.person)


# --------------------------------------------------------------------------- what goes wrong


@BLUEPRINT.errorhandler(Refusal)
def refuse(no: Refusal) -> Response:
    """A refusal with its code, its sentence and its values."""
    answer = answers.trouble(no, language())
    status = _STATUS.get(no.code)
    if status is not None:
        answer.status_code = status
    elif no.code.startswith("no_such"):
        answer.status_code = HTTPStatus.NOT_FOUND
    elif answer.status_code == HTTPStatus.BAD_REQUEST:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    if isinstance(no, Unauthorised):
        answer.headers["WWW-Authenticate"] = 'Bearer realm="open-pos"'
    if isinstance(no, TooOften):
        answer.headers["Retry-After"] = str(-(-int(no.fields["wait_ms"]) // 1000))
    return answer


@BLUEPRINT.errorhandler(HTTPException)
def fail(why: HTTPException) -> Response:
    """What HTTP itself finds wrong."""
    code = why.code or 500
    answer = answers.json(Trouble(f"http_{code}", f"{code} {why.name}", {}), code)
    for name, value in why.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            answer.headers[name] = value
    return answer


@BLUEPRINT.errorhandler(Exception)
def break_down(why: Exception) -> Response:
    """A mistake of ours: noted for support, told without any of its details."""
    return answers.defect(why, language())


# --------------------------------------------------------------------------- the addresses


@BLUEPRINT.get("/openapi.json")
def document() -> Response:
    """The OpenAPI document, for anybody."""
    return answers.json(openapi.document())


def _reader(resource: Resource) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        refuse_below(resource.role, resource.name)
        query = asked(resource)
        room = here()
        with room.readers.reading() as db:
            said = resource.answer(Call(room, db, person(), path, query))
        return answers.json(said)

    return view


def refuse_below(role: str, name: str) -> None:
    """Raises `NotForThisRole`, and notes it once an hour."""
    who = person()
    if RANKS[who.role] >= RANKS[role]:
        return
    if gate().noted.is_due((who.id, f"api.{name}"), gate().now_ms()):
        write(access.note_refusal, who, answers.address(request), f"api.{name}")
    raise NotForThisRole(role=role)


def asked(resource: Resource) -> Any:  # noqa: ANN401 - of the resource's own kind
    """What stands behind the question mark. Raises `BadMessage`."""
    try:
        return msgspec.convert(request.args.to_dict(), resource.query, strict=False)
    except msgspec.ValidationError as why:
        raise answers.BadMessage(why=str(why)) from why


def _actor(act: Act) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        refuse_below(act.role, act.name)
        here().place.refuse_unless("catalogue")
        order = Order(person(), path, answers.read_message(act.body))
        asking = _request_of(act, order)

        def work(desk: Desk) -> str:
            return msgspec.json.encode(act.work(desk, order)).decode()

        said = write(program_acts.once, work, asking, order.person.id)
        return Response(said, content_type=answers.JSON, headers={"Cache-Control": "no-store"})

    return view


def _request_of(act: Act, order: Order) -> ApiRequestDone:
    """What is kept of a request, so that it is not done twice. Raises `BadMessage`."""
    key = request.headers.get(KEY, "")
    if len(key) > LONGEST_KEY:
        raise answers.BadMessage(why=f"{KEY} has more than {LONGEST_KEY} characters")
    told = msgspec.json.encode((act.name, order.path, order.body), order="sorted")
    return ApiRequestDone(
        token=token().id,
        key=hashlib.sha256(key.encode()).hexdigest() if key else "",
        request=hashlib.sha256(told).hexdigest(),
        answer="",
    )


for _act in WRITE:
    BLUEPRINT.add_url_rule(
        _act.path.replace("{", "<").replace("}", ">"),
        _act.name,
        _actor(_act),
        methods=[_act.method],
    )
for _one in READ:
    BLUEPRINT.add_url_rule(
        _one.path.replace("{", "<").replace("}", ">"),
        _one.name,
        _reader(_one),
        methods=["GET"],
    )
