"""The second factor: each code once, within its time, for its own person, and kept so that no thief can reckon it."""

from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from appliance.journal.access_kinds import OneTimeCodeUsed
from appliance.messages import PersonView
from appliance.services import passwords, people, second_factor
from appliance.services.desk import Desk
from appliance.services.people import Pins
from appliance.services.staff import OwnersOnly
from tests.appliance.trading import open_trader

KEY, OTHER = b"k" * 32, b"o" * 32
NOW_MS = 1_795_860_000_000
KEEPER = Pins(KEY, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def a_shop(folder: Path) -> tuple[Desk, PersonView, PersonView]:
    trader = open_trader(folder)
    desk = Desk(trader.shelf.db, trader.book)
    ids = [
        people.add(desk, KEEPER, number=number, name=name, role=role, pin="1234", actor="")
        for number, name, role in (("1", "Ana", "manager"), ("2", "Ben", "manager"))
    ]
    ana, ben = (people.find(desk.db, one) for one in ids)
    return desk, ana, ben


def digits(secret: str, at_ms: int) -> str:
    return pyotp.TOTP(secret).at(at_ms // 1000)


def take(desk: Desk, employee: str, typed: str, now_ms: int) -> bool:
    """As signing in does."""
    used = second_factor.proved(desk.db, (OTHER, KEY), employee, typed, now_ms)
    if used is not None:
        desk.book.record(employee, used)
    return used is not None


def set_up(desk: Desk, person: PersonView) -> tuple[str, tuple[str, ...]]:
    secret, codes = second_factor.new_secret(), second_factor.new_recovery_codes()
    hashes = [passwords.keyed(KEY, "recovery", second_factor.plain_code(one)) for one in codes]
    sealed = second_factor.seal(KEY, person.id, secret)
    second_factor.set_up(desk, person.id, sealed, hashes, NOW_MS // 30_000 - 9)
    return secret, codes


def test_the_code_of_rfc_6238_is_what_the_app_shows() -> None:
    # RFC 6238, appendix B, SHA-1: the secret "12345678901234567890" shows 94287082 at 59 s; six digits of it.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert second_factor.shows(secret, "287 082", 59_000) == 1
    assert second_factor.shows(secret, "287082", 89_999) == 1
    assert second_factor.shows(secret, "287082", 90_000) is None
    assert second_factor.shows(secret, "287082", 0) == 1


@pytest.mark.parametrize(
    "typed",
    ["", "12345", "1234567", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "28708\uff12"],
)
def test_what_is_not_six_digits_is_no_code(typed: str) -> None:
    assert second_factor.shows("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", typed, 59_000) is None


def test_a_code_counts_once_and_only_for_whose_it_is(tmp_path: Path) -> None:
    desk, ana, ben = a_shop(tmp_path)
    secret, _ = set_up(desk, ana)
    set_up(desk, ben)
    code = digits(secret, NOW_MS)
    assert not take(desk, ben.id, code, NOW_MS)
    assert take(desk, ana.id, code, NOW_MS)
    assert not take(desk, ana.id, code, NOW_MS + 1)
    assert take(desk, ana.id, digits(secret, NOW_MS + 30_000), NOW_MS)


def test_the_code_that_set_the_app_up_does_not_sign_in_as_well(tmp_path: Path) -> None:
    desk, ana, _ = a_shop(tmp_path)
    secret = second_factor.new_secret()
    step = second_factor.shows(secret, digits(secret, NOW_MS), NOW_MS)
    assert step is not None
    second_factor.set_up(desk, ana.id, second_factor.seal(KEY, ana.id, secret), (), step)
    assert not take(desk, ana.id, digits(secret, NOW_MS), NOW_MS)


def test_recovery_codes_count_once_each(tmp_path: Path) -> None:
    desk, ana, ben = a_shop(tmp_path)
    _, codes = set_up(desk, ana)
    set_up(desk, ben)
    assert len(set(codes)) == second_factor.recovery_left(desk.db, ana.id) == 10
    assert not take(desk, ben.id, codes[0], NOW_MS)
    assert take(desk, ana.id, codes[0].lower().replace("-", " "), NOW_MS)
    assert not take(desk, ana.id, codes[0], NOW_MS)
    assert second_factor.recovery_left(desk.db, ana.id) == 9
    assert second_factor.recovery_left(desk.db, ben.id) == 10


def test_a_new_app_makes_the_old_one_and_its_recovery_codes_worthless(tmp_path: Path) -> None:
    desk, ana, _ = a_shop(tmp_path)
    secret, codes = set_up(desk, ana)
    set_up(desk, ana)
    assert not take(desk, ana.id, digits(secret, NOW_MS), NOW_MS)
    assert not take(desk, ana.id, codes[0], NOW_MS)


def test_only_an_owner_removes_the_factor_of_another(tmp_path: Path) -> None:
    desk, ana, ben = a_shop(tmp_path)
    set_up(desk, ana)
    with pytest.raises(OwnersOnly):
        second_factor.remove(desk, ana.id, ben)
    second_factor.remove(desk, ana.id, PersonView(id=ben.id, number="2", name="Ben", role="owner"))
    assert second_factor.factor_of(desk.db, ana.id) is None
    assert not take(desk, ana.id, "123456", NOW_MS)


def test_a_sealed_secret_opens_with_its_key_for_its_person_only() -> None:
    secret = second_factor.new_secret()
    sealed = second_factor.seal(KEY, "K7Q2-1", secret)
    assert secret not in sealed
    assert second_factor.unseal((OTHER, KEY), "K7Q2-1", sealed) == secret
    assert second_factor.unseal((OTHER,), "K7Q2-1", sealed) is None
    assert second_factor.unseal((KEY,), "K7Q2-2", sealed) is None
    assert second_factor.seal(KEY, "K7Q2-1", secret) != sealed


@given(st.text(max_size=40))
def test_rubbish_is_no_secret_and_no_code(text: str) -> None:
    assert second_factor.unseal((KEY,), "K7Q2-1", text) is None
    assert second_factor.shows("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", text, NOW_MS) is None


@given(st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=12, max_size=16))
def test_a_code_is_the_same_however_it_is_typed(code: str) -> None:
    misread = code.lower().replace("0", "o").replace("1", "l")
    assert second_factor.plain_code(f" {misread[:4]}-{misread[4:]} ") == code


def test_what_is_recorded_names_no_secret(tmp_path: Path) -> None:
    desk, ana, _ = a_shop(tmp_path)
    secret, codes = set_up(desk, ana)
    assert take(desk, ana.id, codes[3], NOW_MS)
    bodies = "".join(row[0] for row in desk.db.sql("SELECT body FROM entry"))
    assert OneTimeCodeUsed.kind in {row[0] for row in desk.db.sql("SELECT kind FROM entry")}
    assert secret not in bodies
    assert not any(second_factor.plain_code(code) in bodies or code in bodies for code in codes)
