"""Badge readers for 13.56 MHz cards that speak PC/SC (CCID): ACR122U, OMNIKEY, Identiv and the like.

Wiring and setting up: USB. The service `pcscd` must run (Debian: `pcscd libccid`). The kernel must
leave the reader alone: readers with a PN53x chip want `blacklist pn533_usb`, `pn533` and `nfc` in
`/etc/modprobe.d`. `pcsc_scan` lists the names.

Wire format: PC/SC part 3, "Get Data": `FF CA 00 00 00`, answered by the card's UID and `90 00`. A
UID has 4, 7 or 10 bytes (ISO 14443-3), given in the order in which the card sends them; one of four
bytes that begins with 88 is a piece of a longer one. Anything else is thrown away, and so is a card
that is gone before it has answered.

Each wait is a bounded `SCardGetStatusChange` of pcsc-lite, which counts insertions and removals in
the upper half of a reader's state: so a card that left and came back between two looks is noticed.

Heartbeat: at least four times a second the service is asked for the state of the reader. A reader
that was unplugged, a service that was stopped and one that was restarted are noticed by that, and
`open` recovers. A service that hangs (not: has died) is `DeviceSilent`, and recovered from when it goes on or
is restarted, see `drivers/badge/_pcsc_session.py`. What is not noticed: a reader that answers to the service
and sees no more cards.
"""

import re
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec
from smartcard import scard

from drivers import DeviceAbsent, DeviceBusy, DeviceSilent
from drivers._bell import Bell
from drivers._clock import Deadline, now_ms
from drivers.badge import Badge, BadgeReaderAmbiguous, BadgeServiceOff, is_blank
from drivers.badge._pcsc_session import Session
from drivers.badge._taps import AWAY_MS, Away, Taps, keep_trying, next_tap

__all__ = ["Driver", "Options"]

_Answer = TypeVar("_Answer")

