"""The code from the server's own console: with it the first owner is made, or an owner sets a password.

Whoever reads it runs the machine. It is twelve letters (60 bits), counts once and for one hour, and of it a hash lies
in the store's folder, in a file that only the server's user can read: so the command that makes one reaches the server
that runs, and a restart of the server does not make it worthless.
"""

import hashlib
import hmac
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from appliance import whole_file
from appliance.services.second_factor import plain_code, random_code
from appliance.store.database import StoreReadOnly

FILE: Final = "start.code"
LASTS_MS: Final = 3_600_000
_LETTERS: Final = 12


class _Kept(msgspec.Struct, frozen=True):
    hash: str
    until_ms: int


def make(folder: Path, now_ms: int) -> str:
    """A new code in the place of one that was made before. Raises `StoreReadOnly`."""
    code = random_code(_LETTERS)
    kept = _Kept(_hash(code), now_ms + LASTS_MS)
    path = folder / FILE
    try:
        whole_file.write(path, msgspec.json.encode(kept), whole_file.FOR_ITS_OWNER)
    except OSError as why:
        raise StoreReadOnly(path=str(path), why=why.strerror or "") from why
    return code


def fits(folder: Path, typed: str, now_ms: int) -> bool:
    """Whether this is the code, and it still counts."""
    try:
        kept = msgspec.json.decode((folder / FILE).read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return False
    in_time = kept.until_ms - LASTS_MS <= now_ms < kept.until_ms
    return in_time and hmac.compare_digest(kept.hash, _hash(typed))


def use_up(folder: Path, typed: str, now_ms: int) -> bool:
    """The code counts now, and never again; False where it does not. Of two at the same time one gets True."""
    if not fits(folder, typed, now_ms):
        return False
    try:
        (folder / FILE).unlink()
    except OSError:
        return False
    with suppress(OSError):
        whole_file.sync_folder(folder)
    return True


def _hash(code: str) -> str:
    return hashlib.sha256(plain_code(code).encode()).hexdigest()
