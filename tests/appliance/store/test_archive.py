"""The file of a backup: anyone with age and tar opens it, and nothing that was cut off or altered passes."""

import io
import random
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrage import x25519

from appliance.store import archive, passphrase
from appliance.store.archive import (
    BackupDamaged,
    BadKey,
    KeyNeeded,
    Lock,
    NotABackup,
    Opener,
    Part,
    WrongKey,
)

KEY = x25519.Identity.generate()
FOR_KEY = Lock(recipients=(str(KEY.to_public()),))
SECRET = "three words and a herring"
WITH_KEY = Opener(key=str(KEY))


class Kept:
    """Keeps all parts that come."""

    def __init__(self) -> None:
        self.parts: dict[str, bytes] = {}
        self._name = ""

    def begin(self, name: str, _size: int) -> None:
        self._name = name
        self.parts[name] = b""

    def take(self, piece: bytes) -> None:
        self.parts[self._name] += piece

    def end(self) -> None:
        pass


def packed(path: Path, parts: dict[str, bytes], lock: Lock) -> Path:
    with path.open("wb") as out:
        archive.write(out, (Part(name, len(data), [data]) for name, data in parts.items()), lock)
    return path


def unpacked(path: Path, opener: Opener) -> dict[str, bytes]:
    kept = Kept()
    archive.read(path, opener, kept)
    return kept.parts


NAMES = st.text("aä/.-漢", min_size=1, max_size=150).map(lambda text: f"store/{text}x")


@settings(max_examples=50)
@given(parts=st.dictionaries(NAMES, st.binary(max_size=3000), max_size=6), large=st.integers(0, 3))
def test_what_was_packed_comes_out_again(parts: dict[str, bytes], large: int) -> None:
    import tempfile

    parts = parts | {"large": bytes(range(256)) * 700 * large}
    with tempfile.TemporaryDirectory() as place:
        path = packed(Path(place, "a"), parts, FOR_KEY)
        assert unpacked(path, WITH_KEY) == parts


def test_a_passphrase_opens_what_it_locked(tmp_path: Path) -> None:
    path = packed(tmp_path / "a", {"store/x": b"abc" * 100_000}, Lock(passphrase=SECRET))
    assert archive.is_for_a_passphrase(path)
    assert unpacked(path, Opener(passphrase=SECRET)) == {"store/x": b"abc" * 100_000}
    with pytest.raises(WrongKey):
        unpacked(path, Opener(passphrase=SECRET + " "))


def test_with_age_and_tar_alone_a_backup_for_a_key_is_opened(tmp_path: Path) -> None:
    path = packed(tmp_path / "a", {"store/x": b"abc", "store/" + "y" * 130: b""}, FOR_KEY)
    pyrage.decrypt_file(str(path), str(tmp_path / "a.tar"), [KEY])
    with tarfile.open(tmp_path / "a.tar") as tar:
        assert tar.getnames() == ["store/x", "store/" + "y" * 130]
        member = tar.extractfile("store/x")
        assert member is not None
        assert member.read() == b"abc"


def test_with_age_and_tar_alone_a_backup_with_a_passphrase_is_opened(tmp_path: Path) -> None:
    path = packed(tmp_path / "a", {"store/x": b"abc" * 999}, Lock(passphrase=SECRET))
    with tarfile.open(path) as outer:
        found = {one.name: outer.extractfile(one) for one in outer}
        key_age, shop_age = found["key.age"], found["shop.age"]
        assert key_age is not None
        assert shop_age is not None
        key = pyrage.passphrase.decrypt(key_age.read(), SECRET).decode()
        plain = pyrage.decrypt(shop_age.read(), [x25519.Identity.from_str(key)])
    with tarfile.open(fileobj=io.BytesIO(plain)) as inner:
        assert inner.getnames() == ["store/x"]


@pytest.mark.parametrize("said", ["", "a", "pässword ✓", "x" * 1000])
def test_another_program_for_age_opens_what_we_seal(said: str) -> None:
    assert pyrage.passphrase.decrypt(passphrase.seal(b"the key", said), said) == b"the key"
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(passphrase.seal(b"the key", said), said + "x")


def test_a_key_may_be_typed_in_small_letters_and_have_comments(tmp_path: Path) -> None:
    path = packed(tmp_path / "a", {"x": b"1"}, FOR_KEY)
    assert unpacked(path, Opener(key=f"# mine\n\n  {str(KEY).lower()} \n")) == {"x": b"1"}


