"""A till in the emulator, used as a person uses it: by what stands on the screen, by touch, keys and a scanner."""

import time
from pathlib import Path
from typing import Final

from PIL import Image

from tests.image.card import Card
from tests.image.machine import SIZE, Gone, Machine
from tests.image.screen import Word, find, read

PATIENCE_S: Final = 420.0
"""An emulated computer without KVM takes ten times as long as a Raspberry Pi, and more on a busy machine."""

_ANSWERS_S: Final = 10.0
_STILL_S: Final = 0.6
"""How long a person looks whether a tap did something, and whether more is to come."""


class Till:
    """A card, and the computer that it is in. Pictures are kept under `folder`, by number and name."""

    def __init__(self, card: Card, folder: Path, arch: str = "amd64") -> None:
        self.card, self.folder, self.arch = card, folder, arch
        self.machine: Machine | None = None
        self._pictures = 0
        self._starts = 0
        self._pixels = b""
        self._words: tuple[Word, ...] = ()
        self.is_trying = False
        self.words_for_kernel = ""
        """On its command line, besides what stands there."""
        self.hangs_upside_down = False
        """Whether the screen does: whoever looks at it sees it the right way up all the same."""
        self.taps_upside_down = False
        """Whether what is tapped with hangs so too. The emulator has no touch screen, but a pointer with absolute
        places, which the X server turns by itself."""

    def switch_on(self, *sticks: Path) -> "Till":
        """Power comes. Sticks are files that hold a file system."""
        self._starts += 1
        work = self.folder / f"start-{self._starts}"
        is_trying, self.is_trying = self.is_trying, False
        self.machine = Machine(
            self.card,
            work,
            is_trying=is_trying,
            sticks=sticks,
            words=self.words_for_kernel,
            arch=self.arch,
        )
        return self

    @property
    def on(self) -> Machine:
        """The computer, which is on."""
        assert self.machine is not None
        return self.machine

    def pull_the_plug(self) -> None:
        """Power goes, from one instruction to the next."""
        if self.machine is not None:
            self.machine.pull_the_plug()
        self.machine = None

    def comes_back(self, *sticks: Path) -> "Till":
        """It restarts by itself: waited for, with the firmware doing what it was asked to."""
        self.is_trying = self.on.ended(PATIENCE_S)
        self.machine = None
        return self.switch_on(*sticks)

    # ------------------------------------------------------------------------------------- the screen

    def words(self) -> tuple[Word, ...]:
        """What stands on the screen now. It is read anew only if it has changed, for that takes seconds."""
        pixels = self._look()
        if pixels != self._pixels:
            picture = self.on.work / "now.png"
            if self.hangs_upside_down:
                _turn(picture)
            self._pixels, self._words = pixels, read(picture)
        return self._words

    def text(self) -> str:
        """The same as one text."""
        return " ".join(word.text for word in self.words())

    def sees(self, *phrases: str, within_s: float = PATIENCE_S, below: int = 0) -> tuple[int, int]:
        """Waits until one of the phrases is on the screen; where it is, the topmost `below` so many pixels."""
        until = time.monotonic() + within_s
        while True:
            words = self.words()
            for phrase in phrases:
                places = [place for place in find(words, phrase) if place[1] > below]
                if places:
                    return places[0]
            if time.monotonic() > until or not self.on.is_on:
                shown = " ".join(word.text for word in words)
                kept = self.keep("missing")
                raise Gone(f"{phrases} did not come; on the screen ({kept}): {shown}")
            time.sleep(1)

    def sees_any(self, *phrases: str, within_s: float = PATIENCE_S) -> int:
        """Waits until one of the phrases is on the screen; which of them, the first one if several are."""
        self.sees(*phrases, within_s=within_s)
        return next(at for at, phrase in enumerate(phrases) if find(self._words, phrase))

    def sees_together(self, *phrases: str, within_s: float = PATIENCE_S) -> None:
        """Waits until all of the phrases stand on the screen at once."""
        until = time.monotonic() + within_s
        while not all(find(self.words(), phrase) for phrase in phrases):
            if time.monotonic() > until or not self.on.is_on:
                raise Gone(
                    f"{phrases} did not come; on the screen ({self.keep('missing')}): {self.text()}"
                )
            time.sleep(1)

    def taps(self, phrase: str, *, within_s: float = PATIENCE_S, below: int = 0) -> None:
        """A finger on a phrase, when it is there; then a look at what that does."""
        self.taps_at(*self.sees(phrase, within_s=within_s, below=below))

    def taps_at(self, x: int, y: int) -> None:
        """A finger on what has a picture and no words."""
        before = self._look()
        if self.taps_upside_down:
            x, y = SIZE[0] - x, SIZE[1] - y
        self.on.tap(x, y)
        until = time.monotonic() + _ANSWERS_S
        while self._look() == before and time.monotonic() < until:
            time.sleep(0.2)
        self._is_still()

    def types(self, text: str) -> None:
        """Keys of a keyboard."""
        self.on.type(text)
        self._is_still()

    def _is_still(self) -> None:
        """Until nothing more moves on the screen."""
        until = time.monotonic() + _ANSWERS_S
        before = self._look()
        while time.monotonic() < until:
            time.sleep(_STILL_S)
            now = self._look()
            if now == before:
                return
            before = now

    def _look(self) -> bytes:
        return self.on.picture("now").read_bytes()

    def keep(self, name: str) -> Path:
        """Keep a picture of the screen."""
        self._pictures += 1
        kept = self.folder / f"{self._pictures:02}-{name}.png"
        self.on.picture("now").rename(kept)
        if self.hangs_upside_down:
            _turn(kept)
        return kept

    # ------------------------------------------------------------------------------- beside the screen

    def scans(self, barcode: str) -> None:
        """A scanner that plays keyboard."""
        self.on.type(barcode + "\n")

    def sh(self, command: str) -> str:
        """A command as root, on the console that only this emulator opens."""
        return self.on.sh(command, PATIENCE_S)


def _turn(picture: Path) -> None:
    """Turn a picture by half."""
    with Image.open(picture) as opened:
        turned = opened.transpose(Image.Transpose.ROTATE_180)
    turned.save(picture)
