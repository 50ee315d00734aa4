"""A small secret that a passphrase opens, as an age file with one `scrypt` stanza.

    age-encryption.org/v1
    -> scrypt SALT 16
    BODY                       the file key, by ChaCha20-Poly1305 under scrypt(passphrase, N=2^16, r=8, p=1)
    --- MAC                    HMAC-SHA-256 of all before it
    NONCE, one chunk           the secret

Any program for age opens it (`pyrage.passphrase.decrypt`, which we use too). It is written here because pyrage chooses
N by the speed of the machine: up to 1 GB of memory here, which a small Pi does not have to open it again. With 2^16 it
takes 64 MB anywhere. https://github.com/C2SP/C2SP/blob/main/age.md
"""

import base64
import hashlib
import hmac
import os
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_LOG_N: Final = 16
_MOST_MEMORY: Final = 96 << 20
_ONLY_CHUNK: Final = bytes(11) + b"\1"
_LONGEST: Final = 1 << 16


def seal(secret: bytes, passphrase: str) -> bytes:
    """An age file that `passphrase` opens, and that holds `secret`, of at most 64 KiB. Takes 64 MB of memory."""
    assert len(secret) <= _LONGEST, len(secret)
    salt, file_key, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    wrapping = hashlib.scrypt(
        passphrase.encode(),
        salt=b"age-encryption.org/v1/scrypt" + salt,
        n=1 << _LOG_N,
        r=8,
        p=1,
        maxmem=_MOST_MEMORY,
        dklen=32,
    )
    wrapped = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    header = (
        f"age-encryption.org/v1\n-> scrypt {_text(salt)} {_LOG_N}\n{_text(wrapped)}\n---".encode()
    )
    mac = hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")
    chunk = ChaCha20Poly1305(_derived(file_key, nonce, b"payload")).encrypt(
        _ONLY_CHUNK, secret, None
    )
    return header + f" {_text(mac)}\n".encode() + nonce + chunk


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt or None, info).derive(key)


def _text(data: bytes) -> str:
    return base64.b64encode(data).rstrip(b"=").decode()
