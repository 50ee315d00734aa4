"""The server over the network: HTTPS with a certificate on both sides, and the shop's own authority as the only root.

The server is known by its authority and by the name in its certificate, not by its address: that may change with every
lease of the router. The dates of certificates are not looked at (`X509_V_FLAG_NO_CHECK_TIME`): a till without a battery
clock starts somewhere in the past, and must not stand alone because of that; what ends a pairing is the owner's word.

Nothing is asked twice by itself and no proxy of the environment is used. Every wait has a limit.
"""

import os
import ssl
import time
import warnings
from collections.abc import Sequence
from http.client import HTTPException
from typing import Final, TypeVar

import msgspec
import urllib3
from urllib3.exceptions import HTTPError, InsecureRequestWarning

from appliance.journal.entry import Entry
from appliance.journal.lines import NotAJournal
from appliance.journal.pairing_wire import SERVER_NAME, Peppers, Trouble
from appliance.journal.wire import (
    MOST_BYTES,
    Asking,
    BatchTooLarge,
    Hashes,
    Hello,
    Mark,
    Shelf,
    Wanted,
    Wanting,
    Welcome,
    pack,
    unpack,
)
from appliance.mirror.link import NotPaired, ServerAway

CONNECT_S: Final = 4.0
READ_S: Final = 20.0
"""How long the server may take to begin its answer, and to end it: it answers after its commit."""

JSON: Final = "application/json"
BATCH: Final = "application/gzip"
_NO_CHECK_TIME: Final = 0x200000
"""`X509_V_FLAG_NO_CHECK_TIME` of OpenSSL's x509_vfy.h; Python has no name for it."""
_CHUNK: Final = 1 << 16
_MOST_SAID: Final = 200

_Answer = TypeVar("_Answer", bound=msgspec.Struct)


class Answered(msgspec.Struct, frozen=True):
    """What came back: the status of HTTP and the whole body."""

    status: int
    body: bytes


class Transport:
    """One connection that is kept open, to one address. Used by one thread."""

    def __init__(
        self, host: str, port: int, context: ssl.SSLContext, *, limit: int = MOST_BYTES
    ) -> None:
        """Nothing is connected yet. Answers of more than `limit` bytes are none."""
        is_proved = context.verify_mode is ssl.CERT_REQUIRED
        self._limit = limit
        self._pool = urllib3.HTTPSConnectionPool(
            host.strip("[]"),
            port,
            maxsize=1,
            retries=False,
            ssl_context=context,
            server_hostname=SERVER_NAME,
            assert_hostname=SERVER_NAME if is_proved else False,
        )

    def ask(
        self, path: str, body: bytes | None = None, *, kind: str = JSON, wait_s: float = 0.0
    ) -> Answered:
        """Send a request; the answer, whatever its status. Blocks for `READ_S` and `wait_s` at most, twice over.

        Raises `ServerAway`.
        """
        timeout = urllib3.Timeout(connect=CONNECT_S, read=READ_S + wait_s)
        until = time.monotonic() + 2 * READ_S + wait_s
        try:
            with warnings.catch_warnings():
                # Of the one connection that is not proved, which only fetches what is proved then.
                warnings.simplefilter("ignore", InsecureRequestWarning)
                response = self._pool.urlopen(
                    "GET" if body is None else "POST",
                    path,
                    body,
                    {"Content-Type": kind, "Accept": f"{JSON}, {BATCH}"},
                    timeout=timeout,
                    retries=False,
                    redirect=False,
                    preload_content=False,
                    decode_content=False,
                )
            try:
                found = self._read(response, until)
            except BaseException:
                response.close()
                raise
            response.release_conn()
        except (HTTPError, HTTPException, OSError, ValueError) as why:
            self._pool.close()
            raise ServerAway(why=said(why)) from why
        return Answered(response.status, found)

    def close(self) -> None:
        """Hang up."""
        self._pool.close()

    def _read(self, response: urllib3.BaseHTTPResponse, until: float) -> bytes:
        found = bytearray()
        while chunk := response.read(_CHUNK):
            found += chunk
            if len(found) > self._limit:
                message = f"an answer of more than {self._limit} bytes"
                raise HTTPError(message)
            if time.monotonic() > until:
                message = "the answer takes too long"
                raise HTTPError(message)
        return bytes(found)


