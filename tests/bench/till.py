"""The register with its real screen, watched from inside; a process of its own, started by `screen.py`.

It is put together as `open-pos register` does it. Around it stand a screen that notes when each snapshot was drawn, and
a customer who holds articles to a scanner: keys of an emulated keyboard (`--scanner evdev`, run under umockdev-wrapper)
or bytes on a pseudo-terminal (`--scanner serial`); or an employee with a badge (`--taps`).

Each answer is a line of JSON on the standard output: first when the sign-in page was drawn, then what was measured. The
process ends by SIGTERM.
"""

import argparse
import json
import os
import random
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, cast

import appliance.__main__  # noqa: F401 - what `open-pos register` has imported by then
from appliance import config, station
from appliance.bench import Bench
from appliance.messages import (
    Command,
    DeviceState,
    NewSale,
    PunchClock,
    SessionView,
    SignIn,
    Snapshot,
    StatusView,
    TenderCash,
    TicketView,
    TimeclockView,
)
from kiosk_ui import app
from tests.bench import shop

PATIENCE_S: Final = 30.0
LONGEST_PAUSE_S: Final = 0.12

Wanted = Callable[[Snapshot], bool]


class Frame:
    """One frame that somebody waits for: with a snapshot that is wanted, or simply the next one."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.snapshot: Snapshot | None = None
        self.published_ns = 0
        self.is_delivered = False
        self.drawn_ns = 0
        self._is_drawn = threading.Event()

    def flipped(self, now_ns: int) -> None:
        self.drawn_ns = now_ns
        self._is_drawn.set()

    def wait(self) -> "Frame":
        if not self._is_drawn.wait(PATIENCE_S):
            raise TimeoutError(f"no frame; the last snapshot that was wanted: {self.snapshot}")
        return self


class WatchedScreen:
    """The real screen, and word of each frame that it flips."""

    def __init__(self, ready: Callable[[], None]) -> None:
        self.send: Callable[[Command], bool] = lambda _command: False
        self.newest: dict[type[Snapshot], Snapshot] = {}
        self._ready = ready
        self._waiting: list[Frame] = []
        self._lock = threading.Lock()

    def __call__(
        self,
        send: Callable[[Command], bool],
        attach: station.Attach,
        *,
        beat: Callable[[], None],
        screen: config.ScreenConfig,
        bench: Bench | None,
    ) -> None:
        self.send = send

        def attach_watched(show: Callable[[Snapshot], None]) -> None:
            from kivy.core.window import Window

            Window.bind(on_flip=self._flipped)
            self._ready()
            attach(lambda snapshot: self._published(show, snapshot))

        assert bench is None
        options = app.ScreenOptions(size=(screen.width, screen.height))
        app.run(send, attach_watched, beat=beat, options=options)

    def frame_with(self, wanted: Wanted) -> Frame:
        """A frame to wait for; ask before what causes it."""
        frame = Frame(wanted)
        with self._lock:
            self._waiting.append(frame)
        return frame

    def redrawn(self) -> Frame:
        """Ask for one redraw of the screen as it is."""
        from kivy.core.window import Window

        from kiosk_ui.bridge import soonest

        frame = self.frame_with(lambda _snapshot: False)

        def ask(_since_s: float) -> None:
            frame.is_delivered = True
            Window.canvas.ask_update()

        soonest(ask)
        return frame

    def _published(self, show: Callable[[Snapshot], None], snapshot: Snapshot) -> None:
        now_ns = time.monotonic_ns()
        self.newest[type(snapshot)] = snapshot
        show(snapshot)
        with self._lock:
            found = [each for each in self._waiting if each.snapshot is None]
            found = [each for each in found if each.wanted(snapshot)]
        for frame in found:
            frame.snapshot, frame.published_ns = snapshot, now_ns
            self._note_delivery(frame)

    def _note_delivery(self, frame: Frame) -> None:
        """Scheduled after the bridge's own delivery, on the same thread in the same order: then it has been shown."""
        from kiosk_ui.bridge import soonest

        def note(_since_s: float) -> None:
            frame.is_delivered = True

        soonest(note)

    def _flipped(self, *_: object) -> None:
        now_ns = time.monotonic_ns()
        with self._lock:
            drawn = [frame for frame in self._waiting if frame.is_delivered]
            self._waiting = [frame for frame in self._waiting if not frame.is_delivered]
        for frame in drawn:
            frame.flipped(now_ns)


