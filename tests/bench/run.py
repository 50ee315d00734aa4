"""What every measure is given: where to put things, how large to be, how to say how far it is."""

import hashlib
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
CACHE: Final = Path(tempfile.gettempdir()) / "open-pos-bench"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the benches. `scratch` is emptied at its end."""

    scratch: Path
    quick: bool

    def size(self, whole: int, quick: int) -> int:
        return quick if self.quick else whole

    def copy(self, made: Path) -> Path:
        """A copy of a store that may be written to."""
        target = self.scratch / f"{made.name}-{time.monotonic_ns()}"
        shutil.copytree(made, target, ignore=shutil.ignore_patterns("*-wal", "*-shm", "ballast"))
        return target


class Progress:
    """One line on a terminal that is written again and again; elsewhere a line for each step."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._shown_at = 0.0
        self._step = ""

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
        if not sys.stderr.isatty():
            if step != self._step:
                sys.stderr.write(f"{self._name}: {step}\n")
            self._step = step
            return
        now = time.monotonic()
        if step == self._step and done < total and now - self._shown_at < 0.1:
            return
        self._shown_at, self._step = now, step
        part = f" {done:,} / {total:,}" if total else ""
        sys.stderr.write(f"\r\x1b[K{self._name}: {step}{part}")
        sys.stderr.flush()

    def end(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")


def made_once(name: str, sources: Sequence[Path], make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills once; made anew when one of the `sources` changes.

    Sources are files, or folders of Python files. What was left half done is never used.
    """
    folder = CACHE / f"{name}-{_checksum(sources)}"
    if folder.exists():
        return folder
    CACHE.mkdir(exist_ok=True)
    for outdated in CACHE.glob(f"{name}-*"):
        shutil.rmtree(outdated)
    unfinished = CACHE / f"{name}-unfinished"
    unfinished.mkdir()
    make(unfinished)
    unfinished.rename(folder)
    return folder


@contextmanager
def scratch() -> Iterator[Path]:
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=CACHE) as folder:
        yield Path(folder)


def _checksum(sources: Sequence[Path]) -> str:
    checksum = hashlib.sha256()
    for source in sources:
        files = sorted(source.rglob("*.py")) if source.is_dir() else [source]
        for file in files:
            checksum.update(file.name.encode())
            # A large file is known by its size.
            whole = file.stat().st_size < 1 << 20
            checksum.update(file.read_bytes() if whole else str(file.stat().st_size).encode())
    return checksum.hexdigest()[:16]
