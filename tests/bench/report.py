"""Rows of figures, the machine they were measured on, and the page that keeps both."""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import cysqlite

RESULTS: Final = Path(__file__).parent / "RESULTS.md"

_HEADS: Final = ("measure", "result", "limit in the same run", "ratio", "target", "met")
_SECTION: Final = re.compile(r"^## (\w+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `met` is None where there is no target or where it was not measured."""

    measure: str
    result: str
    limit: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        met = {None: "", True: "yes", False: "**no**"}[self.met]
        return (self.measure, self.result, self.limit, self.ratio, self.target, met)


def not_measured(measure: str, why: str, target: str = "") -> Row:
    return Row(measure, f"not measured: {why}", target=target)


@dataclass(frozen=True, slots=True)
class Section:
    """What one measure found."""

    name: str
    about: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    load: str = field(default_factory=lambda: " ".join(f"{load:.1f}" for load in os.getloadavg()))
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def as_page(self) -> str:
        notes = "".join(f"\n- {note}" for note in self.notes)
        return (
            f"## {self.name}\n\n{self.about} Measured {self.at:%Y-%m-%d %H:%M} UTC, load average {self.load}.\n\n"
            + _table(self.rows)
            + (f"{notes}\n" if notes else "")
        )

    def as_text(self) -> str:
        widths = [max(len(row.cells[place]) for row in self.rows) for place in range(len(_HEADS))]
        lines = (
            "  ".join(cell.ljust(width) for cell, width in zip(row.cells, widths, strict=True))
            for row in self.rows
        )
        notes = "".join(f"\n  - {note}" for note in self.notes)
        return f"\n{self.name}\n" + "\n".join(f"  {line.rstrip()}" for line in lines) + notes


def keep(sections: Iterable[Section], order: Sequence[str], path: Path = RESULTS) -> None:
    """Write the page. Measures that were not run this time keep what an older run on the same machine found."""
    head = _head()
    pages = _old_pages(path, head)
    pages.update({section.name: section.as_page() for section in sections})
    unfinished = path.with_suffix(".unfinished")
    parts = (head, *(pages[name] for name in order if name in pages))
    unfinished.write_text("\n".join(parts), encoding="utf-8")
    unfinished.replace(path)


def _old_pages(path: Path, head: str) -> dict[str, str]:
    if not path.exists():
        return {}
    text = path.read_text(encoding="utf-8")
    if not text.startswith(head):
        return {}
    _, *parts = _SECTION.split(text)
    names, bodies = parts[::2], parts[1::2]
    return {name: f"## {name}\n{body.rstrip()}\n" for name, body in zip(names, bodies, strict=True)}


def _head() -> str:
    facts = "".join(f"- {name}: {value}\n" for name, value in machine().items())
    return (
        "# Speeds\n\nWritten by `make bench`; [README.md](README.md) tells what each row means.\n\n"
        f"{facts}"
    )


def machine() -> dict[str, str]:
    """What this machine is, without its name or any path."""
    cpu = _first(Path("/proc/cpuinfo"), r"(?:model name|Model|Hardware)\s*:\s*(.+)")
    memory_kb = _first(Path("/proc/meminfo"), r"MemTotal:\s*(\d+)")
    return {
        "processor": f"{cpu or platform.machine()}, {os.cpu_count()} cores",
        "memory": f"{int(memory_kb or 0) / 1024**2:.0f} GB",
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "SQLite": f"{cysqlite.sqlite_version} (cysqlite)",
    }


def _first(path: Path, pattern: str) -> str:
    try:
        found = re.search(pattern, path.read_text(encoding="utf-8"))
    except OSError:
        return ""
    return found[1].strip() if found else ""


def _table(rows: Iterable[Row]) -> str:
    lines = [_HEADS, ("---",) * len(_HEADS), *(row.cells for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
