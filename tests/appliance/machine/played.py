"""Programs of others, played by a script first on PATH that keeps what it was asked."""

import os
from pathlib import Path

import pytest

SCRIPT = """#!/bin/sh
printf '%s\\n' "$*" >> "{log}"
cat "{said}" 2>/dev/null
cat "{wrong}" >&2 2>/dev/null
exit $(cat "{code}" 2>/dev/null || echo 0)
"""


class Played:
    """A program: what it was asked, and what it answers from now on."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        folder.mkdir(parents=True, exist_ok=True)
        files = {part: folder / f"{name}.{part}" for part in ("log", "said", "wrong", "code")}
        program = folder / name
        program.write_text(SCRIPT.format(**files))
        program.chmod(0o755)

    @property
    def asked(self) -> list[str]:
        file = self._folder / f"{self._name}.log"
        return file.read_text().splitlines() if file.exists() else []

    def answers(self, code: int = 0, wrong: str = "", said: str = "") -> None:
        for part, text in (("code", str(code)), ("wrong", wrong), ("said", said)):
            (self._folder / f"{self._name}.{part}").write_text(text)


def play(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str = "systemctl") -> Played:
    played = Played(folder, name)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return played
