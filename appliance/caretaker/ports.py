"""`open-pos caretaker ports open|close FILE`: the firewall lets the LAN server's port in, while the server runs.

The firewall of the image (`nftables.conf`) drops what comes in, but for the ports of its set `inet open_pos tcp_open`.
`FILE` is the server's configuration, which names the port. A machine without that firewall has nothing to open.
"""

import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

DEFAULT_PORT: Final = 8443
"""As `appliance.config.ServerConfig` has it."""

SET: Final = ("inet", "open_pos", "tcp_open")
_HIGHEST: Final = 65_535
_TIMEOUT_S: Final = 20
_DO: Final = {"open": "add", "close": "delete"}


def main(arguments: Sequence[str]) -> int:
    """Open or close the port that the file names. 0 where there is no firewall of ours."""
    match arguments:
        case [("open" | "close") as do, file]:
            return change(do, port_of(Path(file)))
        case _:
            sys.stderr.write("open-pos caretaker ports open|close FILE\n")
            return 64


def port_of(file: Path) -> int:
    """The port in a server's configuration; the usual one where it names none that could be."""
    try:
        server = tomllib.loads(file.read_text(encoding="utf-8")).get("server", {})
        port = server.get("port", DEFAULT_PORT)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError):
        return DEFAULT_PORT
    return port if isinstance(port, int) and 0 < port <= _HIGHEST else DEFAULT_PORT


def change(do: str, port: int) -> int:
    """Let a port in (`open`) or not any more (`close`). 0 where that is so, and where no firewall of ours is there."""
    try:
        table = _nft("list", "set", *SET)
        if table.returncode != 0:
            return 0
        is_open = str(port) in table.stdout.replace(",", " ").replace("}", " ").split()
        if is_open == (do == "open"):
            return 0
        changed = _nft(_DO[do], "element", *SET, f"{{ {port} }}")
    except FileNotFoundError:
        return 0
    except (OSError, subprocess.TimeoutExpired) as why:
        sys.stderr.write(f"the firewall did not answer: {why}\n")
        return 1
    sys.stderr.write(changed.stderr)
    return changed.returncode


def _nft(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["nft", *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
    )