def test_a_key_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    path = packed(tmp_path / "a", {"x": b"1"}, FOR_KEY)
    for text in ("", "# only a comment", "AGE-SECRET-KEY-1XN9", str(KEY.to_public())):
        with pytest.raises(BadKey if text else KeyNeeded):
            unpacked(path, Opener(key=text))
    with pytest.raises(BadKey):
        packed(tmp_path / "b", {}, Lock(recipients=("age1nobody",)))


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    path = packed(tmp_path / "a", {"x": b"1"}, FOR_KEY)
    with pytest.raises(WrongKey):
        unpacked(path, Opener(key=str(x25519.Identity.generate())))


@pytest.mark.parametrize("lock", [FOR_KEY, Lock(passphrase=SECRET)], ids=["key", "passphrase"])
def test_cut_off_anywhere_it_is_refused(tmp_path: Path, lock: Lock) -> None:
    parts = {"store/a": random.Random(1).randbytes(200_000), "store/b": b"b"}
    whole = packed(tmp_path / "a", parts, lock).read_bytes()
    # The last blocks of the outer tar file hold nothing.
    content = len(whole) - (2048 if lock.passphrase else 0)
    chance = random.Random(2)
    lengths = {
        0,
        1,
        100,
        511,
        512,
        600,
        1024,
        content - 1,
        *(chance.randrange(content) for _ in range(25)),
    }
    for length in sorted(lengths):
        (tmp_path / "cut").write_bytes(whole[:length])
        with pytest.raises((BackupDamaged, NotABackup, WrongKey)):
            unpacked(tmp_path / "cut", WITH_KEY if lock is FOR_KEY else Opener(passphrase=SECRET))


@pytest.mark.parametrize("lock", [FOR_KEY, Lock(passphrase=SECRET)], ids=["key", "passphrase"])
def test_altered_anywhere_it_is_refused_or_says_the_same(tmp_path: Path, lock: Lock) -> None:
    """Only bytes that mean nothing (padding, times in the outer tar file) may change."""
    parts = {"store/a": random.Random(1).randbytes(200_000), "store/b": b"b"}
    whole = packed(tmp_path / "a", parts, lock).read_bytes()
    chance = random.Random(3)
    refused = 0
    for _ in range(40):
        place = chance.choice([chance.randrange(600), chance.randrange(len(whole))])
        altered = bytearray(whole)
        altered[place] ^= 1 << chance.randrange(8)
        (tmp_path / "altered").write_bytes(altered)
        try:
            found = unpacked(
                tmp_path / "altered", WITH_KEY if lock is FOR_KEY else Opener(passphrase=SECRET)
            )
        except (BackupDamaged, NotABackup, WrongKey):
            refused += 1
        else:
            assert found == parts
            assert lock.passphrase
    assert refused > 20


def test_what_goes_wrong_while_it_is_written_comes_out_as_it_is(tmp_path: Path) -> None:
    def broken(why: BaseException) -> Iterable[bytes]:
        yield b"1"
        raise why

    for why in (KeyboardInterrupt(), OSError(28, "No space left on device"), WrongKey(path="x")):
        with (tmp_path / "a").open("wb") as out, pytest.raises(type(why)) as raised:
            archive.write(out, [Part("x", 10, broken(why))], FOR_KEY)
        assert raised.value is why


def test_a_file_that_changes_while_it_is_packed_is_no_backup(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as out, pytest.raises(OSError, match="changed while"):
        archive.write(out, [Part("x", 10, [b"12345"])], FOR_KEY)


def test_memory_does_not_grow_with_the_file() -> None:
    """The pieces are made as they are wanted: never more than a few of them exist."""
    made = taken = 0

    def pieces() -> Iterator[bytes]:
        nonlocal made
        for _ in range(2000):
            made += 1
            yield bytes(1 << 15)

    class Out(io.BytesIO):
        def write(self, data: object) -> int:
            nonlocal taken
            taken += len(data)  # type: ignore[arg-type]
            assert made * (1 << 15) - taken < 1 << 19
            return len(data)  # type: ignore[arg-type]

    archive.write(Out(), [Part("x", 2000 << 15, pieces())], FOR_KEY)
    assert taken > 2000 << 15
