"""Offers to registers: a one-time token on a QR code, and a short code to be typed. `pairing_wire` tells how they work.

An offer lives for ten minutes, in the memory of this process only. Its token is kept as a hash. One code counts at a
time, that of the newest offer, and it takes three tries, counted before they are looked at. Whoever has a secret gets
one certificate for it; the same request gets the same answer again, since an answer may be lost on its way.
"""

import hashlib
import hmac
import secrets
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from spake2 import SPAKE2_B, SPAKEError
from spake2.ed25519_basic import NotOnCurve

from appliance.clock import Clock
from appliance.journal.pairing_wire import (
    CODE_DIGITS,
    LIVES_MS,
    TOKEN_BYTES,
    TRIES,
    Begin,
    Begun,
    Finish,
    Paired,
    base32,
    from_base32,
    proof_of_register,
    proof_of_server,
)
from appliance.problems import Refusal

MOST_OFFERS: Final = 32
"""So many are remembered, used and overdue ones too; the oldest are forgotten first."""

AT_MOST_A_MINUTE: Final = 30
"""So many codes are tried within a minute, of everybody together: a shop pairs a register now and then."""

_MS_NS: Final = 1_000_000
_MINUTE_NS: Final = 60_000_000_000
_MESSAGE_BYTES: Final = 33


class NoPairingCode(Refusal):
    """No code to be typed counts now."""

    code = "no_pairing_code"


class CodeSpent(Refusal):
    """The code was tried `tries` times: it is dead."""

    code = "pairing_code_spent"


class WrongPairingCode(Refusal):
    """The code that was typed, or the token that was scanned, is none of this server's."""

    code = "wrong_pairing_code"


class PairingOverdue(Refusal):
    """The token or code lived for ten minutes and is dead."""

    code = "pairing_overdue"


class PairingUsed(Refusal):
    """Another device was let in with this token or code."""

    code = "pairing_used"


class TooManyQuestions(Refusal):
    """Too many codes were tried within the last minute."""

    code = "too_many_questions"


