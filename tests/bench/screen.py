"""The register with its real screen, in a virtual display: from a scan to the frame, start-up, idling, memory.

`till.py` is the watched process. Times that cross processes are of the monotonic clock, which all share.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

from appliance.store.sqlite import SqliteDatabase
from tests.bench import catalogue, memory, shop
from tests.bench.report import Row, Section, not_measured
from tests.bench.run import ROOT, Progress, Run, made_once
from tests.bench.timing import Times, ratio, said, times

NAME: Final = "screen"
SIZE: Final = "1280x800"
ASLEEP_AFTER_S: Final = 65
WATCHED_S: Final = 20
IDLE_TARGET_PERCENT: Final = 2.0
PATIENCE_S: Final = 60
_HOW: Final = (
    "Scans come at random moments, through a real driver. A scan's time begins just before its terminator is sent "
    "and ends when the frame with the new line was flipped."
)
_UNDRAWN: Final = {"KIVY_GL_BACKEND": "mock"}
"""Kivy does all but the OpenGL calls: the register's own part of a frame, as with a graphics processor of no cost."""
_LIBRARIES: Final = ("libLLVM*", "libGL*", "libgallium*", "libSDL*", "libX11*", "dri/*.so")


def measure(run: Run) -> Section:
    progress = Progress(NAME)
    made = made_once("shop", shop.SOURCES, shop.make_shop)
    if shutil.which("Xvfb") is None:
        nothing = not_measured("everything with a screen", "Xvfb is not installed")
        return Section(NAME, "The real screen.", (nothing,))
    with _display() as display:
        there = os.environ | {"DISPLAY": display, "SDL_VIDEODRIVER": "x11"}
        rows = (
            *_scans(run, made, there, progress),
            *_taps(run, made, there, progress),
            *_starts(run, made, there, progress),
            *_idle(run, made, there, progress),
            *_on_a_large_catalogue(run, there, progress),
        )
    progress.end()
    return Section(
        NAME, f"The real screen at {SIZE} on Xvfb, drawn by the processor.", rows, (_HOW,)
    )


