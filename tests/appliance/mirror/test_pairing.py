"""The register's half of pairing: who is believed, and what nobody who stands between hears."""

import hashlib
import ssl
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import urllib3

from appliance.clock import ScriptedClock
from appliance.journal import pairing_wire
from appliance.journal.pairing_wire import Authority as Shown
from appliance.journal.pairing_wire import NotAPairingCode, base32, qr_text, read_qr
from appliance.messages import Applicant
from appliance.mirror import paired
from appliance.mirror.https_link import HttpsLink, trusting
from appliance.mirror.link import ServerAway
from appliance.mirror.paired import PairingDamaged
from appliance.mirror.pairing import (
    BadPairingDigits,
    OtherServer,
    RefusedByServer,
    WrongPairingDigits,
    by_digits,
    by_scan,
)
from appliance.store.database import StoreTrouble
from tests.appliance.lan_server.serving import Server, serving
from tests.appliance.mirror.far_end import Authority, far_end
from tests.appliance.mirror.test_https_link import HELLO
from tests.appliance.trading import START_MS

CLOCK = ScriptedClock(START_MS)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("lan") / "server") as one:
        yield one


def applicant(origin: str = "K7Q2") -> Applicant:
    return Applicant(origin, "test", 0, "", ("cd" * 32,))


def invited(server: Server, name: str = "") -> pairing_wire.Invitation:
    return read_qr(server.offer(name)["qr"])._replace(host="127.0.0.1")


def quiet(_step: str) -> None:
    """Nobody watches."""


def test_what_a_scan_gives_is_enough_to_be_let_in(server: Server, tmp_path: Path) -> None:
    steps: list[str] = []
    made = by_scan(qr_text(invited(server, "Till 1")), applicant(), CLOCK, steps.append)
    assert steps == ["asking", "storing"]
    assert (made.name, made.place, made.since_ms) == ("Till 1", "till", START_MS)
    # The shop's ring: the server's own key first, and the register's in it.
    assert made.peppers[0] != "cd" * 32
    assert "cd" * 32 in made.peppers
    paired.write(tmp_path, made)
    kept = paired.read(tmp_path)
    assert kept == made
    link = HttpsLink(made.host, made.port, trusting(made.authority, made.certificate, made.key))
    assert link.hello(HELLO).server == made.server
    link.close()


def test_a_scan_whose_fingerprint_is_anothers_sends_no_token(
    server: Server, tmp_path: Path
) -> None:
    heard: list[str] = []
    thief = Authority(tmp_path)

    def answer(path: str, _body: bytes) -> tuple[int, bytes]:
        heard.append(path)
        return 200, msgspec.json.encode(Shown(thief.pem, "M0AX", "Corner"))

    with far_end(thief, answer) as port, pytest.raises(OtherServer):
        by_scan(qr_text(invited(server)._replace(port=port)), applicant(), CLOCK, quiet)
    assert heard == ["/pair/v1/authority"]


def test_whoever_shows_the_right_authority_without_its_key_gets_no_token(
    server: Server, tmp_path: Path
) -> None:
    heard: list[str] = []
    thief, right = Authority(tmp_path), server.ca.read_text()

    def answer(path: str, _body: bytes) -> tuple[int, bytes]:
        heard.append(path)
        return 200, msgspec.json.encode(Shown(right, "M0AX", "Corner"))

    with far_end(thief, answer) as port, pytest.raises(ServerAway):
        by_scan(qr_text(invited(server)._replace(port=port)), applicant(), CLOCK, quiet)
    assert heard == ["/pair/v1/authority"]


def test_a_second_authority_behind_the_one_that_was_hashed_is_not_believed(tmp_path: Path) -> None:
    heard: list[str] = []
    thief, right = Authority(tmp_path), shown_with_padding(tmp_path)

    def answer(path: str, _body: bytes) -> tuple[int, bytes]:
        heard.append(path)
        return 200, msgspec.json.encode(Shown(right + thief.pem, "M0AX", "Corner"))

    fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(right)).digest()
    with far_end(thief, answer) as port:
        code = pairing_wire.Invitation("127.0.0.1", port, fingerprint, base32(bytes(16)))
        with pytest.raises(ServerAway):
            by_scan(qr_text(code), applicant(), CLOCK, quiet)
    # Neither the token nor the keys for PINs were sent.
    assert heard == ["/pair/v1/authority"]


def shown_with_padding(folder: Path) -> str:
    """An authority whose base64 ends with `=`: there some Pythons stop to read, and OpenSSL does not."""
    while (
        not (text := Authority(folder, "right").pem)
        .rstrip()
        .endswith("=\n-----END CERTIFICATE-----")
    ):
        pass
    return text


def test_a_token_counts_once(server: Server) -> None:
    text = qr_text(invited(server))
    by_scan(text, applicant(), CLOCK, quiet)
    with pytest.raises(RefusedByServer) as no:
        by_scan(text, applicant("M1M1"), CLOCK, quiet)
    assert no.value.fields["why"] == "pairing_used"
    assert "Another device" in str(no.value.fields["sentence"])


