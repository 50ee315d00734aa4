"""The card's FAT partition, on which an installer may have put `open-pos.toml`.

The register reads the file and may change nothing there. What became of it the register writes down in its own folder
(`first-start.json`), and has a unit of root (`open-pos-first-start.service`) take the secrets out of the file, or write
beside it what is wrong. Root believes nothing of that note but these four things: which file it was (by its hash),
whether it was applied, and the text for whoever put it there.
"""

import json
from pathlib import Path
from typing import Final, Literal, Protocol

from appliance import whole_file
from appliance.machine.programs import run
from appliance.problems import Refusal

NOTE: Final = "first-start.json"
UNIT: Final = "open-pos-first-start.service"
PATIENCE_S: Final = 30.0


class CardTrouble(Refusal):
    """The card could not be written: `why`."""

    code = "card_trouble"


class CardKeeper(Protocol):
    """Has the card's file seen to. Blocks for some seconds at most."""

    def tell(self, digest: str, state: Literal["applied", "refused"], text: str) -> None:
        """What became of the file with this SHA-256. Raises `CardTrouble`, and what running a program raises."""
        ...


class SystemCardKeeper:
    """The real one."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the store's, which is the register's own."""
        self._folder = folder

    def tell(self, digest: str, state: Literal["applied", "refused"], text: str) -> None:
        """See `CardKeeper`."""
        note = {"sha256": digest, "state": state, "text": text}
        try:
            whole_file.write(self._folder / NOTE, json.dumps(note).encode())
        except OSError as why:
            raise CardTrouble(why=str(why)) from why
        done = run(("systemctl", "--no-ask-password", "start", UNIT), timeout_s=PATIENCE_S)
        if done.code:
            lines = done.complained.strip().splitlines()
            raise CardTrouble(why=lines[-1] if lines else str(done.code))


class SimulatedCardKeeper:
    """The twin: remembers what it was told."""

    def __init__(self) -> None:
        """Nothing was told."""
        self.told: list[tuple[str, str, str]] = []

    def tell(self, digest: str, state: Literal["applied", "refused"], text: str) -> None:
        """See `CardKeeper`."""
        self.told.append((digest, state, text))