class Beam(Protocol):
    """A scanner's trigger. `pull` sends a barcode and answers when the end of it was sent."""

    def pull(self, text: str) -> int: ...


class Keys:
    """A scanner that plays keyboard, on umockdev's kernel."""

    options: Final = {"name": "Honeywell 1900"}

    def __init__(self) -> None:
        from tests.drivers.scanner.umockdev import Bed, Keyboard

        self._keyboard = Keyboard(Bed(), 3)

    def pull(self, text: str) -> int:
        self._keyboard.type(text)
        time.sleep(0.002)
        sent_ns = time.monotonic_ns()
        self._keyboard.enter()
        return sent_ns


class Wire:
    """A scanner on a serial line, which is a pseudo-terminal."""

    def __init__(self) -> None:
        self._far, near = os.openpty()
        tty.setraw(near)
        self.options: Final = {"port": os.ttyname(near)}

    def pull(self, text: str) -> int:
        os.write(self._far, text.encode())
        time.sleep(0.002)
        sent_ns = time.monotonic_ns()
        os.write(self._far, b"\r")
        return sent_ns


class Customer(threading.Thread):
    """Buys things, one scan after another at no particular rhythm, with a redraw between any two scans."""

    def __init__(
        self, screen: WatchedScreen, beam: Beam, codes: list[str], scans: int, rest_s: float
    ) -> None:
        super().__init__(name="customer", daemon=True)
        self._screen = screen
        self._beam = beam
        self._codes = codes
        self._scans = scans
        self._rest_s = rest_s
        self._chance = random.Random(9)

    def run(self) -> None:
        try:
            _sign_in(self._screen, "scanner")
            _say("resting")
            time.sleep(self._rest_s)
            _say("done", scans=[self._scan(number) for number in range(self._scans)])
        except BaseException as why:
            _say("failed", why=f"{type(why).__name__}: {why}")
            raise

    def _scan(self, number: int) -> dict[str, int]:
        """One scan and one redraw; after five the customer pays. Times in nanoseconds."""
        is_first = number % shop.LINES == 0
        self._pause()
        frame = self._screen.frame_with(
            lambda shown: isinstance(shown, TicketView) and shown.read_ns > 0
        )
        sent_ns = self._beam.pull(self._codes[number % len(self._codes)])
        frame.wait()
        ticket = cast(TicketView, frame.snapshot)
        found = {
            "first": is_first,
            "read": ticket.read_ns - sent_ns,
            "published": frame.published_ns - sent_ns,
            "drawn": frame.drawn_ns - sent_ns,
        }
        self._pause()
        asked_ns = time.monotonic_ns()
        found["redrawn"] = self._screen.redrawn().wait().drawn_ns - asked_ns
        if number % shop.LINES == shop.LINES - 1:
            self._pause()
            paid = self._screen.frame_with(
                lambda shown: isinstance(shown, TicketView) and not shown.lines
            )
            assert self._screen.send(TenderCash(amount_minor=shop.CASH_MINOR))
            paid.wait()
            self._pause()
            if number % 2:
                self._screen.send(NewSale())
        return found

    def _pause(self) -> None:
        time.sleep(self._chance.uniform(0.04, LONGEST_PAUSE_S))


class Fob:
    """A badge reader of the kind RDM6300 on a serial line, which is a pseudo-terminal, and the fob of one employee."""

    def __init__(self) -> None:
        self._far, near = os.openpty()
        tty.setraw(near)
        self.options: Final = {"port": os.ttyname(near), "away_ms": 1}

    def tap(self) -> int:
        """Hold it to the reader; answers when the last byte of the frame was sent."""
        os.write(self._far, shop.FRAME[:-1])
        time.sleep(0.002)
        sent_ns = time.monotonic_ns()
        os.write(self._far, shop.FRAME[-1:])
        return sent_ns


