"""What the server signed: how far it holds this register's entries, kept beside the store as evidence.

Whoever owns a card can make a whole chain of hashes anew. What the server signed they cannot: `open-pos journal verify`
compares the journal with it. One file, `mirror/sealed.json`, with the newest signature of each origin; it is written at
most once a minute, for an older one proves as much of what came before it.
"""

import time
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from appliance import whole_file
from appliance.journal.wire import Mark, sealing
from appliance.mirror.link import ServerAway
from appliance.mirror.paired import FOLDER
from appliance.store.database import StoreTrouble
from appliance.store.sqlite import named

FILE: Final = "sealed.json"
EVERY_S: Final = 60.0
_MARKS: Final = msgspec.json.Decoder(dict[str, Mark])


class Seals:
    """The signatures of one server. Used by one thread."""

    def __init__(self, store: Path, key: str) -> None:
        """`key` is the server's Ed25519 key as it was told at pairing (hex). Raises `ValueError` for what is none."""
        self._store = store
        self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        self._marks: dict[str, Mark] | None = None
        self._written_at = -EVERY_S

    def take(self, mark: Mark) -> None:
        """Check what the server answered, and keep it. Raises `ServerAway` if it is not signed by the server."""
        try:
            self._key.verify(bytes.fromhex(mark.sealed), sealing(mark))
        except (InvalidSignature, ValueError) as why:
            raise ServerAway(why="its answer is not signed as it should be") from why
        if self._marks is None:
            self._marks = read(self._store)
        self._marks[mark.origin] = mark
        if time.monotonic() - self._written_at >= EVERY_S:
            self.save()

    def save(self) -> None:
        """Write what was taken. Where the disk does not let us, what is there stays: it is older, and as true."""
        if self._marks is None:
            return
        self._written_at = time.monotonic()
        try:
            path = self._store / FOLDER / FILE
            whole_file.write(path, msgspec.json.encode(self._marks), whole_file.FOR_ITS_OWNER)
        except OSError:
            return


def read(store: Path) -> dict[str, Mark]:
    """The newest signed mark of each origin; none where nothing was kept. Raises `StoreTrouble`."""
    path = store / FOLDER / FILE
    try:
        found = whole_file.bytes_of(path)
    except OSError as why:
        raise (named(why, path) or why) from why
    try:
        return {} if found is None else _MARKS.decode(found)
    except msgspec.DecodeError as why:
        raise StoreTrouble(path=str(path), why=str(why)) from why


__all__ = ["Seals", "read"]
