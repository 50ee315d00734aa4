"""From characters to whole scans: ends, prefixes, lengths, and the scans that must be thrown away.

With a suffix, a scan ends when it arrives. Without one, a scan ends when nothing has come for
`gap_ms`. A half scan that has waited for its suffix longer than `stale_ms` is void when the next
character comes, which begins a new scan. After a loss of characters everything is void up to the
next suffix (or the pause that stands for it).
"""

from typing import Annotated, Literal

import msgspec

from drivers.scanner import MAX_LENGTH

Milliseconds = Annotated[int, msgspec.Meta(ge=1, le=60_000)]
Suffix = Literal["enter", "tab", "none"]
Length = Annotated[int, msgspec.Meta(ge=1, le=MAX_LENGTH)]


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """How a scan is set up in the scanner's own settings; part of every scanner's options."""

    prefix: str = ""
    suffix: Suffix = "enter"
    gap_ms: Milliseconds = 150
    stale_ms: Milliseconds = 1000
    min_length: Length = 1
    max_length: Length = MAX_LENGTH


class Assembly:
    """Puts characters together. Times are milliseconds of any one clock that does not go back."""

    def __init__(self, frame: Frame) -> None:
        """Start between two scans."""
        self.voided = 0
        """How many scans were thrown away."""
        self.has_just_begun = False
        """Whether the last touch was the first of a scan."""
        self._frame = frame
        self._pause_ms = frame.gap_ms if frame.suffix == "none" else frame.stale_ms
        self._characters: list[str] = []
        self._length = 0
        self._last_ms = 0
        self._is_touched = False
        self._is_void = False

    @property
    def is_within(self) -> bool:
        """Whether a scan has begun and not ended."""
        return self._is_touched

    def touch(self, at_ms: int) -> str | None:
        """A key or byte came at `at_ms`. Answers the scan that the pause before it ended."""
        finished = None
        if self._is_touched and at_ms - self._last_ms > self._pause_ms:
            finished = self._end_by_pause()
        self.has_just_begun = not self._is_touched
        self._is_touched = True
        self._last_ms = at_ms
        return finished

    def add(self, text: str) -> None:
        """Append what the last touched key or byte says."""
        if self._is_void or not text:
            return
        self._characters.append(text)
        self._length += len(text)
        if self._length > self._frame.max_length + len(self._frame.prefix):
            self.void(self._last_ms)

    def end(self) -> str | None:
        """The suffix came: answers the scan, or nothing if it was void or not as it should be."""
        text = "".join(self._characters)
        is_nothing = self._is_void or not text
        self._reset()
        if is_nothing:
            return None
        fits = text.startswith(self._frame.prefix)
        text = text.removeprefix(self._frame.prefix)
        if not fits or len(text) < self._frame.min_length:
            self.voided += 1
            return None
        return text

    def idle(self, quiet_ms: int) -> str | None:
        """Nothing has come for `quiet_ms`: answers the scan that this ended, if there is no suffix."""
        is_over = self._frame.suffix == "none" and self._is_touched and quiet_ms > self._pause_ms
        return self.end() if is_over else None

    def wait_ms(self, quiet_ms: int) -> int | None:
        """How long to wait before `idle` has an answer; nothing if it never will."""
        if self._frame.suffix != "none" or not self._is_touched:
            return None
        return max(1, self._pause_ms + 1 - quiet_ms)

    def void(self, at_ms: int) -> None:
        """Something was lost at `at_ms`: throw away what is here and all that comes up to the next end."""
        if not self._is_void:
            self.voided += 1
        self._reset()
        self._last_ms = at_ms
        self._is_touched = True
        self._is_void = True

    def drop(self) -> None:
        """Throw away half a scan, and begin afresh with what comes next."""
        if self._characters:
            self.voided += 1
        self._reset()

    def _reset(self) -> None:
        self._characters.clear()
        self._length = 0
        self._is_touched = False
        self._is_void = False

    def _end_by_pause(self) -> str | None:
        if self._frame.suffix == "none":
            return self.end()
        self.drop()
        return None