class Till:
    """The watched process."""

    def __init__(
        self, store: Path, there: dict[str, str], *arguments: str, under: Sequence[str] = ()
    ) -> None:
        self.begun_ns = time.monotonic_ns()
        self._process = subprocess.Popen(
            (*under, sys.executable, "-m", "tests.bench.till", str(store), *arguments),
            cwd=ROOT,
            env=there,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def hear(self, wanted: str) -> dict[str, Any]:
        """The next line that it says, which must be `wanted`."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"said": "nothing"}
        if answer["said"] != wanted:
            self._process.kill()
            _, errors = self._process.communicate()
            raise RuntimeError(f"the till said {answer}\n{errors[-2000:]}")
        return dict(answer)

    def wait_until_ready(self) -> float:
        """Nanoseconds from its start to the first frame with the sign-in page."""
        return float(self.hear("ready")["at_ns"] - self.begun_ns)


@contextlib.contextmanager
def _display() -> Iterator[str]:
    """A virtual display of its own."""
    reader, writer = os.pipe()
    command = ("Xvfb", "-displayfd", str(writer), "-screen", "0", f"{SIZE}x24", "-nolisten", "tcp")
    process = subprocess.Popen(
        command, pass_fds=(writer,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        yield f":{number}"
    finally:
        process.terminate()
        process.wait()


# ----------------------------------------------------------------------------- scans


def _scans(run: Run, made: Path, there: dict[str, str], progress: Progress) -> Iterator[Row]:
    scans, codes = run.size(200, 20), _codes(run)
    undrawn = there | _UNDRAWN
    for scanner, with_what, drawn_there in (
        ("evdev", "keys of an emulated keyboard (umockdev)", there),
        ("serial", "a scanner on a serial line (pseudo-terminal)", there),
        ("serial", "the same, with the drawing itself left out", undrawn),
    ):
        what = f"from the scan to the frame that shows the line: {with_what}"
        under = ("umockdev-wrapper",) if scanner == "evdev" else ()
        if under and shutil.which(under[0]) is None:
            yield not_measured(what, "umockdev is not installed")
            continue
        progress(f"{scans} scans by {scanner}")
        arguments = ("--scanner", scanner, "--scans", str(scans), "--codes", str(codes))
        with Till(run.copy(made), drawn_there, *arguments, under=under) as till:
            till.wait_until_ready()
            till.hear("resting")
            found = till.hear("done")["scans"]
        yield from _scan_rows(what, found)


def _codes(run: Run) -> Path:
    """What forty customers buy, a barcode a line."""
    codes = run.scratch / "codes.txt"
    customers = shop.baskets(10)
    codes.write_text("\n".join(code for _ in range(40) for code in next(customers)))
    return codes


def _scan_rows(what: str, found: list[dict[str, int]]) -> Iterator[Row]:
    def column(name: str, *, first: bool | None = None) -> Times:
        return Times([scan[name] for scan in found if first is None or scan["first"] == first])

    drawn, redrawn = column("drawn"), column("redrawn")
    yield Row(
        what,
        str(drawn),
        f"one redraw of the same screen: {redrawn}",
        times(ratio(drawn, redrawn)),
    )
    yield Row(
        "— of which until the driver had the whole scan, then until it was on the disk and published",
        f"median {said(column('read').median_ns)}, then "
        f"{said(Times([scan['published'] - scan['read'] for scan in found]).median_ns)}",
    )
    yield Row(
        "— the first scan of a sale, which changes the page", str(column("drawn", first=True))
    )


# ----------------------------------------------------------------------------- badges


def _taps(run: Run, made: Path, there: dict[str, str], progress: Progress) -> Iterator[Row]:
    """Somebody comes and goes during a sale: fob, one tap on the screen, greeting; and the slip when they go."""
    taps = run.size(100, 10)
    store = run.copy(made)
    shop.give_badge(store)
    for how, drawn_there in (("", there), (", the drawing itself left out", there | _UNDRAWN)):
        progress(f"{taps} badges{how}")
        with Till(store, drawn_there, "--taps", str(taps)) as till:
            till.wait_until_ready()
            till.hear("resting")
            found = till.hear("done")["taps"]
        asked, greeted, redrawn = (
            Times([tap[name] for tap in found]) for name in ("asked", "greeted", "redrawn")
        )
        limit = f"one redraw of the same screen: {redrawn}"
        yield Row(
            f"from the badge's last byte to the frame with the banner{how}",
            str(asked),
            limit,
            times(ratio(asked, redrawn)),
        )
        yield Row(
            f"from the tap on the banner to the frame with the greeting{how}",
            str(greeted),
            limit,
            times(ratio(greeted, redrawn)),
        )


# ----------------------------------------------------------------------------- starting


def _starts(run: Run, made: Path, there: dict[str, str], progress: Progress) -> Iterator[Row]:
    store = run.copy(made)
    cold, warm, empty = Times(), Times(), Times()
    turns = run.size(5, 1)
    for turn in range(turns):
        progress("starting, little of it in memory", turn, turns)
        _forget_files(store)
        cold.taken_ns.append(_start(store, there))
    for turn in range(run.size(7, 2)):
        progress("starting, everything in memory", turn, 7)
        warm.taken_ns.append(_start(store, there))
        empty.taken_ns.append(_empty_window(there))
    limit = f"an empty Kivy window: {empty}"
    yield Row("start to the sign-in page, warm", str(warm), limit, times(ratio(warm, empty)))
    yield Row("the same with its files not in memory", str(cold))


def _start(store: Path, there: dict[str, str]) -> int:
    with Till(store, there) as till:
        return int(till.wait_until_ready())


def _empty_window(there: dict[str, str]) -> int:
    begun_ns = time.monotonic_ns()
    done = subprocess.run(
        (sys.executable, "-m", "tests.bench.empty_window"),
        cwd=ROOT,
        env=there,
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    return int(done.stdout.splitlines()[-1]) - begun_ns


def _forget_files(store: Path) -> None:
    """Ask the kernel to forget what it holds of the program's files; what others have mapped stays."""
    paths = sysconfig.get_paths()
    folders = [Path(paths["stdlib"]), Path(paths["platstdlib"]), Path(paths["purelib"]), store]
    folders += [ROOT / name for name in ("appliance", "drivers", "kiosk_ui")]
    files = {file for folder in folders for file in folder.rglob("*")}
    for folder in Path("/usr/lib").glob("*-linux-gnu*"):
        files.update(file for name in _LIBRARIES for file in folder.glob(name))
    for file in files:
        with contextlib.suppress(OSError):
            if not file.is_file():
                continue
            handle = os.open(file, os.O_RDONLY)
            try:
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)


