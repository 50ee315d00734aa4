"""Offers to registers: one device for one secret, ten minutes, three tries."""

import hashlib
import io
import threading

import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from spake2 import SPAKE2_A

from appliance.clock import ScriptedClock
from appliance.journal.pairing_wire import (
    LIVES_MS,
    Begin,
    Finish,
    Invitation,
    NotAPairingCode,
    Paired,
    is_pairing_code,
    proof_of_register,
    proof_of_server,
    qr_text,
    read_qr,
)
from appliance.lan_server.pairing import (
    CodeSpent,
    NoPairingCode,
    Offers,
    PairingOverdue,
    PairingUsed,
    TooManyQuestions,
    Turnstile,
    Wish,
    WrongPairingCode,
)
from appliance.problems import Refusal

AT_MS = 1_700_000_000_000
FINGERPRINT = hashlib.sha256(b"the shop's authority").digest()
ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def offers(clock: ScriptedClock | None = None) -> Offers:
    return Offers(clock or ScriptedClock(AT_MS), FINGERPRINT)


def admitted(wish: Wish) -> Paired:
    return Paired("certificate", "", "", "", "", wish.name, wish.place, (), (), 8443)


def finish(token: str = "", request: str = "request", session: str = "", proof: str = "") -> Finish:
    return Finish(
        origin="K7Q2", request=request, program="test", token=token, session=session, proof=proof
    )


def typed(
    server: Offers, code: str, fingerprint: bytes = FINGERPRINT, origin: str = "K7Q2"
) -> tuple[str, bytes, bool]:
    """A register at which `code` was typed: its session, its key, and whether the server knew the code."""
    side = SPAKE2_A(code.encode(), idA=origin.encode(), idB=fingerprint)
    begun = server.begin(Begin(origin, side.start().hex()))
    key = side.finish(bytes.fromhex(begun.message))
    return begun.session, key, begun.proof == proof_of_server(key)


def proved(session: str, key: bytes, request: str = "request") -> Finish:
    return finish(request=request, session=session, proof=proof_of_register(key, request))


def test_a_token_lets_one_device_in() -> None:
    server = offers()
    token = server.make(Wish("Till 2", "door")).token
    assert server.let_in(finish(token), admitted).name == "Till 2"
    with pytest.raises(PairingUsed):
        server.let_in(finish(token, "another request"), admitted)
    assert [one.origin for one in server.waiting()] == ["K7Q2"]


def test_the_same_request_gets_the_same_answer_and_is_admitted_once() -> None:
    """The answer may have been lost on its way."""
    server, seen = offers(), []
    token = server.make(Wish("Till 2")).token

    def admit(wish: Wish) -> Paired:
        seen.append(wish)
        return admitted(wish)

    assert server.let_in(finish(token), admit) is server.let_in(finish(token), admit)
    assert len(seen) == 1


def test_a_device_that_could_not_be_let_in_may_try_again() -> None:
    server = offers()
    token = server.make(Wish("Till 2")).token

    def full(_wish: Wish) -> Paired:
        raise Refusal

    with pytest.raises(Refusal):
        server.let_in(finish(token), full)
    assert server.let_in(finish(token), admitted).name == "Till 2"


