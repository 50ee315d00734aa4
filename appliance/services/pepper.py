"""The shop's keys for PINs and badges: a ring of them, in a file that is not part of the journal.

    pepper.key    one or more keys of 32 bytes, one after another; readable by its owner only

Each register that was set up alone has a key of its own. When registers and the LAN server meet they exchange what the
other lacks, and the server's first key becomes the first one everywhere: new PINs are hashed with the first, and what
was hashed with any of them still fits. No key is ever taken off a ring, since nobody knows what was hashed with it.
"""

import hashlib
import hmac
import secrets
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from appliance import whole_file
from appliance.problems import Refusal
from appliance.store.database import StoreReadOnly

KEY_BYTES: Final = 32
MOST_KEYS: Final = 64
"""More registers than any shop pairs; each key more costs a wrong PIN some tens of milliseconds."""

MOST_OF_ONE: Final = 4
"""So many keys the server takes of one device while it runs: its own, and those of servers it was paired with before.

Devices of an older shop with more of them bring four each, until all are there. A ring that one device could fill would
keep out every other, and make each wrong PIN take seconds.
"""

FILE: Final = "pepper.key"


class NotAPepper(Refusal):
    """A key for PINs has 32 bytes, and a ring at most `most` of them."""

    code = "not_a_pepper"


class Ring:
    """Keys, the first of which is for new hashes. Any thread."""

    def __init__(self, keys: Iterable[bytes], file: Path | None = None) -> None:
        """A ring that is kept in `file`, or in memory only; `keys` stand in it already."""
        self._keys = tuple(keys)
        self._file = file
        self._joining = threading.Lock()
        self._given: Counter[str] = Counter()

    @property
    def keys(self) -> tuple[bytes, ...]:
        """All keys, the one for new hashes first."""
        return self._keys

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """What names each key without telling it, in the order of the ring."""
        return tuple(fingerprint(key) for key in self._keys)

    def follow(self, first: Iterable[bytes]) -> bool:
        """Put another ring's keys before one's own, as registers do with the server's. True if that changed anything.

        On the disk when it returns. Raises `NotAPepper` and `StoreReadOnly`; then nothing has changed.
        """
        with self._joining:
            return self._become((*first, *self._keys))

    def learn(self, more: Iterable[bytes]) -> bool:
        """Put keys that are lacking behind one's own, as the server does with a register's; else as `follow`."""
        with self._joining:
            return self._become((*self._keys, *more))

    def learn_from(self, device: str, more: Iterable[bytes]) -> bool:
        """The same of one device, as many of the first ones as it may give (`MOST_OF_ONE`) and as there is room for."""
        with self._joining:
            lacking = [key for key in dict.fromkeys(more) if key not in self._keys]
            room = min(MOST_OF_ONE - self._given[device], MOST_KEYS - len(self._keys))
            taken = lacking[: max(0, room)]
            has_changed = self._become((*self._keys, *taken))
            self._given[device] += len(taken)
            return has_changed

    def _become(self, keys: Iterable[bytes]) -> bool:
        merged = tuple(dict.fromkeys(keys))
        if merged == self._keys:
            return False
        if len(merged) > MOST_KEYS or any(len(key) != KEY_BYTES for key in merged):
            raise NotAPepper(most=MOST_KEYS)
        if self._file is not None:
            _write(self._file, b"".join(merged))
        self._keys = merged
        return True


def of_store(folder: Path) -> Ring:
    """The ring of a store; a key is made at the first use. Raises `StoreReadOnly`.

    The first key is whole on the disk before anything is hashed with it.
    """
    path = folder / FILE
    try:
        held = path.read_bytes() if path.exists() else b""
    except OSError as why:
        raise StoreReadOnly(path=str(path), why=why.strerror or "") from why
    keys = [held[at : at + KEY_BYTES] for at in range(0, len(held), KEY_BYTES)]
    whole = [key for key in keys if len(key) == KEY_BYTES]
    if not whole:
        whole = [secrets.token_bytes(KEY_BYTES)]
        _write(path, whole[0])
    return Ring(whole, path)


def fingerprint(key: bytes) -> str:
    """16 hex digits that name a key."""
    return hmac.new(key, b"open-pos pepper", hashlib.sha256).hexdigest()[:16]


def to_hex(keys: Iterable[bytes]) -> tuple[str, ...]:
    """Keys as they cross the network."""
    return tuple(key.hex() for key in keys)


def from_hex(keys: Iterable[str]) -> tuple[bytes, ...]:
    """The keys that came. Raises `NotAPepper`."""
    try:
        found = tuple(bytes.fromhex(key) for key in keys)
    except ValueError as why:
        raise NotAPepper(most=MOST_KEYS) from why
    if len(found) > MOST_KEYS or any(len(key) != KEY_BYTES for key in found):
        raise NotAPepper(most=MOST_KEYS)
    return found


def _write(path: Path, data: bytes) -> None:
    try:
        whole_file.write(path, data, whole_file.FOR_ITS_OWNER)
    except OSError as why:
        raise StoreReadOnly(path=str(path), why=why.strerror or "") from why