# ----------------------------------------------------------------------------- idling


def _idle(run: Run, made: Path, there: dict[str, str], progress: Progress) -> Iterator[Row]:
    """A till that nobody touches: first awake, then in its idle mode, and then scans that come out of the quiet."""
    codes, awake_s, asleep_s = _codes(run), run.size(10, 2), run.size(WATCHED_S, 2)
    rest_s = run.size(ASLEEP_AFTER_S, 3) + asleep_s + 3
    arguments = ("--rest", str(rest_s), "--scans", str(run.size(40, 5)), "--codes", str(codes))
    with Till(run.copy(made), there, *arguments) as till:
        till.wait_until_ready()
        till.hear("resting")
        rested = time.monotonic()
        awake = _cpu_percent(till.pid, awake_s, progress, "idle, awake")
        while time.monotonic() - rested < rest_s - asleep_s - 2:
            progress("waiting for the idle mode", int(time.monotonic() - rested), rest_s)
            time.sleep(1)
        asleep = _cpu_percent(till.pid, asleep_s, progress, "idle, asleep")
        found = till.hear("done")["scans"]
        resident_kb = memory.now_kb(str(till.pid))
    yield Row(
        f"processor while idle for {asleep_s} s, in its idle mode",
        f"{asleep:.2f} % of a core",
        f"in the minute before: {awake:.2f} %",
        target="< 2 %",
        met=None if run.quick else asleep < IDLE_TARGET_PERCENT,
    )
    yield Row(
        "from the scan to the frame, in the idle mode (nobody touches the screen)",
        str(Times([scan["drawn"] for scan in found])),
    )
    yield Row("memory with the screen, 2,000 products", f"{resident_kb / 1024:.0f} MB")


def _cpu_percent(pid: int, seconds: int, progress: Progress, step: str) -> float:
    before, begun = _cpu_s(pid), time.monotonic()
    for waited in range(seconds):
        progress(step, waited, seconds)
        time.sleep(1)
    return 100 * (_cpu_s(pid) - before) / (time.monotonic() - begun)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# ----------------------------------------------------------------------------- a large catalogue


def _on_a_large_catalogue(run: Run, there: dict[str, str], progress: Progress) -> Iterator[Row]:
    what = "memory with the screen, large catalogue"
    try:
        store = run.copy(catalogue.big_shop(run, progress) / "store")
    except catalogue.NoProducts as why:
        yield not_measured(what, str(why), "< 200 MB")
        return
    codes = run.scratch / "large.txt"
    db = SqliteDatabase(store)
    rows = db.sql("SELECT code FROM barcode WHERE length(code) = 14 AND code LIKE '04%' LIMIT 3000")
    products = db.sql("SELECT count(*) FROM product")[0][0]
    db.close()
    codes.write_text("\n".join(row[0][1:] for row in rows[::30]))
    arguments = ("--scans", str(run.size(50, 10)), "--codes", str(codes))
    for how, drawn_there in (("", there), (", the drawing itself left out", there | _UNDRAWN)):
        progress(f"on a large catalogue{how}")
        with Till(store, drawn_there, *arguments) as till:
            started_ns = till.wait_until_ready()
            till.hear("resting")
            found = till.hear("done")["scans"]
            now_kb, peak_kb = memory.now_kb(str(till.pid)), memory.peak_kb(str(till.pid))
        yield Row(
            f"memory with the screen, {products:,} products{how}",
            f"{now_kb / 1024:.0f} MB, at most {peak_kb / 1024:.0f} MB",
            target="< 200 MB",
            met=now_kb < catalogue.MEMORY_TARGET_KB,
        )
        if not how:
            yield Row(f"start to the sign-in page, {products:,} products", said(started_ns))
            drawn = Times([scan["drawn"] for scan in found])
            yield Row(f"from the scan to the frame, {products:,} products", str(drawn))