class Employee(threading.Thread):
    """Comes and goes all the time: holds the fob to the reader, taps what the banner asks, is greeted."""

    def __init__(self, screen: WatchedScreen, fob: Fob, taps: int) -> None:
        super().__init__(name="employee", daemon=True)
        self._screen = screen
        self._fob = fob
        self._taps = taps
        self._chance = random.Random(9)

    def run(self) -> None:
        try:
            _sign_in(self._screen, "badge")
            _say("resting")
            _say("done", taps=[self._punch(("in", "out")[n % 2]) for n in range(self._taps)])
        except BaseException as why:
            _say("failed", why=f"{type(why).__name__}: {why}")
            raise

    def _punch(self, what: str) -> dict[str, int]:
        """One tap of the fob, one on the screen, and one redraw. Times in nanoseconds."""
        self._pause()
        asked = self._screen.frame_with(
            lambda shown: isinstance(shown, TimeclockView) and what in shown.choices
        )
        sent_ns = self._fob.tap()
        found = {"asked": asked.wait().drawn_ns - sent_ns}
        self._pause()
        greeted = self._screen.frame_with(
            lambda shown: (
                isinstance(shown, TimeclockView)
                and shown.made is not None
                and shown.made.what == what
            )
        )
        sent_ns = time.monotonic_ns()
        assert self._screen.send(PunchClock(what))
        found["greeted"] = greeted.wait().drawn_ns - sent_ns
        self._pause()
        asked_ns = time.monotonic_ns()
        found["redrawn"] = self._screen.redrawn().wait().drawn_ns - asked_ns
        return found

    def _pause(self) -> None:
        # Longer than a frame that the reader has not heard the end of is kept.
        time.sleep(0.3 + self._chance.uniform(0.04, LONGEST_PAUSE_S))


def _sign_in(screen: WatchedScreen, kind: str) -> None:
    """Sign in when the register is there, and wait until the device of this kind is."""
    screen.frame_with(lambda shown: isinstance(shown, SessionView))
    frame = screen.frame_with(lambda shown: isinstance(shown, SessionView) and _in(shown))
    _until(lambda: isinstance(screen.newest.get(SessionView), SessionView))
    assert screen.send(SignIn(employee="1", pin=shop.PIN))
    frame.wait()
    _until(lambda: _is_well(screen.newest.get(StatusView), kind))
    time.sleep(0.5)


def _say(what: str, **found: object) -> None:
    print(json.dumps({"said": what, **found}), flush=True)


def _in(shown: SessionView) -> bool:
    return shown.employee is not None


def _is_well(shown: Snapshot | None, kind: str) -> bool:
    return isinstance(shown, StatusView) and any(
        device.kind == kind and device.state is DeviceState.OK for device in shown.devices
    )


def _until(there: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not there():
        if time.monotonic() > give_up_at:
            raise TimeoutError
        time.sleep(0.01)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=Path)
    parser.add_argument("--scanner", choices=("evdev", "serial"), default="serial")
    parser.add_argument("--scans", type=int, default=0)
    parser.add_argument(
        "--rest", type=float, default=0.0, help="seconds between signing in and scanning"
    )
    parser.add_argument("--codes", type=Path, help="a barcode a line")
    parser.add_argument("--taps", type=int, default=0, help="of a badge, instead of scans")
    parser.add_argument("--size", default="1280x800")
    chosen = parser.parse_args()
    fob = Fob()
    reader = config.DeviceConfig("reader", "badge", "rdm6300", dict(fob.options))
    beam = Keys() if chosen.scanner == "evdev" else Wire()
    codes = chosen.codes.read_text(encoding="utf-8").split() if chosen.codes else ["0"]
    width, height = map(int, chosen.size.split("x"))
    settings = config.Config(
        store=config.StoreConfig(folder=str(chosen.store), warn_mb=1, stop_mb=1, ballast_mb=1),
        screen=config.ScreenConfig(width=width, height=height, fullscreen=False),
        device=(
            config.DeviceConfig(
                name="scanner", kind="scanner", type=chosen.scanner, options=dict(beam.options)
            ),
            config.DeviceConfig(name="printer", kind="printer", type="simulated"),
            *((reader,) if chosen.taps else ()),
        ),
    )

    def ready() -> None:
        first = screen.frame_with(lambda shown: isinstance(shown, SessionView))
        threading.Thread(target=say_ready, args=(first,), daemon=True).start()
        if chosen.scans:
            Customer(screen, beam, codes, chosen.scans, chosen.rest).start()
        if chosen.taps:
            Employee(screen, fob, chosen.taps).start()

    def say_ready(first: Frame) -> None:
        print(json.dumps({"said": "ready", "at_ns": first.wait().drawn_ns}), flush=True)

    screen = WatchedScreen(ready)
    station.run_register(settings, screen)


if __name__ == "__main__":
    main()
