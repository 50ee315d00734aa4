"""The machine's log, for whoever helps: what systemd's journal holds of this start and the ones before, as text."""

import subprocess
from typing import IO, Final, Protocol

from appliance.machine.systemd import MachineRefused

LINES: Final = 50_000
TAKES_S: Final = 120.0


class Log(Protocol):
    """The log of a machine."""

    def write(self, out: IO[bytes]) -> None:
        """Write its newest lines into an open file. Blocks for up to two minutes. Raises `MachineRefused`."""
        ...


class RealLog:
    """This machine's. The user needs the group `systemd-journal`, or sees only what the register itself said."""

    def write(self, out: IO[bytes]) -> None:
        """As `journalctl` prints it, with times in UTC."""
        command = ("journalctl", "--no-pager", "--utc", "-o", "short-iso", "-n", str(LINES))
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                timeout=TAKES_S,
            )
        except subprocess.TimeoutExpired as why:
            raise MachineRefused(what=command[0], why=f"not done within {TAKES_S:g} s") from why
        except OSError as why:
            raise MachineRefused(what=command[0], why=why.strerror or str(why)) from why
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise MachineRefused(what=command[0], why=said or f"exit code {done.returncode}")


class SimulatedLog:
    """Two lines."""

    def write(self, out: IO[bytes]) -> None:
        """Say that it is simulated."""
        out.write(b"2026-01-01T00:00:00+0000 demo open-pos[1]: this log is simulated\n")
