"""Running a program of the system: with a time limit, in plain English, and never through a shell."""

import os
import subprocess
from collections.abc import Sequence
from typing import NamedTuple

from appliance.problems import Refusal


class ProgramMissing(Refusal):
    """The system has no such program: `program`."""

    code = "program_missing"


class ProgramSilent(Refusal):
    """The program did not come to an end within its time: `program`."""

    code = "program_silent"


class Ran(NamedTuple):
    """What became of it. `code` 0 is good; `said` and `complained` are its two outputs."""

    code: int
    said: str
    complained: str


def run(words: Sequence[str], *, timeout_s: float, secret: str = "") -> Ran:
    """Run it; blocks at most `timeout_s`. `secret` is given on its standard input, where nobody else sees it.

    Raises `ProgramMissing`, `ProgramSilent`.
    """
    # Its messages are looked at, so they must be the ones that we know.
    plain = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours, and no shell reads them
            list(words),
            input=secret.encode(),
            capture_output=True,
            timeout=timeout_s,
            env=plain,
            check=False,
        )
    except (FileNotFoundError, PermissionError) as why:
        raise ProgramMissing(program=words[0]) from why
    except subprocess.TimeoutExpired as why:
        raise ProgramSilent(program=words[0], seconds=round(timeout_s)) from why
    said, complained = (
        part.decode("utf-8", errors="replace") for part in (done.stdout, done.stderr)
    )
    return Ran(done.returncode, said, complained)