def test_two_devices_with_one_token_at_the_same_time_are_one_too_many() -> None:
    server = offers()
    token = server.make(Wish("Till 2")).token
    both, results = threading.Barrier(8), []

    def come(number: int) -> None:
        both.wait()
        try:
            server.let_in(finish(token, f"request {number}"), admitted)
            results.append("in")
        except PairingUsed:
            results.append("used")

    threads = [threading.Thread(target=come, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["in"] + ["used"] * 7


def test_a_token_and_a_code_die_after_ten_minutes() -> None:
    clock = ScriptedClock(AT_MS)
    server = offers(clock)
    made = server.make(Wish("Till 2"))
    session, key, _ = typed(server, made.code)
    clock.set(AT_MS + LIVES_MS - 1_000)
    assert server.waiting()
    clock.set(AT_MS + LIVES_MS + 1_000)
    assert not server.waiting()
    for asked in (finish(made.token), proved(session, key)):
        with pytest.raises(PairingOverdue):
            server.let_in(asked, admitted)
    with pytest.raises(NoPairingCode):
        typed(server, made.code)


@given(st.text(max_size=60))
def test_no_other_text_is_a_token(text: str) -> None:
    server = offers()
    server.make(Wish("Till 2"))
    with pytest.raises(WrongPairingCode):
        server.let_in(finish(text), admitted)


def test_an_offer_that_was_withdrawn_lets_nobody_in() -> None:
    server = offers()
    made = server.make(Wish("Till 2"))
    session, key, _ = typed(server, made.code)
    server.withdraw(made.id)
    server.withdraw("no such offer")
    for asked in (finish(made.token), proved(session, key)):
        with pytest.raises(WrongPairingCode):
            server.let_in(asked, admitted)


def test_a_typed_code_proves_the_server_to_the_register_and_the_register_to_the_server() -> None:
    server = offers()
    made = server.make(Wish("Till 2"))
    session, key, is_right = typed(server, made.code)
    assert is_right
    assert server.let_in(proved(session, key), admitted).name == "Till 2"


def test_a_wrong_code_is_noticed_by_the_register_and_dead_after_three_tries() -> None:
    server = offers()
    made = server.make(Wish("Till 2"))
    wrong = f"{(int(made.code) + 1) % 10**8:08}"
    for _ in range(3):
        session, key, is_right = typed(server, wrong)
        assert not is_right
        with pytest.raises(WrongPairingCode):
            server.let_in(proved(session, key), admitted)
    with pytest.raises(CodeSpent):
        typed(server, made.code)
    assert server.let_in(finish(made.token), admitted).name == "Till 2"


def test_an_authority_in_between_is_noticed_though_the_code_is_right() -> None:
    """Whoever sits between register and server shows an authority of their own."""
    server = offers()
    made = server.make(Wish("Till 2"))
    session, key, is_right = typed(server, made.code, hashlib.sha256(b"another").digest())
    assert not is_right
    with pytest.raises(WrongPairingCode):
        server.let_in(proved(session, key), admitted)


def test_a_session_is_good_for_its_own_origin_and_request_only() -> None:
    server = offers()
    made = server.make(Wish("Till 2"))
    session, key, _ = typed(server, made.code, origin="AAAA")
    with pytest.raises(WrongPairingCode):
        server.let_in(proved(session, key), admitted)
    session, key, _ = typed(server, made.code)
    altered = Finish(
        origin="K7Q2",
        request="another",
        program="",
        session=session,
        proof=proof_of_register(key, "request"),
    )
    with pytest.raises(WrongPairingCode):
        server.let_in(altered, admitted)


@pytest.mark.parametrize("message", ["", "zz", "41" * 33, "42" * 33, "42" + "00" * 32, "41" * 34])
def test_rubbish_for_a_message_costs_a_try_and_nothing_else(message: str) -> None:
    server = offers()
    made = server.make(Wish("Till 2"))
    with pytest.raises(WrongPairingCode):
        server.begin(Begin("K7Q2", message))
    assert typed(server, made.code)[2]


def test_the_code_of_the_newest_offer_counts_and_the_tokens_of_all() -> None:
    server = offers()
    first, second = server.make(Wish("Till 2")), server.make(Wish("Till 3"))
    assert not typed(server, first.code)[2] or first.code == second.code
    assert typed(server, second.code)[2]
    assert [one.has_code for one in server.waiting()] == [False, True]
    assert server.let_in(finish(first.token), admitted).name == "Till 2"


def test_without_an_offer_no_code_counts() -> None:
    with pytest.raises(NoPairingCode):
        offers().begin(Begin("K7Q2", "41" * 33))


def test_a_turnstile_lets_so_many_through_in_a_minute() -> None:
    gate = Turnstile(2)
    gate.pass_through(0)
    gate.pass_through(1)
    with pytest.raises(TooManyQuestions):
        gate.pass_through(59_000_000_000)
    gate.pass_through(60_000_000_000)


@pytest.mark.parametrize("host", ["192.0.2.7", "shop.local", "2001:db8::7"])
def test_a_qr_code_says_all_in_letters_that_any_scanner_types(host: str) -> None:
    token = offers().make(Wish("")).token
    text = qr_text(Invitation(host, 8443, FINGERPRINT, token))
    assert set(text) <= ALPHANUMERIC
    assert is_pairing_code(text)
    code = segno.make(text, error="m")
    assert code.mode == "alphanumeric"
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=4)
    [read] = zxingcpp.read_barcodes(Image.open(picture))
    assert read.text == text
    assert read_qr(text.lower() + "\n") == Invitation(host, 8443, FINGERPRINT, token)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4006381333931",
        "OPOS1/192.0.2.7/8443/AAAA/BBBB",
        "OPOS2/192.0.2.7/8443/" + "A" * 52 + "/" + "A" * 26,
        "OPOS1/bad host/8443/" + "A" * 52 + "/" + "A" * 26,
        "OPOS1/192.0.2.7/0/" + "A" * 52 + "/" + "A" * 26,
        "OPOS1/192.0.2.7/99999/" + "A" * 52 + "/" + "A" * 26,
        "OPOS1/192.0.2.7/x/" + "A" * 52 + "/" + "A" * 26,
        "OPOS1/192.0.2.7/8443/" + "1" * 52 + "/" + "A" * 26,
    ],
)
def test_nothing_else_is_taken_for_an_invitation(text: str) -> None:
    with pytest.raises(NotAPairingCode):
        read_qr(text)
