"""Programs of the system that are not here, played by a script that notes how it was called."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Play = Callable[..., None]


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that comes first on PATH; what was called stands in its file `calls`."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "calls").touch()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


@pytest.fixture
def play(called: Path) -> Play:
    """A program of this name that answers so."""

    def made(name: str, out: str = "", err: str = "", code: int = 0) -> None:
        (called / f"{name}.out").write_text(out)
        (called / f"{name}.err").write_text(err)
        program = called / name
        program.write_text(
            "#!/bin/sh\n"
            f'echo "{name} $*" >> {called}/calls\n'
            f"cat {called}/{name}.out\n"
            f"cat {called}/{name}.err >&2\n"
            f"exit {code}\n"
        )
        program.chmod(0o755)

    return made


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text().splitlines()