class Turnstile:
    """Lets so many through within a minute. Any thread."""

    def __init__(self, most: int = AT_MOST_A_MINUTE) -> None:
        """Nobody came yet."""
        self._lock = threading.Lock()
        self._came: deque[int] = deque(maxlen=most)

    def pass_through(self, now_ns: int) -> None:
        """`now_ns` is the time since boot. Raises `TooManyQuestions`."""
        with self._lock:
            is_full = len(self._came) == self._came.maxlen
            if is_full and now_ns - self._came[0] < _MINUTE_NS:
                raise TooManyQuestions
            self._came.append(now_ns)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the device will be called and where it will stand, whom it replaces, and who (id) lets it in."""

    name: str
    place: str = "till"
    replaces: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A new offer with its secrets, which are told this once. Good until `until_ms`."""

    id: str
    token: str
    code: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer as it is listed. `origin` is the device that took it, or empty; `has_code` while its code counts."""

    id: str
    wish: Wish
    until_ms: int
    origin: str
    has_code: bool


@dataclass(slots=True, eq=False)
class _Offer:
    id: str
    wish: Wish
    token_hash: bytes
    code: str
    until_ms: int
    until_ns: int
    tries_left: int = TRIES
    taken_by: bytes = b""
    origin: str = ""
    answer: Paired | None = None
    busy: threading.Lock = field(default_factory=threading.Lock)


class Offers:
    """All offers of this process. Any thread."""

    def __init__(self, clock: Clock, fingerprint: bytes) -> None:
        """`fingerprint` is the SHA-256 of the shop's authority."""
        self._clock = clock
        self._fingerprint = fingerprint
        self._lock = threading.Lock()
        self._offers: list[_Offer] = []
        self._sessions: dict[str, tuple[_Offer, str, bytes]] = {}

    def make(self, wish: Wish) -> Made:
        """A new offer. The codes of earlier ones count no more, their tokens do."""
        now = self._clock.now()
        token = secrets.token_bytes(TOKEN_BYTES)
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        offer = _Offer(
            id=secrets.token_hex(8),
            wish=wish,
            token_hash=hashlib.sha256(token).digest(),
            code=code,
            until_ms=now.at_ms + LIVES_MS,
            until_ns=now.boot_ns + LIVES_MS * _MS_NS,
        )
        with self._lock:
            for one in self._offers:
                one.code = ""
            self._offers = [*self._offers, offer][-MOST_OFFERS:]
            self._sessions = {
                name: kept for name, kept in self._sessions.items() if kept[0] in self._offers
            }
        return Made(offer.id, base32(token), code, offer.until_ms)

    def waiting(self) -> tuple[Offered, ...]:
        """The offers that are not overdue, taken ones too, the oldest first."""
        with self._lock:
            return tuple(
                Offered(
                    one.id,
                    one.wish,
                    one.until_ms,
                    one.origin,
                    bool(one.code) and one.tries_left > 0,
                )
                for one in self._offers
                if not self._is_overdue(one)
            )

    def withdraw(self, offer: str) -> None:
        """Nobody is let in with this offer (its id) any more; one that is not known is passed over."""
        with self._lock:
            self._offers = [one for one in self._offers if one.id != offer]
            self._sessions = {
                name: kept for name, kept in self._sessions.items() if kept[0].id != offer
            }

    def begin(self, asked: Begin) -> Begun:
        """Answer a register that was told a code; one of three tries. Some tens of milliseconds.

        Raises `NoPairingCode`, `CodeSpent`, `WrongPairingCode` for a message that is none.
        """
        offer, code, tries_left = self._try_of_the_code()
        side = SPAKE2_B(code.encode(), idA=asked.origin.encode(), idB=self._fingerprint)
        try:
            ours: bytes = side.start()
            key: bytes = side.finish(_message(asked.message))
        except (SPAKEError, NotOnCurve, ValueError) as why:
            raise WrongPairingCode from why
        session = secrets.token_hex(16)
        with self._lock:
            self._sessions[session] = (offer, asked.origin, key)
        return Begun(session, ours.hex(), proof_of_server(key), tries_left)

    def let_in(self, asked: Finish, admit: Callable[[Wish], Paired]) -> Paired:
        """Let a register in that has a token, or knew the code: `admit` is called once and answers what it is told.

        What `admit` raises is raised, and the offer stays good. Raises `WrongPairingCode`, `PairingOverdue`,
        `PairingUsed`.
        """
        offer = self._of_session(asked) if asked.session else self._of_token(asked.token)
        request = hashlib.sha256(asked.request.encode()).digest()
        with offer.busy:
            if offer.answer is not None:
                if not hmac.compare_digest(offer.taken_by, request):
                    raise PairingUsed
                return offer.answer
            if self._is_overdue(offer):
                raise PairingOverdue
            answer = admit(offer.wish)
            offer.answer, offer.taken_by, offer.origin, offer.code = (
                answer,
                request,
                asked.origin,
                "",
            )
            return answer

    # ------------------------------------------------------------------ parts

    def _try_of_the_code(self) -> tuple[_Offer, str, int]:
        with self._lock:
            open_now = [one for one in self._offers if one.code and not self._is_overdue(one)]
            if not open_now:
                raise NoPairingCode
            offer = open_now[-1]
            if offer.tries_left < 1:
                raise CodeSpent(tries=TRIES)
            offer.tries_left -= 1
            return offer, offer.code, offer.tries_left

    def _of_session(self, asked: Finish) -> _Offer:
        with self._lock:
            offer, origin, key = self._sessions.get(asked.session, (None, "", b""))
        expected = proof_of_register(key, asked.request)
        is_right = hmac.compare_digest(expected.encode(), asked.proof.encode())
        if offer is None or not is_right or origin != asked.origin:
            with self._lock:
                self._sessions.pop(asked.session, None)
            raise WrongPairingCode
        return offer

    def _of_token(self, token: str) -> _Offer:
        try:
            given = hashlib.sha256(from_base32(token.strip().upper())).digest()
        except ValueError as why:
            raise WrongPairingCode from why
        with self._lock:
            # All are compared, so that the time tells nothing.
            fitting = [one for one in self._offers if hmac.compare_digest(one.token_hash, given)]
        if not fitting:
            raise WrongPairingCode
        return fitting[0]

    def _is_overdue(self, offer: _Offer) -> bool:
        return self._clock.now().boot_ns >= offer.until_ns


def _message(text: str) -> bytes:
    found = bytes.fromhex(text)
    if len(found) != _MESSAGE_BYTES:
        message = f"expected {_MESSAGE_BYTES} bytes, got {len(found)}"
        raise ValueError(message)
    return found


__all__ = [
    "CodeSpent",
    "Made",
    "NoPairingCode",
    "Offered",
    "Offers",
    "PairingOverdue",
    "PairingUsed",
    "TooManyQuestions",
    "Turnstile",
    "Wish",
    "WrongPairingCode",
]
