"""A copy of what the server is: its authority and the shop's keys for PINs, as text that a passphrase opens.

The journal comes back from any register; this does not. With it a new machine is the same server to every register and
browser; without it all of them must be paired again. The text is an age file (https://age-encryption.org/v1, scrypt)
in ASCII, to be printed or kept on a stick. It holds JSON: the name of each file and what is in it, in base64.
"""

import base64
import secrets
import shutil
from pathlib import Path
from typing import Final

import msgspec
import pyrage

from appliance import whole_file
from appliance.lan_server.authority import FOLDER, PUT_BACK
from appliance.problems import Refusal
from appliance.services import pepper
from appliance.store.sqlite import named

LEAST_LETTERS: Final = 10
_FILES: Final = ("ca.pem", "ca.key", "sealing.key")


class PassphraseTooShort(Refusal):
    """A passphrase that protects the shop's keys has `least` letters at least."""

    code = "passphrase_too_short"


class NoRecovery(Refusal):
    """The text is no copy of a server's keys, is damaged, or the passphrase is wrong."""

    code = "no_recovery"


class AuthorityThere(Refusal):
    """In this store, `path`, a server has keys already."""

    code = "authority_there"


def sealed(store: Path, passphrase: str) -> str:
    """The keys of the server in `store`. Some seconds, on purpose. Raises `PassphraseTooShort`, `StoreTrouble`."""
    if len(passphrase) < LEAST_LETTERS:
        raise PassphraseTooShort(least=LEAST_LETTERS)
    names = [*(f"{FOLDER}/{name}" for name in _FILES), pepper.FILE]
    try:
        held = {name: base64.b64encode((store / name).read_bytes()).decode() for name in names}
    except OSError as why:
        raise (named(why, store) or why) from why
    text: bytes = pyrage.passphrase.encrypt(msgspec.json.encode(held), passphrase, armored=True)
    return text.decode()


def put_back(store: Path, text: str, passphrase: str) -> None:
    """Make the server in `store` the one whose keys these are. Some seconds, on purpose.

    Raises `NoRecovery`, `StoreTrouble`, and `AuthorityThere`: nothing is ever overwritten.
    """
    folder = store / FOLDER
    if folder.exists():
        raise AuthorityThere(path=str(store))
    try:
        opened = pyrage.passphrase.decrypt(text.strip().encode(), passphrase)
        held = msgspec.json.decode(opened, type=dict[str, str])
        files = {name: base64.b64decode(held[f"{FOLDER}/{name}"]) for name in _FILES}
        keys = base64.b64decode(held[pepper.FILE])
    except (pyrage.DecryptError, msgspec.DecodeError, ValueError, KeyError) as why:
        raise NoRecovery from why
    unfinished = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        store.mkdir(parents=True, exist_ok=True)
        unfinished.mkdir(mode=0o700)
        for name, data in files.items():
            whole_file.write(unfinished / name, data, whole_file.FOR_ITS_OWNER)
        whole_file.write(unfinished / PUT_BACK, b"", whole_file.FOR_ITS_OWNER)
        if (store / pepper.FILE).exists():
            # What was hashed with a key of this machine's own must fit all the same.
            size = pepper.KEY_BYTES
            pepper.of_store(store).follow(keys[at : at + size] for at in range(0, len(keys), size))
        else:
            whole_file.write(store / pepper.FILE, keys, whole_file.FOR_ITS_OWNER)
        unfinished.rename(folder)
        whole_file.sync_folder(store)
    except OSError as why:
        raise (named(why, store) or why) from why
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
