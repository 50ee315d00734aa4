"""`open-pos caretaker first-start`: what root does about `open-pos.toml` on the card, which is as little as possible.

The register has read, checked and applied the file, and left a note of it in its store:

    {"sha256": "…", "state": "applied", "text": ""}

`applied`: the PIN, the password of the Wi-Fi and the code of the server are taken out of the file, and what was written
beside it about an earlier one is removed. `refused`: `text` is written beside it, as `open-pos-errors.txt`. Nothing is
done where another file lies there by now, and nothing of what the file says is done here. The partition is writable
only meanwhile. What lay on the card once may still be found by somebody who reads the card itself, block by block.
"""

import argparse
import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

FILE: Final = Path("/boot/open-pos/open-pos.toml")
NOTE: Final = Path("/var/lib/open-pos/first-start.json")
ERRORS: Final = "open-pos-errors.txt"
MOST_BYTES: Final = 256 * 1024
MOST_TEXT: Final = 64 * 1024
SECRETS: Final = (("owner", "pin"), ("network", "password"), ("server", "code"))
GONE: Final = (
    b"# open-pos.toml was applied, and taken away because a secret in it could not be taken out.\n"
)
_MOUNT_S: Final = 20
_WRONG: Final = 1


def main(arguments: Sequence[str]) -> int:
    """Do what the note says; the exit code: 0 done, or there was nothing to be done, 1 it could not be done."""
    parser = argparse.ArgumentParser(prog="open-pos caretaker first-start")
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--note", type=Path, default=NOTE)
    chosen = parser.parse_args(arguments)
    try:
        note = json.loads(_read(chosen.note, 2 * MOST_TEXT))
        data = _read(chosen.file, MOST_BYTES)
        state, text = str(note["state"]), str(note["text"])[:MOST_TEXT]
        is_it = hashlib.sha256(data).hexdigest() == note["sha256"]
    except FileNotFoundError:
        return 0
    except (OSError, ValueError, KeyError, TypeError) as why:
        return _fail(why)
    if not is_it:
        return 0
    try:
        if state == "applied":
            _take_secrets_out(chosen.file, data)
        elif state == "refused":
            with _writable(chosen.file.parent):
                # Notepad shows what ends its lines so.
                _replace(chosen.file.with_name(ERRORS), text.replace("\n", "\r\n").encode())
    except OSError as why:
        return _fail(why)
    return 0


def without_secrets(data: bytes) -> bytes:
    """The file with empty secrets; everything else stays byte for byte, where that can be done."""
    text = data.decode("utf-8-sig", errors="replace")
    for _, key in SECRETS:
        # A key at the begin of its line, perhaps dotted or in quotation marks.
        line = rf"(?m)^(\s*(?:[\w\"']+\s*\.\s*)?[\"']?{key}[\"']?\s*=)[^\r\n]*"
        text = re.sub(line, r'\1 ""', text)
    cleaned = text.encode()
    return cleaned if not _secrets(cleaned) else GONE


def _secrets(data: bytes) -> list[str]:
    """The secrets that the file still holds; a file that is none any more holds who knows what."""
    try:
        tables: dict[str, Any] = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        return ["?"]
    sections = ((tables.get(name), key) for name, key in SECRETS)
    return [
        str(table[key]) for table, key in sections if isinstance(table, dict) and table.get(key)
    ]


def _take_secrets_out(file: Path, data: bytes) -> None:
    cleaned = without_secrets(data)
    errors = file.with_name(ERRORS)
    if cleaned == data and not errors.exists():
        return
    with _writable(file.parent):
        if cleaned != data:
            _replace(file, cleaned)
        with contextlib.suppress(FileNotFoundError):
            errors.unlink()


def _read(file: Path, most: int) -> bytes:
    """A file of at most so many bytes, which is no link: the note's folder is not root's."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as handle:
        data = handle.read(most + 1)
    if len(data) > most:
        message = f"{file}: more than {most} bytes"
        raise ValueError(message)
    return data


def _replace(file: Path, data: bytes) -> None:
    """The new file or the old one, whenever the power goes."""
    beside = file.with_name(f"{file.name}.new")
    with beside.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """The partition, writable for a moment if it was not."""
    was_read_only = bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    if was_read_only:
        _mount("rw", folder)
    try:
        yield
    finally:
        if was_read_only:
            _mount("ro", folder)


def _mount(how: str, folder: Path) -> None:
    command = ("mount", "-o", f"remount,{how}", str(folder))
    done = subprocess.run(command, capture_output=True, timeout=_MOUNT_S, check=False)
    if done.returncode:
        raise OSError(done.stderr.decode(errors="replace").strip())


def _fail(why: object) -> int:
    sys.stderr.write(f"first-start: {why}\n")
    return _WRONG
