"""`open-pos caretaker support open [--minutes N | --wish FILE]` and `close`: somebody is let in to help, for a while.

Nobody can log in to a register. Whoever stands at it may open it (`open-pos-support.service`): the user `support` gets
a password that is good once, the firewall lets port 22 in, and `support.json` tells the screen what to read out:

    {"until_ms": 1764500000000, "user": "support", "password": "tafu-keno-8362", "addresses": ["192.168.1.20"]}

Closing locks the password, ends the sessions and shuts the port; each is tried though another one fails. The sshd that
runs meanwhile is a unit of its own, whose settings are `support-sshd.conf`; its keys stay on the data partition, so
that whoever helps sees the same machine again.
"""

import argparse
import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from appliance import caretaker
from appliance.caretaker.first_start import _read

USER: Final = "support"
STATE: Final = "support.json"
PORT: Final = 22
HOST_KEY: Final = Path("/data/system/ssh/ssh_host_ed25519_key")
USUAL_MIN: Final = 60
LONGEST_MIN: Final = 12 * 60
"""A little shorter than `open-pos-support-sshd.service` runs at most."""
UNIT: Final = "open-pos-support.service"
TIMER: Final = "open-pos-support-end"
"""Closes the access when its time is over."""

_CONSONANTS: Final = "bdfghkmnprstvz"
_VOWELS: Final = "aeiou"
_DIGITS: Final = "23456789"
_READER: Final = "open-pos"
"""The group whose members may read the password: the till's user."""
_TIMEOUT_S: Final = 20

Say = Callable[[str], None]


class NotDone(Exception):
    """A program of the system refused: what it was to do, and what it said."""


def main(arguments: Sequence[str]) -> int:
    """Open or close the access. 0 where that was done wholly."""
    parser = argparse.ArgumentParser(prog="open-pos caretaker support")
    verbs = parser.add_subparsers(dest="do", required=True)
    opens = verbs.add_parser("open")
    opens.add_argument("--minutes", type=_minutes, default=USUAL_MIN)
    opens.add_argument("--wish", type=Path, help="a file in which a number of hours stands")
    closes = verbs.add_parser("close")
    for one in (opens, closes):
        one.add_argument("--run", type=Path, default=caretaker.RUN, help=argparse.SUPPRESS)
        one.add_argument("--host-key", type=Path, default=HOST_KEY, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.do == "close":
        return close(chosen.run)
    try:
        minutes = chosen.minutes if chosen.wish is None else wished(chosen.wish)
        open_for(minutes, chosen.run, chosen.host_key)
    except (NotDone, OSError) as why:
        _say(f"support access was not opened: {why}")
        close(chosen.run)
        return 1
    return 0


def wished(file: Path) -> int:
    """For how many minutes somebody at the till wants it; the usual time where that cannot be read or is too long."""
    try:
        # The till writes it: it may be a link, a pipe, or without an end.
        hours = int(_read(file, 8))
    except (OSError, ValueError):
        return USUAL_MIN
    return hours * 60 if 1 <= hours <= LONGEST_MIN // 60 else USUAL_MIN


def open_for(minutes: int, run: Path, host_key: Path) -> None:
    """Let `support` in, with a new password. Raises `NotDone` or `OSError`, and may then be half open: close it."""
    password = make_password()
    if not host_key.exists():
        host_key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "open-pos", "-f", str(host_key)])
    with contextlib.suppress(NotDone):
        # Of an access before, if there is one.
        _run(["systemctl", "stop", f"{TIMER}.timer"])
    closes = ["systemctl", "--no-block", "stop", UNIT]
    _run(["systemd-run", "--quiet", f"--unit={TIMER}", f"--on-active={minutes}min", *closes])
    _run(["chpasswd"], given=f"{USER}:{password}\n")
    _run(["nft", "add", "element", "inet", "open_pos", "tcp_open", f"{{ {PORT} }}"])
    told = {
        "until_ms": time.time_ns() // 1_000_000 + minutes * 60_000,
        "user": USER,
        "password": password,
        "addresses": addresses(),
    }
    write_secret(run / STATE, json.dumps(told, ensure_ascii=False))


def close(run: Path) -> int:
    """Nobody is let in any more. 0 where all of it was done; what fails is said, and the rest is done all the same."""
    (run / STATE).unlink(missing_ok=True)
    failed = 0
    for command in (
        ["usermod", "--lock", USER],
        ["nft", "delete", "element", "inet", "open_pos", "tcp_open", f"{{ {PORT} }}"],
        ["loginctl", "terminate-user", USER],
        ["systemctl", "stop", f"{TIMER}.timer"],
    ):
        try:
            _run(command)
        except (NotDone, OSError) as why:
            # Nobody was logged in, or the port was shut already: so it is as it should be.
            if not _is_harmless(command, str(why)):
                _say(f"closing support access: {why}")
                failed = 1
    return failed


def make_password() -> str:
    """One that can be read out on the phone: two words that can be said, four digits, none that looks like another.

    14 * 5 * 14 * 5 possibilities a word, 8^4 for the digits: 36 bits, for an hour, with three tries a connection.
    """
    words = [
        "".join(secrets.choice(letters) for letters in (_CONSONANTS, _VOWELS) * 2) for _ in range(2)
    ]
    return "-".join([*words, "".join(secrets.choice(_DIGITS) for _ in range(4))])


def addresses() -> list[str]:
    """Where the machine is found on its networks, those of IPv4 first; none where nobody can say."""
    try:
        said = _run(["ip", "-json", "address", "show", "scope", "global", "up"])
        links = json.loads(said or "[]")
        found = [
            (one["family"] != "inet", str(one["local"]))
            for link in links
            for one in link.get("addr_info", [])
            # iproute2 leaves an empty place for each address that was not asked for.
            if one
        ]
    except (NotDone, OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    return [address for _, address in sorted(found, key=lambda pair: pair[0])]


def write_secret(file: Path, text: str) -> None:
    """Write for root and the till's user alone, at one stroke. Raises `OSError`."""
    file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    made = file.with_suffix(".new")
    made.unlink(missing_ok=True)
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    with contextlib.suppress(LookupError):
        # Without that group only root reads it.
        shutil.chown(made, group=_READER)
        made.chmod(0o640)
    made.rename(file)


def _minutes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST_MIN:
        message = f"expected 1 to {LONGEST_MIN}, got {text!r}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _is_harmless(command: Sequence[str], why: str) -> bool:
    return command[0] != "usermod" and any(
        word in why
        for word in ("No such file", "does not exist", "not logged in", "No user", "not loaded")
    )


def _run(command: list[str], given: str = "") -> str:
    """Run a program of the system; what it said. Raises `NotDone`; never says what it was given."""
    try:
        ended = subprocess.run(
            command, input=given, check=False, capture_output=True, text=True, timeout=_TIMEOUT_S
        )
    except FileNotFoundError as why:
        raise NotDone(f"{command[0]} is not installed") from why
    except subprocess.TimeoutExpired as why:
        raise NotDone(f"{command[0]} did not answer in {_TIMEOUT_S} s") from why
    if ended.returncode != 0:
        raise NotDone(f"{command[0]}: {ended.stderr.strip() or f'ended with {ended.returncode}'}")
    return ended.stdout


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