_SLICE_MS: Final = 250
_ANSWER_MS: Final = 500
"""So long an answer is waited for even where the time is over: a service that is only busy does not hang."""
_LONGEST_ANSWER_MS: Final = 2000
_GET_UID: Final = (0xFF, 0xCA, 0x00, 0x00, 0x00)
_GOOD: Final = (0x90, 0x00)
_FORM: Final = {4: "uid4", 7: "uid7", 10: "uid10"}
_CASCADE_TAG: Final = 0x88
_PLACE_IN_LIST: Final = re.compile(r" [0-9A-F]{2} [0-9A-F]{2}$")
_COUNT_BITS: Final = 16
_GONE: Final = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_IGNORE
_NO_READER: Final = frozenset(
    {
        scard.SCARD_E_NO_READERS_AVAILABLE,
        scard.SCARD_E_UNKNOWN_READER,
        scard.SCARD_E_READER_UNAVAILABLE,
    }
)


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which reader it is, and after how long away a card is new again.

    `name` as `pcsc_scan` prints it, with or without the two numbers at its end, which depend on the
    order of plugging. Unset, the only reader is taken; if there are several, none is.
    """

    name: str | None = None
    away_ms: Away = AWAY_MS


class Driver:
    """A PC/SC reader. See `drivers.badge.BadgeReader`."""

    def __init__(self, options: Options) -> None:
        """Touch no device yet."""
        self.label = options.name or "badge reader"
        self._options = options
        self._taps = Taps(options.away_ms)
        self._bell = Bell()
        self._session: Session | None = None
        self._given_up: Session | None = None
        self._deadline = Deadline(0)
        self._reader = ""
        self._state = scard.SCARD_STATE_UNAWARE
        self._card: Badge | None = None
        self._looked_at_ms = 0

    @property
    def voided(self) -> int:
        """How many cards were not read: of another kind, or gone too soon."""
        return self._taps.voided

    def open(self, timeout_ms: int) -> None:
        """Find the reader by its name, or the only one.

        Raises `BadgeServiceOff` (`pcscd` does not run), `DeviceSilent` (it hangs) and `DeviceAbsent` (no
        such reader) when the time is over, and `BadgeReaderAmbiguous` at once.
        """
        if self._session is None:
            self._deadline = Deadline(timeout_ms)
            keep_trying(self._take_reader, self._bell, timeout_ms)

    def read(self, timeout_ms: int) -> Badge | None:
        """The next badge; see `BadgeReader.read`.

        Raises `BadgeServiceOff` and `DeviceSilent` too, and `DeviceBusy`, once, for a card that another
        program keeps to itself.
        """
        return next_tap(self._taps, self._bell, timeout_ms, self._look)

    def wake(self) -> None:
        """End a running `open` or `read` within a quarter of a second. Any thread."""
        self._bell.ring()

    def close(self) -> None:
        """Leave the service."""
        self._let_go()
        self._taps.forget()

    # ------------------------------------------------------------------ finding

    def _take_reader(self) -> None:
        if self._given_up is not None and not self._given_up.has_ended(_ANSWER_MS):
            # One that hangs is enough: a second one would hang beside it.
            raise DeviceSilent(device=self.label, why="pcscd does not answer")
        session = self._session = Session(self.label)
        self._check(self._call(session.connect, self._deadline))
        answer, readers = self._call(
            lambda: scard.SCardListReaders(session.context, []), self._deadline
        )
        self._check(answer)
        fitting = [reader for reader in readers if self._fits(reader)]
        if len(fitting) != 1:
            self._let_go()
            if fitting:
                raise BadgeReaderAmbiguous(candidates="; ".join(fitting))
            raise DeviceAbsent(device=self.label)
        self.label = self._reader = fitting[0]
        self._state = scard.SCARD_STATE_UNAWARE
        self._looked_at_ms = now_ms()
        self._taps.resume(self._looked_at_ms)

    def _fits(self, reader: str) -> bool:
        name = self._options.name
        return name is None or name in (reader, _PLACE_IN_LIST.sub("", reader))

    def _let_go(self) -> None:
        if self._session is not None:
            self._session.end()
            self._given_up, self._session = self._session, None
        self._card = None

    def _call(self, work: Callable[[], _Answer], deadline: Deadline, takes_ms: int = 0) -> _Answer:
        """What the service answers to `work`, which takes it `takes_ms` by itself. Lets go if it does not answer."""
        assert self._session is not None
        within_ms = min(max(deadline.left_ms, _ANSWER_MS), takes_ms + _LONGEST_ANSWER_MS)
        try:
            return self._session.call(work, within_ms)
        except DeviceSilent:
            self._let_go()
            raise

    def _check(self, answer: int) -> None:
        """Go on if all is well. Else let go, and raise what it means."""
        if answer == scard.SCARD_S_SUCCESS:
            return
        self._let_go()
        if answer in _NO_READER:
            raise DeviceAbsent(device=self.label)
        raise BadgeServiceOff(why=scard.SCardGetErrorMessage(answer).strip())

    # ------------------------------------------------------------------ reading

    def _look(self, deadline: Deadline) -> None:
        """Wait once and tell the taps what came. Lets go of the service and raises at a trouble."""
        session = self._session
        if session is None:
            raise DeviceAbsent(device=self.label)
        left_ms = deadline.at_most(_SLICE_MS).left_ms
        asked = [(self._reader, self._state)]
        answer, states = self._call(
            lambda: scard.SCardGetStatusChange(session.context, left_ms, asked), deadline, left_ms
        )
        # A card that is here now came, and one that is not went, at some moment since the last look.
        earliest_ms, self._looked_at_ms = self._looked_at_ms, now_ms()
        if self._card is not None:
            self._taps.heard(self._card, earliest_ms, self._looked_at_ms)
        if answer == scard.SCARD_E_TIMEOUT:
            return
        self._check(answer)
        before, self._state = self._state, states[0][1]
        if is_gone(self._state):
            self._check(scard.SCARD_E_READER_UNAVAILABLE)
        moves = moves_between(before, self._state)
        is_here = bool(self._state & scard.SCARD_STATE_PRESENT)
        if moves == 0 and is_here == bool(before & scard.SCARD_STATE_PRESENT):
            # Only the power of the card, or who else uses it, has changed.
            return
        self._card = None
        if is_here:
            self._card = self._read_card(session, deadline)
        if self._card is not None:
            self._taps.heard(self._card, earliest_ms, self._looked_at_ms)
        elif is_here or moves > 1:
            # There is one that says no number, or there was one that is gone already.
            self._taps.void()

    def _read_card(self, session: Session, deadline: Deadline) -> Badge | None:
        answer, said = self._call(lambda: _uid_of(session.context, self._reader), deadline)
        if answer == scard.SCARD_E_SHARING_VIOLATION:
            self._taps.void()
            raise DeviceBusy(device=self.label, why="another program keeps the card to itself")
        return badge_said(said, self.label) if answer == scard.SCARD_S_SUCCESS else None


def readers() -> tuple[str, ...]:
    """The readers that are there now, by their names; none if the service is off. Hangs for as long as `pcscd` does."""
    answer, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    if answer != scard.SCARD_S_SUCCESS:
        return ()
    try:
        answer, names = scard.SCardListReaders(context, [])
        return tuple(names) if answer == scard.SCARD_S_SUCCESS else ()
    finally:
        scard.SCardReleaseContext(context)


def _uid_of(context: int | None, reader: str) -> tuple[int, list[int]]:
    """Ask the card on the reader for its number: how that went, and what it said."""
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    answer, card, protocol = scard.SCardConnect(
        context, reader, scard.SCARD_SHARE_SHARED, protocols
    )
    if answer != scard.SCARD_S_SUCCESS:
        return answer, []
    is_t1 = protocol == scard.SCARD_PROTOCOL_T1
    header = scard.SCARD_PCI_T1 if is_t1 else scard.SCARD_PCI_T0
    answer, said = scard.SCardTransmit(card, header, list(_GET_UID))
    # The card is left as it is: a reset would look like a removal to some readers.
    scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
    return answer, said


def is_gone(state: int) -> bool:
    """Whether a state says that there is no such reader any more."""
    return bool(state & _GONE)


def moves_between(before: int, now: int) -> int:
    """How often cards came and went between two states, by pcsc-lite's count, which starts over at 65,536."""
    if before == scard.SCARD_STATE_UNAWARE:
        return 0
    return ((now >> _COUNT_BITS) - (before >> _COUNT_BITS)) % (1 << _COUNT_BITS)


def badge_said(said: list[int], device: str) -> Badge | None:
    """The badge in an answer to "Get Data": a UID of 4, 7 or 10 bytes and `90 00`, else nothing."""
    uid, status = bytes(said[:-2]), tuple(said[-2:])
    form = _FORM.get(len(uid))
    if status != _GOOD or form is None or is_blank(uid.hex().upper()):
        return None
    if form == "uid4" and uid[0] == _CASCADE_TAG:
        return None
    return Badge(uid.hex().upper(), form, device)
