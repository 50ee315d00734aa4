"""Answers that programs read: JSON, compressed where that helps, and for what goes wrong a code and a sentence."""

import functools
import gzip
import logging
import zlib
from typing import Final, TypeVar

import msgspec
from flask import Request, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from appliance.journal.pairing_wire import Trouble
from appliance.problems import Refusal
from appliance.words import Words

log = logging.getLogger(__name__)

JSON: Final = "application/json"
GZIP: Final = "application/gzip"
"""The type of a batch of entries."""

MOST_JSON: Final = 1 << 20
"""More bytes, unpacked, than any message but a batch has."""

_WORTH_PACKING: Final = 1024
_PACKING: Final = 5

STATUS: Final[dict[str, int]] = {
    "not_paired": 403,
    "wrong_pairing_code": 403,
    "pairing_overdue": 403,
    "pairing_used": 403,
    "pairing_code_spent": 403,
    "no_pairing_code": 404,
    "no_such_bundle": 404,
    "too_many_questions": 429,
    "batch_too_large": 413,
    "message_too_large": 413,
    "server_busy": 503,
    "server_stopping": 503,
    "disk_full": 507,
    "store_trouble": 507,
    "store_read_only": 507,
    "store_broken": 507,
    "store_corrupt": 507,
}
"""The status of a refusal by its code; 400 for those that are not named here."""

_Message = TypeVar("_Message")


class BadMessage(Refusal):
    """What came is no message of this kind: `why`."""

    code = "bad_message"


class MessageTooLarge(Refusal):
    """A message has more than `most` bytes."""

    code = "message_too_large"


def json(message: object, status: int = 200) -> Response:
    """A struct as JSON, compressed where the asker can read that and it is worth it."""
    body = msgspec.json.encode(message)
    answer = Response(body, status, content_type=JSON)
    if len(body) >= _WORTH_PACKING and request.accept_encodings["gzip"] > 0:
        answer.set_data(gzip.compress(body, _PACKING, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def trouble(no: Refusal, language: str) -> Response:
    """A refusal as JSON, its sentence in the language given."""
    sentence = _words(language).problem(no.code, no.fields)
    return json(Trouble(no.code, sentence, dict(no.fields)), STATUS.get(no.code, 400))


def defect(why: Exception, language: str) -> Response:
    """A mistake of ours as JSON: logged in full, told without anything from inside."""
    log.error("a request went wrong", exc_info=why)
    return json(Trouble("server_defect", _words(language)("problem.server_defect")), 500)


def read_message(kind: type[_Message], most: int = MOST_JSON) -> _Message:
    """The message of the request at hand. Raises `BadMessage`, `MessageTooLarge`."""
    body = read_body(most)
    if request.content_encoding == "gzip":
        body = _unzipped(body, most)
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as why:
        raise BadMessage(why=str(why)) from why


def read_body(most: int) -> bytes:
    """The bytes of the request at hand, `most` of them at most. Raises `MessageTooLarge`, `BadMessage`."""
    length = request.content_length
    if length is not None and length > most:
        raise MessageTooLarge(most=most)
    # One more than allowed: of a body without a length Werkzeug only cuts off what is too much.
    request.max_content_length = most + 1
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge as why:
        raise MessageTooLarge(most=most) from why
    except HTTPException as why:
        raise BadMessage(why=str(why.description)) from why
    if len(body) > most:
        raise MessageTooLarge(most=most)
    if length is not None and len(body) != length:
        raise BadMessage(why=f"{length} bytes were promised, {len(body)} came")
    return body


def address(asked: Request) -> str:
    """Where a request comes from."""
    return asked.remote_addr or ""


def _unzipped(packed: bytes, most: int) -> bytes:
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        body = unzip.decompress(packed, most + 1)
    except zlib.error as why:
        raise BadMessage(why=str(why)) from why
    if len(body) > most:
        raise MessageTooLarge(most=most)
    if not unzip.eof:
        raise BadMessage(why="the message is cut off")
    return body


@functools.lru_cache(maxsize=8)
def _words(language: str) -> Words:
    return Words(language)
