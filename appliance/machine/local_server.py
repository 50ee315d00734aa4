"""This machine as the LAN server, too: set up, started, and the invitation by which its own register joins it.

The register writes `server.toml`, which is what the unit of the server waits for, and starts it. The server belongs to
a user of its own; one more unit runs as that user and leaves an invitation where the register may read it:

    {"qr": "OPOS1/127.0.0.1/8443/…", "url": "https://192.168.1.20:8443/", "code": "ABCD-EFGH-JKLM"}

`qr` pairs this register, `url` and `code` are for whoever opens the back office for the first time.
"""

import time
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import msgspec

from appliance import whole_file
from appliance.machine.programs import run
from appliance.problems import Refusal

CONFIG: Final = Path("/etc/open-pos/server.toml")
INVITATION: Final = Path("/run/open-pos-server-invite/invitation.json")
SERVER: Final = "open-pos-server.service"
INVITE: Final = "open-pos-server-invite.service"
START_S: Final = 90.0
INVITE_S: Final = 40.0
TRIES: Final = 5
PAUSE_S: Final = 2.0
TEXT: Final = """# This machine is the LAN server too. Written by the register; see "open-pos server --help".
[server]
"""


class ServerNotStarted(Refusal):
    """The server of this machine could not be started: `why`."""

    code = "server_not_started"


class Invitation(msgspec.Struct, frozen=True):
    """How to join: a pairing code for registers, and the address and the code for the first sign-in in a browser."""

    qr: str = ""
    url: str = ""
    code: str = ""

    def __repr__(self) -> str:
        """Without what is secret."""
        return f"Invitation(url={self.url!r})"


class LocalServer(Protocol):
    """The server on this machine."""

    def begin(self) -> Invitation:
        """Set it up, start it, and have it invite. Blocks for a minute or two at most. Raises `ServerNotStarted`."""
        ...


class _Files(NamedTuple):
    config: Path
    invitation: Path


class SystemServer:
    """The real one."""

    def __init__(
        self, config: Path = CONFIG, invitation: Path = INVITATION, pause_s: float = PAUSE_S
    ) -> None:
        """`config` is written unless it is there; `pause_s` is between two questions for an invitation."""
        self._files = _Files(config, invitation)
        self._pause_s = pause_s

    def begin(self) -> Invitation:
        """See `LocalServer`."""
        config, invitation = self._files
        try:
            if not config.exists():
                whole_file.write(config, TEXT.encode())
        except OSError as why:
            raise ServerNotStarted(why=str(why)) from why
        self._start(SERVER, START_S)
        for left in reversed(range(TRIES)):
            try:
                self._start(INVITE, INVITE_S)
                return msgspec.json.decode(invitation.read_bytes(), type=Invitation)
            except (ServerNotStarted, OSError, msgspec.DecodeError) as why:
                # It may need a moment until it answers.
                if not left:
                    raise ServerNotStarted(why=str(why)) from why
                time.sleep(self._pause_s)
        raise AssertionError

    @staticmethod
    def _start(unit: str, timeout_s: float) -> None:
        done = run(("systemctl", "--no-ask-password", "start", unit), timeout_s=timeout_s)
        if done.code:
            lines = done.complained.strip().splitlines()
            raise ServerNotStarted(why=lines[-1] if lines else str(done.code))


class SimulatedServer:
    """The twin: invites to a back office that is not there, and to no pairing."""

    def begin(self) -> Invitation:
        """See `LocalServer`."""
        return Invitation("", "https://192.0.2.20:8443/", "ABCD-EFGH-JKLM")
