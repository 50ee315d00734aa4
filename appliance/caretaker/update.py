"""`open-pos caretaker update FILE`: a new system from a signed bundle, for the half of the card that does not run.

RAUC checks the signature and writes; this tells the till how far it is and, in plain words' codes, what went wrong
(`update.json`, see `status`). Interrupted at any moment, the system that runs is as it was.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from appliance.caretaker import status

_PERCENT: Final = re.compile(r"^\s*(\d{1,3})%")
_LAST: Final = "LastError:"
_TROUBLES: Final = (
    ("signature verification failed", "update_not_ours"),
    ("Failed to verify signature", "update_not_ours"),
    ("Compatible mismatch", "update_for_another_machine"),
    ("No space left", "update_no_room"),
    ("Slot image is larger", "update_no_room"),
    ("Input/output error", "update_unreadable"),
    ("No such file or directory", "update_unreadable"),
    ("Invalid", "update_damaged"),
    ("signature", "update_damaged"),
)
"""What RAUC says, and the code for it; the first that fits."""
_TIMEOUT_S: Final = 3000


def main(arguments: Sequence[str], tell: Callable[..., None] = status.tell) -> int:
    """Install a bundle. 0 where it lies ready for the next restart."""
    if len(arguments) != 1:
        sys.stderr.write("update: FILE\n")
        return 64
    bundle = Path(arguments[0])
    if not bundle.is_file():
        tell("failed", why="update_unreadable", fields={"file": bundle.name})
        return 1
    version = version_of(bundle)
    tell("installing", version=version)
    said: list[str] = []
    command = ["rauc", "install", str(bundle)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as rauc:
        assert rauc.stdout is not None
        last = 0
        for line in rauc.stdout:
            print(line, end="", flush=True)
            said.append(line.strip())
            found = _PERCENT.match(line)
            # RAUC counts the checks too; it goes backwards for none of its steps.
            if found and int(found[1]) != last:
                last = int(found[1])
                tell("installing", percent=min(last, 99), version=version)
        code = rauc.wait(_TIMEOUT_S)
    if code:
        why, fields = trouble_of(said, bundle)
        tell("failed", version=version, why=why, fields=fields)
        return 1
    tell("ready", percent=100, version=version)
    return 0


def version_of(bundle: Path) -> str:
    """What the bundle calls itself; empty where that cannot be read (installing says why)."""
    command = ["rauc", "info", "--output-format=json", str(bundle)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
        told: Mapping[str, str] = json.loads(done.stdout)
        return str(told.get("version") or "")
    except (OSError, subprocess.SubprocessError, ValueError):
        return ""


def trouble_of(said: Sequence[str], bundle: Path) -> tuple[str, dict[str, str]]:
    """Of what RAUC said: the code of the trouble, and what belongs into its sentence."""
    last = next((line for line in said if line.startswith(_LAST)), said[-1] if said else "")
    for words, code in _TROUBLES:
        if words in last:
            return code, {"file": bundle.name}
    return "update_failed", {"file": bundle.name, "said": last.removeprefix(_LAST).strip()}
