"""What the server signed is checked, kept, and compared with the journal."""

from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from appliance.__main__ import main
from appliance.journal.wire import Mark, sealing
from appliance.mirror import seals
from appliance.mirror.link import ServerAway
from appliance.mirror.paired import FOLDER
from tests.appliance.trading import open_trader, sell

KEY = Ed25519PrivateKey.generate()
TOLD = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def signed(origin: str, seq: int, head: str, key: Ed25519PrivateKey = KEY) -> Mark:
    mark = Mark(origin, seq, head)
    return msgspec.structs.replace(mark, sealed=key.sign(sealing(mark)).hex())


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / FOLDER).mkdir()
    return tmp_path


def test_a_mark_that_the_server_signed_is_kept(store: Path) -> None:
    kept = seals.Seals(store, TOLD)
    first, second = signed("K7Q2", 3, "ab"), signed("K7Q2", 5, "cd")
    kept.take(first)
    assert seals.read(store) == {"K7Q2": first}
    kept.take(second)
    assert seals.read(store) == {"K7Q2": first}, "no more than once a minute"
    kept.save()
    assert seals.read(store) == {"K7Q2": second}
    seals.Seals(store, TOLD).take(signed("M0AX", 1, "ef"))
    assert seals.read(store).keys() == {"K7Q2", "M0AX"}


@pytest.mark.parametrize("what", ["nothing", "rubbish", "another key", "another seq"])
def test_what_the_server_did_not_sign_is_no_answer(store: Path, what: str) -> None:
    right = signed("K7Q2", 3, "ab")
    wrong = {
        "nothing": msgspec.structs.replace(right, sealed=""),
        "rubbish": msgspec.structs.replace(right, sealed="xyz"),
        "another key": signed("K7Q2", 3, "ab", Ed25519PrivateKey.generate()),
        "another seq": msgspec.structs.replace(right, seq=4),
    }[what]
    kept = seals.Seals(store, TOLD)
    with pytest.raises(ServerAway):
        kept.take(wrong)
    kept.save()
    assert seals.read(store) == {}


def test_verifying_compares_the_journal_with_what_was_signed(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trader = open_trader(store)
    sell(trader, 1)
    origin = trader.shelf.origin
    seq, head = trader.book.head(origin)
    trader.shelf.close()
    kept = seals.Seals(store, TOLD)

    def verdict(mark: Mark) -> tuple[int, str]:
        kept.take(mark)
        kept.save()
        code = main(["journal", "verify", "--store", str(store)])
        return code, capsys.readouterr().out

    assert verdict(signed(origin, seq, head.hex()))[0] == 0
    code, said = verdict(signed(origin, seq, "ab" * 32))
    assert (code, f"{origin}-{seq}" in said) == (1, True)
    code, said = verdict(signed(origin, seq + 9, "ab" * 32))
    assert (code, f"up to entry {seq + 9}" in said) == (1, True)
