"""`open-pos caretaker wifi-country`: tell the kernel in which country the Wi-Fi is, so that it uses what is allowed.

The register writes two letters into `/etc/open-pos/wifi-country`; this reads them and nothing else. Until a country is
known, the Wi-Fi of a Raspberry Pi is switched off (rfkill).
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from appliance.caretaker.first_start import _read

FILE: Final = Path("/etc/open-pos/wifi-country")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_TIMEOUT_S: Final = 15
_WRONG: Final = 1


def main(arguments: Sequence[str]) -> int:
    """0 where the kernel knows the country, or none was chosen yet."""
    parser = argparse.ArgumentParser(prog="open-pos caretaker wifi-country")
    parser.add_argument("--file", type=Path, default=FILE)
    file: Path = parser.parse_args(arguments).file
    try:
        country = _read(file, 16).decode("ascii", errors="replace").strip()
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as why:
        sys.stderr.write(f"wifi-country: {why}\n")
        return _WRONG
    if not _COUNTRY.fullmatch(country):
        sys.stderr.write(f"wifi-country: {country!r} is no country\n")
        return _WRONG
    wrong = 0
    for command in (("iw", "reg", "set", country), ("rfkill", "unblock", "wlan")):
        try:
            done = subprocess.run(command, timeout=_TIMEOUT_S, check=False)
            wrong = wrong or done.returncode
        except (OSError, subprocess.TimeoutExpired) as why:
            sys.stderr.write(f"wifi-country: {why}\n")
            wrong = _WRONG
    return wrong
