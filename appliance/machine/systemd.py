"""Units of systemd: started, stopped and named. `systemctl` is asked, and never for longer than some seconds."""

from typing import Final

from appliance.machine import programs
from appliance.problems import Refusal

ASK_S: Final = 15.0
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.")


class MachineRefused(Refusal):
    """The machine did not do it: `what` was asked, `why` is what the system said, in English and technical."""

    code = "machine_refused"


def run(*command: str, within_s: float = ASK_S) -> str:
    """Run a program and answer what it wrote. Blocks for at most `within_s`. Raises `MachineRefused`."""
    try:
        done = programs.run(command, timeout_s=within_s)
    except programs.ProgramSilent as why:
        raise MachineRefused(what=command[0], why=f"no answer within {within_s:g} s") from why
    except programs.ProgramMissing as why:
        raise MachineRefused(what=command[0], why="there is no such program") from why
    except OSError as why:
        raise MachineRefused(what=command[0], why=why.strerror or str(why)) from why
    if done.code:
        complained = done.complained.strip().splitlines()
        told = complained[-1] if complained else f"exit code {done.code}"
        raise MachineRefused(what=command[0], why=told)
    return done.said


def start(unit: str, within_s: float = ASK_S) -> None:
    """Start a unit and wait until it has started. Raises `MachineRefused`."""
    run("systemctl", "start", unit, within_s=within_s)


def soon(verb: str, unit: str) -> None:
    """Have a unit started or restarted (`verb`), and do not wait for it. Raises `MachineRefused`."""
    run("systemctl", verb, "--no-block", unit)


def stop(unit: str, within_s: float = ASK_S) -> None:
    """Stop a unit and wait until it has ended. Raises `MachineRefused`."""
    run("systemctl", "stop", unit, within_s=within_s)


def escaped_path(path: str) -> str:
    """A path as the instance of a unit, as `systemd-escape --path` writes it; `%f` in the unit is the path again."""
    parts = [part for part in path.split("/") if part and part != "."]
    return _escaped("/".join(parts)) if parts else "-"


def _escaped(text: str) -> str:
    written = []
    for place, byte in enumerate(text.encode()):
        sign = chr(byte)
        if sign == "/":
            written.append("-")
        elif sign in _PLAIN and not (sign == "." and place == 0):
            written.append(sign)
        else:
            written.append(f"\\x{byte:02x}")
    return "".join(written)
