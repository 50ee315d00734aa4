"""Reading the kernel's small files: whatever cannot be read or understood is None, empty or not there."""

from pathlib import Path


def text(path: Path) -> str | None:
    """The text of a file without the blanks around it."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except (OSError, ValueError):
        return None


def number(path: Path, base: int = 10) -> int | None:
    """The integer that a file holds."""
    return integer(text(path) or "", base)


def integer(said: str, base: int) -> int | None:
    """The integer that a text is; with base 16 it may begin with 0x."""
    try:
        return int(said, base)
    except ValueError:
        return None


def rows(path: Path, least: int) -> list[list[str]]:
    """The lines of a file as words; those with fewer than `least` words are left out."""
    split = [line.split() for line in (text(path) or "").splitlines()]
    return [row for row in split if len(row) >= least]


def children(folder: Path) -> list[Path]:
    """What a folder holds, sorted by name."""
    try:
        return sorted(folder.iterdir())
    except (OSError, ValueError):
        return []


def is_there(path: Path) -> bool:
    """Whether a path leads somewhere."""
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True