class HttpsLink:
    """A `Link` to the server at one address; keeps one connection open."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext) -> None:
        """Nothing is connected yet. `context` is `trusting`'s."""
        self._transport = Transport(host, port, context)

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def hello(self, hello: Hello) -> Welcome:
        """See `Link`."""
        return self._json("/mirror/v1/hello", hello, Welcome)

    def up(self, entries: Sequence[Entry]) -> Mark:
        """See `Link`."""
        return _decoded(self._ask("/mirror/v1/up", pack(entries), kind=BATCH), Mark)

    def down(self, wanting: Wanting) -> tuple[Entry, ...]:
        """See `Link`."""
        sent = msgspec.json.encode(wanting)
        found = self._ask("/mirror/v1/down", sent, wait_s=wanting.wait_ms / 1000)
        try:
            return unpack(found) if found else ()
        except (NotAJournal, BatchTooLarge) as why:
            raise ServerAway(why=str(why)) from why

    def at(self, asking: Asking) -> Hashes:
        """See `Link`."""
        return self._json("/mirror/v1/at", asking, Hashes)

    def apart(self, entries: Sequence[Entry]) -> Mark:
        """See `Link`."""
        return _decoded(self._ask("/mirror/v1/apart", pack(entries), kind=BATCH), Mark)

    def peppers(self, held: Peppers) -> Peppers:
        """Hand over the keys for PINs; the shop's ring with them in it. Raises as the others."""
        return self._json("/mirror/v1/peppers", held, Peppers)

    def software(self) -> Shelf:
        """The bundles of software that lie at the server. Raises as the others."""
        return _decoded(self._ask("/mirror/v1/software", b"{}"), Shelf)

    def piece(self, wanted: Wanted) -> bytes:
        """A piece of one of them. Raises as the others."""
        return self._ask("/mirror/v1/software/piece", msgspec.json.encode(wanted))

    def _json(self, path: str, sent: msgspec.Struct, answer: type[_Answer]) -> _Answer:
        return _decoded(self._ask(path, msgspec.json.encode(sent)), answer)

    def _ask(self, path: str, body: bytes, *, kind: str = JSON, wait_s: float = 0.0) -> bytes:
        answered = self._transport.ask(path, body, kind=kind, wait_s=wait_s)
        if answered.status != 200:  # noqa: PLR2004 - a status of HTTP
            raise _refusal(answered)
        return answered.body


def trusting(authority: str, certificate: str = "", key: str = "") -> ssl.SSLContext:
    """A context that believes this authority (PEM) and nobody else, with a certificate and its key (PEM) of our own.

    Raises `ValueError` for what is no certificate or no key.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    try:
        context.load_verify_locations(cadata=authority)
        if certificate:
            _load_from_memory(context, certificate + key)
    except ssl.SSLError as why:
        raise ValueError(str(why)) from why
    return context


def believing_nobody() -> ssl.SSLContext:
    """A context for a connection over which nothing secret is sent, because nobody proves who is there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _load_from_memory(context: ssl.SSLContext, pem: str) -> None:
    """Python takes a certificate of its own from a file only; this one never lies on a disk."""
    descriptor = os.memfd_create("certificate", os.MFD_CLOEXEC)
    try:
        os.write(descriptor, pem.encode())
        context.load_cert_chain(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def _decoded(body: bytes, answer: type[_Answer]) -> _Answer:
    try:
        return msgspec.json.decode(body, type=answer)
    except msgspec.DecodeError as why:
        raise ServerAway(why=str(why)) from why


def _refusal(answered: Answered) -> NotPaired | ServerAway:
    """What the server means by an answer that is none."""
    try:
        trouble = msgspec.json.decode(answered.body, type=Trouble)
    except msgspec.DecodeError:
        return ServerAway(why=f"status {answered.status}")
    if trouble.code == NotPaired.code:
        return NotPaired(why=str(trouble.fields.get("why", "")))
    return ServerAway(why=trouble.sentence[:_MOST_SAID])


def said(why: BaseException) -> str:
    """What went wrong on the network, in the few words of the innermost cause."""
    reason: BaseException = why
    while isinstance(inner := _inner(reason), BaseException):
        reason = inner
    text = getattr(reason, "strerror", None) or str(reason)
    # urllib3 puts the object before the words: `HTTPSConnection(host='…', port=1): …`.
    return str(text).rpartition("): ")[2][:_MOST_SAID] or type(reason).__name__


def _inner(why: BaseException) -> object:
    """What is behind an error: urllib3 keeps it as `reason`, or as the last of the arguments."""
    last = why.args[-1] if why.args else None
    return getattr(why, "reason", None) or why.__cause__ or last


__all__ = ["Answered", "HttpsLink", "Transport", "believing_nobody", "said", "trusting"]
