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
`open` recovers. What is not: a reader that answers to the service and sees no more cards. And when
`pcscd` itself hangs (not: has died), pcsc-lite's calls wait for it without a limit, so `read` hangs
with it; the service has to be restarted then.
"""

import re
from typing import Final

import msgspec
from smartcard import scard

from drivers import DeviceAbsent, DeviceBusy
from drivers._bell import Bell
from drivers._clock import Deadline, now_ms
from drivers.badge import Badge, BadgeReaderAmbiguous, BadgeServiceOff, is_blank
from drivers.badge._taps import AWAY_MS, Away, Taps, keep_trying, next_tap

__all__ = ["Driver", "Options"]

_SLICE_MS: Final = 250
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
        self._context: int | None = None
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

        Raises `BadgeServiceOff` (`pcscd` does not run), `DeviceAbsent` (no such reader) when the
        time is over, and `BadgeReaderAmbiguous` at once.
        """
        if self._context is None:
            keep_trying(self._take_reader, self._bell, timeout_ms)

    def read(self, timeout_ms: int) -> Badge | None:
        """The next badge; see `BadgeReader.read`.

        Raises `BadgeServiceOff` too, and `DeviceBusy`, once, for a card that another program keeps
        to itself.
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
        answer, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        self._check(answer)
        self._context = context
        answer, readers = scard.SCardListReaders(context, [])
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
        if self._context is not None:
            scard.SCardReleaseContext(self._context)
        self._context = None
        self._card = None

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
        if self._context is None:
            raise DeviceAbsent(device=self.label)
        left_ms = deadline.at_most(_SLICE_MS).left_ms
        asked = [(self._reader, self._state)]
        answer, states = scard.SCardGetStatusChange(self._context, left_ms, asked)
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
            self._card = self._read_card(self._context)
        if self._card is not None:
            self._taps.heard(self._card, earliest_ms, self._looked_at_ms)
        elif is_here or moves > 1:
            # There is one that says no number, or there was one that is gone already.
            self._taps.void()

    def _read_card(self, context: int) -> Badge | None:
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        mode = scard.SCARD_SHARE_SHARED
        answer, card, protocol = scard.SCardConnect(context, self._reader, mode, protocols)
        if answer == scard.SCARD_E_SHARING_VIOLATION:
            self._taps.void()
            raise DeviceBusy(device=self.label, why="another program keeps the card to itself")
        if answer != scard.SCARD_S_SUCCESS:
            return None
        is_t1 = protocol == scard.SCARD_PROTOCOL_T1
        header = scard.SCARD_PCI_T1 if is_t1 else scard.SCARD_PCI_T0
        answer, said = scard.SCardTransmit(card, header, list(_GET_UID))
        # The card is left as it is: a reset would look like a removal to some readers.
        scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
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
