"""`open-pos caretaker health`: after a restart into a new system, is the till well?

A new system runs for a trial first (`slot`). It is kept when the till has answered for a minute without being started
anew. When it has not within five minutes, or the rescue screen had to come, the machine restarts, and the old system is
there again; it says what happened. A till that is still starting for the first time makes its tables anew, which takes
minutes in an old shop: the service manager ends a start that does not get on, and here it may take its time.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

from appliance.caretaker import status
from appliance.caretaker.slot import NotThisCard, Slots

WELL_FOR_S: Final = 60
PATIENCE_S: Final = 300
LONGEST_S: Final = 3600
"""For a till that is still starting, and gets on."""
_STEP_S: Final = 2.0
_TILL: Final = "open-pos-register.service"
_RESCUE: Final = "open-pos-rescue.service"


def main(arguments: Sequence[str], slots: Slots | None = None) -> int:
    """Judge this start. 0 where there was nothing to judge or it was judged."""
    del arguments
    slots = slots or Slots()
    try:
        current, kept = slots.current(), slots.kept()
    except (NotThisCard, OSError) as trouble:
        sys.stderr.write(f"health: {trouble}\n")
        return 0
    if current != kept:
        return _judge(slots, current)
    told = status.last()
    version = str(told.get("version", ""))
    if slots.settle():
        status.tell("kept", version=version)
        return 0
    noted = slots.noted()
    if not noted.trial:
        _tell_again(told)
    elif noted.is_asked or told.get("state") in {"trying", "returned"}:
        _rauc("mark-bad", "other")
        _rauc("mark-active", "booted")
        why = str(told.get("why") or "update_did_not_start")
        status.tell("returned", version=version, why=why)
    else:
        # Power went before anybody restarted: it is still to be tried.
        slots.arm()
        status.tell("ready", percent=100, version=version)
    return 0


def _judge(slots: Slots, current: str) -> int:
    version = str(status.last().get("version", ""))
    status.tell("trying", version=version)
    is_well, why = wait_until_well(_shown, time.monotonic, time.sleep)
    if is_well:
        _rauc("mark-good", "booted")
        if slots.kept() == current:
            status.tell("kept", version=version)
            return 0
        why = "update_not_kept"
    status.tell("returned", version=version, why=why)
    subprocess.run(["systemctl", "reboot"], check=False, timeout=60)
    return 0


def wait_until_well(
    shown: Callable[[str], dict[str, str]],
    now_s: Callable[[], float],
    sleep: Callable[[float], None],
) -> tuple[bool, str]:
    """Whether the till is well, and else the code of why not. Blocks for up to `PATIENCE_S`, at most `LONGEST_S`.

    `shown` answers a unit's properties, `now_s` a clock that only goes on.
    """
    longest = now_s() + LONGEST_S
    until = now_s() + PATIENCE_S
    well_since, restarts = 0.0, ""
    while now_s() < min(until, longest):
        if shown(_RESCUE).get("ActiveState") in {"active", "activating"}:
            return False, "update_till_failed"
        till = shown(_TILL)
        if till.get("ActiveState") == "activating" and till.get("NRestarts") == "0":
            until = now_s() + PATIENCE_S
        if till.get("ActiveState") != "active" or till.get("NRestarts") != restarts:
            restarts = till.get("NRestarts", "")
            well_since = now_s()
        elif now_s() - well_since >= WELL_FOR_S:
            return True, ""
        sleep(_STEP_S)
    return False, "update_till_not_ready"


def _shown(unit: str) -> dict[str, str]:
    command = ["systemctl", "show", "--property=ActiveState,NRestarts", unit]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.SubprocessError):
        return {}
    return dict(line.partition("=")[::2] for line in done.stdout.splitlines())


def _rauc(verb: str, slot: str) -> None:
    try:
        subprocess.run(["rauc", "status", verb, slot], check=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as why:
        sys.stderr.write(f"health: rauc status {verb} {slot}: {why}\n")


def _tell_again(told: dict[str, object]) -> None:
    """What was told before the last restart, for a till that has not shown it yet."""
    fields = told.get("fields")
    if told.get("state") in {"kept", "returned", "failed"} and isinstance(fields, dict):
        status.tell(
            str(told["state"]),
            version=str(told.get("version", "")),
            why=str(told.get("why", "")),
            fields=fields,
        )
