"""Signing in at a browser, from the first owner to the second factor, as forms that are sent."""

import dataclasses
import re
from pathlib import Path
from typing import Literal

import pyotp
import pytest
from argon2 import PasswordHasher

from appliance.lan_server.access.doors import COOKIE, FORMS_COOKIE
from appliance.lan_server.access.gate import GATE, Gate
from appliance.lan_server.room import ROOM
from appliance.services import access, start_code
from appliance.services.access import SESSION_MS
from appliance.services.people import Pins
from tests.appliance.lan_server.office import (
    PASSWORD,
    SITE,
    Office,
    Visitor,
    open_office,
    signed_in,
)

MINUTE = 60_000


def set_up_app(office: Office, visitor: Visitor) -> tuple[str, list[str]]:
    """The secret that the app has then, and the recovery codes."""
    page = visitor.get("/account/second").get_data(as_text=True)
    secret = re.findall(r'class="code">([A-Z2-7 ]+)<', page)[0].replace(" ", "")
    shown = visitor.send("/account/second", code=digits(office, secret), old=PASSWORD)
    codes = re.findall(r"<code>([0-9A-Z-]+)</code>", shown.get_data(as_text=True))
    assert len(codes) == 10
    return secret, codes


def digits(office: Office, secret: str) -> str:
    return pyotp.TOTP(secret).at(office.room.now_ms() // 1000)


# --------------------------------------------------------------------------- the beginning


def test_the_first_owner_is_made_with_the_code_from_the_console(tmp_path: Path) -> None:
    with open_office(tmp_path, staff=False) as office:
        visitor = office.client()
        assert visitor.get("/sign-in").location == "/begin"
        code = start_code.make(office.folder, office.room.now_ms())
        told = {
            "full_name": "Ana Ñúñez",
            "number": "7",
            "pin": "4711",
            "password": PASSWORD,
            "again": PASSWORD,
        }
        wrong = visitor.send("/begin", code="0000-0000-0000", **told)
        assert wrong.status_code == 422
        assert "Ana Ñúñez" in wrong.get_data(as_text=True)
        assert PASSWORD not in wrong.get_data(as_text=True)
        assert visitor.send("/begin", code=code, **told).location == "/sign-in"
        assert office.read("SELECT name, number, role FROM employee") == [
            ("Ana Ñúñez", "7", "owner")
        ]
        assert visitor.sign_in("7").location == "/"
        assert visitor.get("/account/").status_code == 200
        # The code is used up, and nobody can begin once more.
        again = office.client().send(
            "/begin", code=code, name="7", password=PASSWORD + "!", again=PASSWORD + "!"
        )
        assert again.status_code == 422


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("full_name", " ", "enter a name"),
        ("number", "7 7", "letters and digits"),
        ("pin", "12", "at least 4"),
        ("again", "something else", "not the same"),
        ("password", "short", "at least 10"),
        ("password", "passwort1234", "soon guess"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_code_is_kept(
    tmp_path: Path, field: str, value: str, said: str
) -> None:
    with open_office(tmp_path, staff=False) as office:
        code = start_code.make(office.folder, office.room.now_ms())
        told = {
            "full_name": "Ana",
            "number": "7",
            "pin": "4711",
            "password": PASSWORD,
            "again": PASSWORD,
        }
        answer = office.client().send("/begin", code=code, **{**told, field: value})
        assert answer.status_code == 422
        assert said in re.findall(r'class="error"[^>]*>([^<]+)<', answer.get_data(as_text=True))[0]
        assert start_code.fits(office.folder, code, office.room.now_ms())
        assert office.read("SELECT count(*) FROM employee") == [(0,)]


def test_a_shop_from_a_till_has_owners_who_set_their_first_password(office: Office) -> None:
    code = start_code.make(office.folder, office.room.now_ms())
    visitor = office.client()
    both = {"password": PASSWORD, "again": PASSWORD}
    assert visitor.send("/begin", code=code, name="2", **both).status_code == 422
    assert visitor.send("/begin", code=code, name="77", **both).status_code == 422
    assert visitor.send("/begin", code=code, name="1", **both).location == "/sign-in"
    assert visitor.sign_in("1").location == "/"
    assert office.client().sign_in("2").status_code == 422


def test_a_code_from_the_console_lets_an_owner_in_whose_phone_is_lost(office: Office) -> None:
    visitor = signed_in(office)
    set_up_app(office, visitor)
    code = start_code.make(office.folder, office.room.now_ms())
    other = "ein neues Pferd 9"
    office.client().send("/begin", code=code, name="1", password=other, again=other)
    assert visitor.get("/account/").status_code == 303
    assert office.client().sign_in("1", other).location == "/"


def test_whoever_guesses_does_not_keep_out_who_has_the_right_code(office: Office) -> None:
    office.give_password("1")
    thief = office.client()
    for _ in range(5):
        thief.sign_in("1", "guess")
    code = start_code.make(office.folder, office.room.now_ms())
    new = {"password": "ein neues Pferd 9", "again": "ein neues Pferd 9"}
    for weak in range(6):
        told = {"password": f"kurz {weak}", "again": f"kurz {weak}"}
        assert thief.send("/begin", code=code, name="1", **told).status_code == 422
    assert thief.send("/begin", code=code, name="1", **new).location == "/sign-in"
    assert thief.sign_in("1", new["password"]).location == "/"


def test_wrong_codes_are_noted_and_slowed(office: Office) -> None:
    office.give_password("1")
    visitor = office.client()
    both = {"password": PASSWORD, "again": PASSWORD}
    for _ in range(5):
        answer = visitor.send("/begin", code="7KQ2-M4TN-0A3B", name="2", **both)
    assert "wait until" in answer.get_data(as_text=True)
    assert len(office.bodies("web_refused")) == 5


def test_each_try_costs_one_reckoning_whoever_is_meant(office: Office) -> None:
    reckoned: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - as its base
            reckoned.append(str(hash))
            return super().verify(hash, password)

    counting = Pins(office.room.keeper.pepper, Counting(time_cost=1, memory_cost=8, parallelism=1))
    office.app.extensions[ROOM] = dataclasses.replace(office.room, keeper=counting)
    office.give_password("1")
    for name in ("1", "2", "3", "77", ""):
        before = len(reckoned)
        office.client().sign_in(name, "wrong")
        assert len(reckoned) == before + 1, name


def test_an_owner_gives_a_manager_a_code_and_never_learns_the_password(office: Office) -> None:
    owner = signed_in(office)
    manager = office.ids["2"]
    shown = owner.send(f"/people/access/{manager}/code")
    code = re.findall(r"<code>([0-9A-Z-]+)</code>", shown.get_data(as_text=True))[0]
    both = {"password": "hundert gelbe Äpfel", "again": "hundert gelbe Äpfel"}
    assert office.client().send("/begin", code=code, name="1", **both).status_code == 422
    assert office.client().send("/begin", code=code, name="2", **both).location == "/sign-in"
    assert office.client().send("/begin", code=code, name="2", **both).status_code == 422
    assert office.client().sign_in("2", both["password"]).location == "/"
    bodies = "".join(row[0] for row in office.read("SELECT body FROM entry"))
    assert code not in bodies
    assert both["password"] not in bodies


# --------------------------------------------------------------------------- signing in and out


def test_number_or_name_and_password_lead_to_where_one_wanted_to_go(office: Office) -> None:
    office.give_password("1")
    visitor = office.client()
    asked = visitor.get("/people/access/?x=1")
    assert (asked.status_code, asked.location) == (303, "/sign-in?next=/people/access/?x%3D1")
    page = asked.location
    assert (
        visitor.send(page, name="olivia ortega", password=PASSWORD).location
        == "/people/access/?x=1"
    )
    assert [body for body in office.bodies("web_signed_in") if '"address":"127.0.0.1"' in body]


def test_all_that_is_wrong_is_told_in_the_same_words(office: Office) -> None:
    office.give_password("1")
    told = set()
    for name, password in (
        ("1", "x"),
        ("77", PASSWORD),
        ("2", PASSWORD),
        ("3", PASSWORD),
        ("", ""),
    ):
        answer = office.client().sign_in(name, password)
        text = answer.get_data(as_text=True)
        told.add((answer.status_code, re.findall(r'role="alert">.*?</p>', text)[0]))
    assert len(told) == 1
    assert [body.split('"why":')[1].split('"')[1] for body in office.bodies("web_refused")] == [
        "wrong_password",
        "unknown_name",
        "no_password",
        "no_web",
        "unknown_name",
    ]


def test_after_five_wrong_passwords_the_right_one_waits_too_and_it_is_said_until_when(
    office: Office,
) -> None:
    office.give_password("1")
    visitor = office.client()
    for _ in range(5):
        answer = visitor.sign_in("1", "wrong")
    assert "wait until" in answer.get_data(as_text=True)
    assert visitor.sign_in("1").status_code == 422
    office.later(31_000)
    assert visitor.sign_in("1").status_code == 303
    assert len(office.bodies("password_tried")) == 6


def test_the_cookie_is_no_scripts_and_no_other_sites_and_none_that_was_there_before(
    office: Office,
) -> None:
    office.give_password("1")
    visitor = office.client()
    visitor.set_cookie(COOKIE, "chosen-by-a-thief", domain="shop.test", secure=True)
    answer = visitor.sign_in()
    told = [text for text in answer.headers.getlist("Set-Cookie") if text.startswith(COOKIE + "=")]
    assert len(told) == 1
    held = told[0].split(";")[0].removeprefix(COOKIE + "=")
    assert held != "chosen-by-a-thief"
    assert len(held) >= 43
    for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert word in told[0]
    assert "Domain" not in told[0]
    assert "Max-Age" not in told[0]
    bodies = "".join(row[0] for row in office.read("SELECT body FROM entry"))
    assert held not in bodies
    assert access.session_mark(held) in bodies


def test_a_cookie_that_somebody_copied_is_worth_nothing_after_signing_out(office: Office) -> None:
    visitor = signed_in(office)
    held = visitor.get_cookie(COOKIE, domain="shop.test")
    assert held is not None
    thief = office.client()
    thief.set_cookie(COOKIE, held.value, domain="shop.test", secure=True)
    assert thief.get("/account/").status_code == 200
    assert visitor.send("/sign-out", "/account/").location == "/sign-in"
    assert thief.get("/account/").status_code == 303
    assert visitor.get("/account/").status_code == 303
    assert len(office.bodies("web_signed_out")) == 1


def test_a_session_ends_after_half_an_hour_of_nothing_and_after_twelve_hours_of_anything(
    office: Office,
) -> None:
    visitor = signed_in(office)
    for _ in range(3):
        office.later(29 * MINUTE)
        assert visitor.get("/account/").status_code == 200
    office.later(30 * MINUTE)
    assert visitor.get("/account/").status_code == 303
    assert '"why":"idle"' in office.bodies("web_signed_out")[0]
    # The server starts anew, and remembers nothing of what lay in memory.
    office.app.extensions[GATE] = Gate(now_ms=office.steady)
    assert visitor.get("/account/").status_code == 303
    visitor.sign_in()
    office.clock.set(office.room.now_ms() + SESSION_MS)
    assert visitor.get("/account/").status_code == 303


# --------------------------------------------------------------------------- the second factor


def test_with_an_app_the_password_alone_lets_nobody_in(office: Office) -> None:
    secret, _ = set_up_app(office, signed_in(office))
    visitor = office.client()
    assert visitor.sign_in().location == "/sign-in/second"
    assert visitor.get("/account/").status_code == 303
    assert visitor.send("/sign-in/second", code="000000").status_code == 422
    office.later(30_000)
    code = digits(office, secret)
    assert visitor.send("/sign-in/second", code=code).location == "/"
    assert visitor.get("/account/").status_code == 200
    assert '"second":true' in office.bodies("web_signed_in")[-1]
    # The same code once more, within its time.
    other = office.client()
    other.sign_in()
    assert other.send("/sign-in/second", code=code).status_code == 422


def test_a_recovery_code_lets_in_once(office: Office) -> None:
    _, codes = set_up_app(office, signed_in(office))
    for status in (303, 422):
        visitor = office.client()
        visitor.sign_in()
        assert visitor.send("/sign-in/second", code=codes[4].lower()).status_code == status


def test_codes_are_guessed_no_faster_than_passwords(office: Office) -> None:
    set_up_app(office, signed_in(office))
    visitor = office.client()
    visitor.sign_in()
    said = [
        visitor.send("/sign-in/second", code=f"00000{n}").get_data(as_text=True) for n in range(5)
    ]
    assert "wait until" in said[-1]
    # Typing the password again does not make the tries new.
    assert "wait until" in visitor.sign_in().get_data(as_text=True)


def test_the_way_from_the_password_to_the_code_is_open_for_five_minutes(office: Office) -> None:
    secret, _ = set_up_app(office, signed_in(office))
    visitor = office.client()
    visitor.sign_in()
    token = visitor.token("/sign-in/second")
    office.later(5 * MINUTE)
    answer = visitor.post(
        "/sign-in/second",
        data={"csrf_token": token, "code": digits(office, secret)},
        headers={"Referer": SITE + "/sign-in/second"},
    )
    assert answer.location == "/sign-in"
    assert office.client().get("/sign-in/second").location == "/sign-in"


def test_a_password_that_was_changed_meanwhile_is_not_finished_with_a_code(office: Office) -> None:
    secret, _ = set_up_app(office, signed_in(office))
    visitor = office.client()
    visitor.sign_in()
    office.give_password("1", "ein neues Pferd 9")
    office.later(30_000)
    assert visitor.send("/sign-in/second", code=digits(office, secret)).status_code in {303, 422}
    assert visitor.get("/account/").status_code == 303


def test_whoever_needs_a_second_factor_sees_nothing_before_setting_it_up(office: Office) -> None:
    owner, manager = signed_in(office), signed_in(office, "2")
    owner.send("/people/access/", second_factor="on")
    for page in ("/today", "/account/", "/"):
        assert manager.get(page).location == "/account/second"
    set_up_app(office, manager)
    assert manager.get("/today").status_code == 200
    # And it cannot be taken off again.
    assert manager.send("/account/second/remove", old=PASSWORD).status_code == 422


# --------------------------------------------------------------------------- the own account


def test_a_password_is_changed_by_the_old_one_and_ends_every_other_session(office: Office) -> None:
    visitor, elsewhere = signed_in(office), office.client()
    elsewhere.sign_in()
    new = {"password": "ein neues Pferd 9", "again": "ein neues Pferd 9"}
    assert visitor.send("/account/password", old="wrong", **new).status_code == 422
    assert elsewhere.get("/account/").status_code == 200
    assert visitor.send("/account/password", old=PASSWORD, **new).location == "/account/"
    assert visitor.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 303
    assert office.client().sign_in().status_code == 422
    assert office.client().sign_in("1", new["password"]).status_code == 303


def test_signing_out_everywhere_leaves_this_browser(office: Office) -> None:
    visitor, elsewhere = signed_in(office), office.client()
    elsewhere.sign_in()
    assert visitor.get("/account/").get_data(as_text=True).count("127.0.0.1") == 2
    visitor.send("/account/everywhere", "/account/")
    assert visitor.get("/account/").get_data(as_text=True).count("127.0.0.1") == 1
    assert elsewhere.get("/account/").status_code == 303


def test_whoever_finds_a_browser_open_cannot_set_up_an_app_or_remove_one(office: Office) -> None:
    visitor = signed_in(office)
    page = visitor.get("/account/second").get_data(as_text=True)
    secret = re.findall(r'class="code">([A-Z2-7 ]+)<', page)[0].replace(" ", "")
    assert (
        visitor.send("/account/second", code=digits(office, secret), old="guess").status_code == 422
    )
    assert office.bodies("second_factor_set") == []
    set_up_app(office, visitor)
    assert visitor.send("/account/second/remove", old="guess").status_code == 422
    assert office.bodies("second_factor_removed") == []
    assert visitor.send("/account/second/remove", old=PASSWORD).location == "/account/"
    assert office.client().sign_in().location == "/"


def test_the_secret_of_an_app_is_neither_in_the_cookie_nor_in_the_journal(office: Office) -> None:
    visitor = signed_in(office)
    page = visitor.get("/account/second").get_data(as_text=True)
    secret = re.findall(r'class="code">([A-Z2-7 ]+)<', page)[0].replace(" ", "")
    cookie = visitor.get_cookie(FORMS_COOKIE, domain="shop.test")
    assert cookie is not None
    assert secret not in cookie.value
    assert len(visitor.get("/account/second.svg").data) > 1000
    visitor.send("/account/second", code=digits(office, secret), old=PASSWORD)
    assert secret not in "".join(row[0] for row in office.read("SELECT body FROM entry"))


def test_an_owner_takes_a_password_and_a_lost_app_away(office: Office) -> None:
    owner, manager = signed_in(office), signed_in(office, "2")
    set_up_app(office, manager)
    who = office.ids["2"]
    assert owner.get(f"/people/access/{who}").status_code == 200
    owner.send(f"/people/access/{who}/second")
    assert office.client().sign_in("2").location == "/"
    owner.send(f"/people/access/{who}/take")
    assert manager.get("/account/").status_code == 303
    assert office.client().sign_in("2").status_code == 422