@pytest.mark.parametrize(
    "text", ["", "OPOS1", "OPOS1/////", "OPOS1/h/8443/AAAA/BBBB", "OPOS1/h/0/x/y", "4006381333931"]
)
def test_what_is_no_code_asks_nobody(text: str) -> None:
    with pytest.raises(NotAPairingCode):
        by_scan(text, applicant(), CLOCK, quiet)


def test_eight_digits_let_a_register_in_and_seven_ask_nobody(server: Server) -> None:
    steps: list[str] = []
    code = server.offer("Till 3")["code"]
    with pytest.raises(BadPairingDigits):
        by_digits("127.0.0.1", server.port, code[:-1], applicant("N3N3"), CLOCK, quiet)
    made = by_digits("127.0.0.1", server.port, code, applicant("N3N3"), CLOCK, steps.append)
    assert made.name == "Till 3"
    assert steps == ["asking", "proving", "storing"]


def test_wrong_digits_are_told_with_how_many_tries_are_left_and_then_refused(
    server: Server,
) -> None:
    code = server.offer()["code"]
    wrong = f"{(int(code) + 1) % 10**8:08}"
    for left in (2, 1, 0):
        with pytest.raises(WrongPairingDigits) as no:
            by_digits("127.0.0.1", server.port, wrong, applicant("N4N4"), CLOCK, quiet)
        assert no.value.fields == {"tries_left": left}
    with pytest.raises(RefusedByServer) as spent:
        by_digits("127.0.0.1", server.port, code, applicant("N4N4"), CLOCK, quiet)
    assert spent.value.fields["why"] == "pairing_code_spent"


def test_whoever_relays_the_typed_way_with_an_authority_of_their_own_is_found_out(
    server: Server, tmp_path: Path
) -> None:
    heard: list[str] = []
    thief = Authority(tmp_path)
    code = server.offer()["code"]
    real = urllib3.HTTPSConnectionPool(
        "127.0.0.1", server.port, ca_certs=str(server.ca),
        server_hostname=pairing_wire.SERVER_NAME, assert_hostname=pairing_wire.SERVER_NAME,
    )  # fmt: skip

    def relay(path: str, body: bytes) -> tuple[int, bytes]:
        heard.append(path)
        if path == "/pair/v1/authority":
            return 200, msgspec.json.encode(Shown(thief.pem, "M0AX", "Corner"))
        answered = real.request("POST", path, body=body)
        return answered.status, answered.data

    with far_end(thief, relay) as port, pytest.raises(WrongPairingDigits):
        by_digits("127.0.0.1", port, code, applicant("N5N5"), CLOCK, quiet)
    real.close()
    # No certificate was asked for, and none of the keys for PINs was sent.
    assert heard == ["/pair/v1/authority", "/pair/v1/begin"]


def test_an_authority_that_is_no_certificate_is_refused(tmp_path: Path, server: Server) -> None:
    thief = Authority(tmp_path)

    def answer(_path: str, _body: bytes) -> tuple[int, bytes]:
        return 200, msgspec.json.encode(Shown("rubbish", "M0AX", "Corner"))

    with far_end(thief, answer) as port:
        with pytest.raises(ServerAway):
            by_digits("127.0.0.1", port, "12345678", applicant(), CLOCK, quiet)
        with pytest.raises(ServerAway):
            by_scan(qr_text(invited(server)._replace(port=port)), applicant(), CLOCK, quiet)


# --------------------------------------------------------------------------- what is kept


def test_nothing_is_paired_at_first_and_after_forgetting(server: Server, tmp_path: Path) -> None:
    assert paired.read(tmp_path) is None
    made = by_scan(qr_text(invited(server)), applicant(), CLOCK, quiet)
    paired.write(tmp_path, made)
    paired.forget(tmp_path)
    paired.forget(tmp_path)
    assert paired.read(tmp_path) is None
    assert "PRIVATE" not in repr(made)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"host": "h"}'])
def test_a_damaged_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / paired.FOLDER).mkdir()
    (tmp_path / paired.FOLDER / paired.FILE).write_text(text)
    with pytest.raises(PairingDamaged):
        paired.read(tmp_path)


def test_a_kept_pairing_with_two_authorities_is_not_used(server: Server, tmp_path: Path) -> None:
    made = by_scan(qr_text(invited(server)), applicant(), CLOCK, quiet)
    both = made.authority + Authority(tmp_path).pem
    paired.write(tmp_path, msgspec.structs.replace(made, authority=both))
    with pytest.raises(PairingDamaged):
        paired.read(tmp_path)


def test_where_it_cannot_be_kept_nothing_is_left(server: Server, tmp_path: Path) -> None:
    made = by_scan(qr_text(invited(server)), applicant(), CLOCK, quiet)
    (tmp_path / paired.FOLDER).write_text("a file where the folder should be")
    with pytest.raises(StoreTrouble):
        paired.write(tmp_path, made)
