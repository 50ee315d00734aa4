"""The machine's own health: what the self-test, `open-pos doctor` and the status strip say of the register itself.

Everything is read from the kernel's files (under `root`, which is `/` on a register). No program is run and no
network or device node is asked, so it can be looked at all day. What cannot be read is "unknown"; nothing raises.
The sentence of a finding stands in `strings/` under `health.<code>`, and how to mend it under `health.<code>_mend`.
Each file here tells where the formats that it reads are described.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from appliance.health.board import (
    clock,
    clock_battery,
    memory,
    power,
    temperature,
    under_voltage,
)
from appliance.health.cameras import camera
from appliance.health.disks import (
    disk_number,
    disk_space,
    disk_wear,
    file_system,
    recordings_space,
)
from appliance.health.finding import CODES, LEVELS, Finding, Level
from appliance.health.machine import Machine
from appliance.health.networking import network

__all__: Final = ["CODES", "LEVELS", "Finding", "Level", "Machine", "look", "under_voltage"]


def look(
    root: Path,
    folder: Path,
    *,
    clock_ok: bool,
    warn_bytes: int,
    stop_bytes: int,
    recordings: Path | None = None,
    alone: bool = False,
    before: Iterable[Finding] = (),
) -> tuple[Finding, ...]:
    """All checks, one finding each, always in the same order. Blocks for a few milliseconds; never raises.

    `root` is `/`, `folder` holds the store, `recordings` the camera's pictures if there are any. `clock_ok` is
    `Moment.ok`; `warn_bytes` and `stop_bytes` are those of the store's `DiskLimits`. A register that is meant to
    work without a network is `alone`. `before` is what the last look found: it keeps a dip of the power in mind,
    which the kernel forgets after two seconds (`Machine` glances every second, and remembers).
    """
    found = [
        clock(clock_ok=clock_ok),
        clock_battery(root, clock_ok=clock_ok),
        power(root, before),
        temperature(root),
        memory(root),
        disk_space(folder, warn_bytes, stop_bytes),
    ]
    if recordings is not None and disk_number(recordings) != disk_number(folder):
        found.append(recordings_space(recordings, warn_bytes))
    places = (folder,) if recordings is None else (folder, recordings)
    found += [
        disk_wear(root, folder),
        file_system(root, places),
        network(root, alone=alone),
        camera(root),
    ]
    return tuple(found)
