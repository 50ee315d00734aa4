"""What a drawer did, from looks at its switch: opened, shut, forced, forgotten, stuck.

No thread and no clock: whoever owns the drawer looks at it a few times a second, tells what was
seen and when, tells of kicks, and is answered what that means. Times are milliseconds of any clock
that does not go back.

A contact bounces, so only two equal looks in a row are believed; what happened is dated to the
first of them. "Not known" (no switch, polarity not learnt, printer silent) is no look: nothing
is made of it, and what was known before stays known.
"""

import enum
from typing import Annotated

import msgspec

Milliseconds = Annotated[int, msgspec.Meta(ge=1)]


class DrawerEvent(enum.StrEnum):
    """What happened to a drawer."""

    OPENED = "opened"
    """It came open after a kick, or by the key where the kick had failed."""
    OPENED_UNASKED = "opened_unasked"
    """It came open and nobody had kicked it: the key, or force."""
    CLOSED = "closed"
    LEFT_OPEN = "left_open"
    """It stands open still; told again and again."""
    DID_NOT_OPEN = "did_not_open"
    """It was kicked and stayed shut."""


class DrawerNews(msgspec.Struct, frozen=True):
    """One event, when it happened, and for `closed` and `left_open` how long the drawer was open by then."""

    event: DrawerEvent
    at_ms: int
    open_ms: int = 0


class WatchLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long things may take.

    An opening within `asked_ms` of a kick is that kick's; a kicked drawer is open within
    `springs_ms`; one that could not be kicked may be opened by its key for `by_key_ms`; one that is
    open is told of every `left_open_ms`, or never if that is nothing.
    """

    asked_ms: Milliseconds = 3000
    springs_ms: Milliseconds = 1000
    by_key_ms: Milliseconds = 120_000
    left_open_ms: Milliseconds | None = 120_000


class DrawerWatch:
    """The memory of one drawer. One thread feeds it."""

    def __init__(self, limits: WatchLimits | None = None) -> None:
        """Know nothing yet. A drawer that is found open at the start was not opened unasked."""
        self._limits = limits or WatchLimits()
        self._is_open: bool | None = None
        self._doubt: _Doubt | None = None
        self._opened_at_ms = 0
        self._reminded_at_ms = 0
        self._kicked_at_ms: int | None = None
        self._key_since_ms: int | None = None
        self._awaited_since_ms: int | None = None
        """The first kick that is not known yet to have opened the drawer."""

    @property
    def is_open(self) -> bool | None:
        """What is believed: open, shut, or nothing before two equal looks."""
        return self._is_open

    def kicked(self, at_ms: int) -> None:
        """Say that the drawer was given a pulse, or is about to be. Say it before the next look.

        Any thread may say it.
        """
        self._kicked_at_ms = at_ms
        self._key_since_ms = None
        if self._is_open is False and self._awaited_since_ms is None:
            self._awaited_since_ms = at_ms

    def left_to_the_key(self, at_ms: int) -> None:
        """Say that the drawer was not kicked, and that somebody was told to use the key: once, that is no alarm.

        Any thread may say it.
        """
        self._key_since_ms = at_ms

    def look(self, at_ms: int, *, is_open: bool | None) -> tuple[DrawerNews, ...]:
        """Say what `Drawer.is_open` answered, and hear what is new."""
        if is_open is None:
            self._doubt = None
            return ()
        if is_open is not self._is_open:
            return self._consider(at_ms, is_open=is_open)
        self._doubt = None
        return self._remind(at_ms) if is_open else self._miss(at_ms)

    def _consider(self, at_ms: int, *, is_open: bool) -> tuple[DrawerNews, ...]:
        doubt = self._doubt
        if doubt is None or doubt.is_open is not is_open:
            self._doubt = _Doubt(is_open, at_ms, self._was_asked(at_ms))
            return ()
        was_known = self._is_open is not None
        self._doubt = None
        self._is_open = is_open
        if not is_open:
            return (self._news(DrawerEvent.CLOSED, doubt.since_ms),) if was_known else ()
        self._opened_at_ms = self._reminded_at_ms = doubt.since_ms
        self._awaited_since_ms = self._key_since_ms = None
        if not was_known:
            return ()
        event = DrawerEvent.OPENED if doubt.was_asked else DrawerEvent.OPENED_UNASKED
        return (self._news(event, doubt.since_ms),)

    def _was_asked(self, at_ms: int) -> bool:
        limits = self._limits
        reasons = (
            (self._kicked_at_ms, limits.asked_ms),
            (self._key_since_ms, limits.by_key_ms),
        )
        return any(since is not None and at_ms - since <= within for since, within in reasons)

    def _remind(self, at_ms: int) -> tuple[DrawerNews, ...]:
        every_ms = self._limits.left_open_ms
        if every_ms is None or at_ms - self._reminded_at_ms < every_ms:
            return ()
        self._reminded_at_ms = at_ms
        return (self._news(DrawerEvent.LEFT_OPEN, at_ms),)

    def _miss(self, at_ms: int) -> tuple[DrawerNews, ...]:
        since_ms = self._awaited_since_ms
        if since_ms is None or at_ms - since_ms < self._limits.springs_ms:
            return ()
        # A later kick still has its own second to open the drawer.
        last_ms = self._kicked_at_ms
        self._awaited_since_ms = last_ms if last_ms != since_ms else None
        if at_ms - since_ms > self._limits.springs_ms + self._limits.asked_ms:
            # Nobody looked in time: it may have been open and shut again.
            return ()
        return (self._news(DrawerEvent.DID_NOT_OPEN, at_ms),)

    def _news(self, event: DrawerEvent, at_ms: int) -> DrawerNews:
        tells_length = event in (DrawerEvent.CLOSED, DrawerEvent.LEFT_OPEN)
        open_ms = at_ms - self._opened_at_ms if tells_length else 0
        return DrawerNews(event, at_ms, open_ms)


class _Doubt(msgspec.Struct, frozen=True):
    """A first look that differs from what is believed, and whether a kick had asked for it."""

    is_open: bool
    since_ms: int
    was_asked: bool
