"""The check before every page, attacked in the usual ways."""

import io
import json
import re
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.journal.kinds import EmployeeChanged, ShopChanged
from appliance.lan_server.access.doors import (
    HEADERS,
    LONGEST_FORM,
    OPEN_DOORS,
    OTHER_DOORS,
    RANKS,
    needs,
    needs_of,
    own_path,
)
from appliance.lan_server.pages.page import is_posted, typed
from appliance.problems import Refusal
from appliance.services.desk import Desk
from tests.appliance.lan_server.office import PASSWORD, SITE, Office, open_office, signed_in

EVIL: Final = "https://evil.test"


# --------------------------------------------------------------------------- who may see what


def test_every_page_says_who_may_see_it(office: Office) -> None:
    for rule in office.app.url_map.iter_rules():
        blueprint = rule.endpoint.partition(".")[0]
        if rule.endpoint in OPEN_DOORS or (blueprint in OTHER_DOORS and "." in rule.endpoint):
            continue
        marked = office.app.view_functions[rule.endpoint].__dict__.get("needs")
        assert marked is not None, f"{rule.endpoint} does not say who may see it: @needs(…)"
        assert marked.role in RANKS


def test_only_what_stands_before_signing_in_is_for_anyone(office: Office) -> None:
    views = office.app.view_functions
    open_to_all = {
        endpoint
        for endpoint, view in views.items()
        if getattr(view.__dict__.get("needs"), "role", "") == "anyone"
    }
    assert open_to_all == {
        "access.sign_in",
        "access.second",
        "access.forget",
        "access.sign_out",
        "begin.index",
        "page.icon_font",
    }


def test_a_view_that_does_not_say_who_may_see_it_is_shown_to_nobody(office: Office) -> None:
    office.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = signed_in(office).get("/forgotten")
    assert answer.status_code == 403
    assert b"secret" not in answer.data


def test_nothing_is_shown_to_whoever_is_not_signed_in(office: Office) -> None:
    office.give_password("1")
    visitor = office.client()
    for rule in office.app.url_map.iter_rules():
        view = office.app.view_functions[rule.endpoint]
        if "needs" not in view.__dict__ or view.__dict__["needs"].role == "anyone":
            continue
        values = dict.fromkeys(rule.arguments, "1")
        with office.app.test_request_context():
            path = office.app.url_for(rule.endpoint, **values, _external=False)
        if "GET" in (rule.methods or ()):
            assert visitor.get(path).location.startswith("/sign-in"), path
        if "POST" in (rule.methods or ()):
            assert visitor.post(path).status_code == 400, path


def test_a_manager_does_not_see_what_is_the_owners_and_it_is_noted_once(office: Office) -> None:
    manager = signed_in(office, "2")
    for _ in range(3):
        answer = manager.get("/people/access/")
        assert answer.status_code == 403
        assert "not for your role" in answer.get_data(as_text=True)
    assert manager.send("/people/access/", "/account/", cashiers="on").status_code == 403
    assert [json.loads(body)["what"] for body in office.bodies("web_refused")] == [
        "web_access.index"
    ]
    assert "/people/access/" not in manager.get("/account/").get_data(as_text=True)


def test_a_role_that_is_lost_is_lost_at_once(office: Office) -> None:
    owner = signed_in(office)
    assert owner.get("/people/access/").status_code == 200
    employee = office.ids["1"]
    office.room.scribe.do(
        lambda desk: desk.book.record("", EmployeeChanged(employee=employee, role="manager"))
    )
    assert owner.get("/people/access/").status_code == 403


# --------------------------------------------------------------------------- forms of other sites


def test_a_form_without_our_token_does_nothing(office: Office) -> None:
    visitor = signed_in(office)
    for token in (None, "", "rubbish", "ImE2In0.aaaa.bbbb"):
        data = {"second_factor": "on"} | ({} if token is None else {"csrf_token": token})
        answer = visitor.post("/people/access/", data=data, headers={"Referer": SITE + "/"})
        assert answer.status_code == 400
    assert office.bodies("web_rules_changed") == []


def test_a_token_of_somebody_else_is_none_of_ours(office: Office) -> None:
    theirs = signed_in(office, "2").token("/account/")
    data = {"second_factor": "on", "csrf_token": theirs}
    answer = signed_in(office).post("/people/access/", data=data, headers={"Referer": SITE + "/"})
    assert answer.status_code == 400


def test_a_token_from_before_signing_in_is_none_afterwards(office: Office) -> None:
    office.give_password("1")
    visitor = office.client()
    before = visitor.token("/sign-in")
    visitor.sign_in()
    answer = visitor.post(
        "/account/everywhere", data={"csrf_token": before}, headers={"Referer": SITE + "/"}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": EVIL, "Referer": SITE + "/"},
        {"Origin": "null", "Referer": SITE + "/"},
        {"Origin": SITE.replace("https", "http"), "Referer": SITE + "/"},
        {"Origin": "https://[::", "Referer": SITE + "/"},
        {"Origin": "https://shop.test.evil.test", "Referer": SITE + "/"},
        {"Sec-Fetch-Site": "cross-site", "Referer": SITE + "/"},
        {"Sec-Fetch-Site": "same-site", "Referer": SITE + "/"},
        {"Referer": EVIL + "/"},
        {},
    ],
)
def test_a_form_with_the_right_token_from_elsewhere_does_nothing(
    office: Office, headers: dict[str, str]
) -> None:
    visitor = signed_in(office)
    data = {"second_factor": "on", "csrf_token": visitor.token("/people/access/")}
    assert visitor.post("/people/access/", data=data, headers=headers).status_code in {400, 403}
    assert office.bodies("web_rules_changed") == []
    headers = {"Referer": SITE + "/", "Origin": SITE, "Sec-Fetch-Site": "same-origin"}
    assert visitor.post("/people/access/", data=data, headers=headers).status_code == 303


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "text/xml", "", "multipart/form-data"]
)
def test_a_body_that_is_no_form_does_nothing(office: Office, kind: str) -> None:
    visitor = signed_in(office)
    token = visitor.token("/people/access/")
    body = json.dumps({"csrf_token": token, "second_factor": "on"})
    answer = visitor.post(
        "/people/access/", data=body, content_type=kind, headers={"Referer": SITE + "/"}
    )
    assert answer.status_code == 400
    assert office.bodies("web_rules_changed") == []


def test_nothing_changes_by_looking(office: Office) -> None:
    visitor = signed_in(office)
    before = office.read("SELECT count(*) FROM entry")
    for rule in office.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            values = dict.fromkeys(rule.arguments, office.ids["2"])
            with office.app.test_request_context():
                path = office.app.url_for(rule.endpoint, **values, _external=False)
            # The API does not look at cookies; an employee is no sale and no product: there is none, say their pages.
            expected = {401} if path.startswith("/api/") else {302, 303, 404, 409}
            assert visitor.get(path).status_code in expected | {200}, path
    assert office.read("SELECT count(*) FROM entry") == before


# --------------------------------------------------------------------------- what is sent to us


def test_a_body_that_is_too_long_is_not_read(office: Office) -> None:
    visitor = signed_in(office)
    long = "x" * (LONGEST_FORM + 1)
    answer = visitor.post(
        "/people/access/", data={"csrf_token": long}, headers={"Referer": SITE + "/"}
    )
    assert answer.status_code == 413
    assert "too large" in answer.get_data(as_text=True)
    file = {"csrf_token": (io.BytesIO(b"x" * (LONGEST_FORM + 1)), "f")}
    assert (
        visitor.post("/people/access/", data=file, headers={"Referer": SITE + "/"}).status_code
        == 413
    )


def test_only_those_whom_a_page_is_for_may_send_it_a_file(office: Office) -> None:
    """It is written to the server's disk while it comes."""
    stranger = office.client()
    people = {"manager": signed_in(office, "2"), "owner": signed_in(office, "1")}
    asked = 0
    for rule in office.app.url_map.iter_rules():
        with office.app.app_context():
            needed = needs_of(rule.endpoint)
        if needed is None or needed.most_bytes <= LONGEST_FORM:
            continue
        asked += 1
        with office.app.test_request_context():
            values = dict.fromkeys(rule.arguments, office.ids["2"])
            path = office.app.url_for(rule.endpoint, **values, _external=False)
        visitors = [(stranger, True), (people[needed.role], False)]
        if needed.role == "owner":
            visitors.append((people["manager"], True))
        for visitor, refused in visitors:
            file = {"file": (io.BytesIO(b"x" * (LONGEST_FORM + 1)), "f")}
            answer = visitor.post(path, data=file, headers={"Referer": SITE + "/"})
            assert (answer.status_code == 413) is refused, path
    assert asked


def test_a_form_with_a_hundred_thousand_fields_is_refused(office: Office) -> None:
    visitor = office.client()
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n\r\n' for n in range(2000)
    )
    answer = visitor.post(
        "/sign-in",
        data=parts + "--b--\r\n",
        content_type="multipart/form-data; boundary=b",
        headers={"Referer": SITE + "/"},
    )
    assert answer.status_code == 413


def test_no_path_leads_out_of_the_folder_of_pictures(office: Office) -> None:
    for path in [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/%2e%2e/config.py",
        "/static/....//app.py",
        "/static//etc/passwd",
        "/static/..\\app.py",
        "/static/%00",
        "/icons.ttf/../../start.code",
    ]:
        answer = office.client().get(path)
        assert answer.status_code in {404, 308}
        assert b"import" not in answer.data


def test_after_signing_in_one_is_led_to_our_own_pages_only(office: Office) -> None:
    office.give_password("1")
    for wanted in [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test/",
        "\\\\evil.test",
        "/account/\\..\\..",
        "/%09/evil.test",
        "/\t/evil.test",
        "javascript:alert(1)",
        "/nothing-of-ours",
        "account/",
        "/account/\r\nSet-Cookie: a=b",
        "///evil.test",
        "/account/?x=\\\\evil.test",
        "/sign-out",
    ]:
        visitor = office.client()
        token = visitor.token()
        answer = visitor.post(
            "/sign-in",
            query_string={"next": wanted},
            data={"csrf_token": token, "name": "1", "password": PASSWORD},
            headers={"Referer": SITE + "/sign-in"},
        )
        assert answer.location == "/"
        assert "a=b" not in str(answer.headers)


@settings(max_examples=200)
@given(
    st.text(max_size=30), st.sampled_from(["", "/", "//", "/account/", "/account/?x=", "https://"])
)
def test_whatever_is_wanted_it_is_a_path_of_ours_or_nothing(text: str, before: str) -> None:
    app = Flask("own")
    app.add_url_rule("/account/", "account", lambda: "")
    with app.app_context():
        path = own_path(before + text)
    assert path is None or re.match(r"/account/?(\?|#|;|$)", path)
    assert path is None or not re.search(r"[\x00-\x1f\\]", path)


def test_a_forged_host_is_not_repeated(office: Office) -> None:
    answer = office.client().get("/today", headers={"Host": "evil.test"})
    assert answer.location.startswith("/sign-in")
    page = office.client().get(
        "/sign-in", headers={"Host": "evil.test", "X-Forwarded-Host": "evil.test"}
    )
    assert b"evil.test" not in page.data


def test_an_address_that_somebody_claims_to_come_from_counts_for_nothing(office: Office) -> None:
    office.give_password("1")
    visitor = office.client()
    token = visitor.token()
    for number in range(6):
        answer = visitor.post(
            "/sign-in",
            data={"csrf_token": token, "name": "1", "password": "x"},
            headers={"Referer": SITE + "/", "X-Forwarded-For": f"198.51.100.{number}"},
        )
    assert "wait until" in answer.get_data(as_text=True)


def test_a_made_up_cookie_opens_nothing(office: Office) -> None:
    office.give_password("1")
    for cookie in ["", "x", "é" * 50, "a" * 5000, "'; DROP TABLE entry; --", "%00", "../../x"]:
        visitor = office.client()
        answer = visitor.get(
            "/account/",
            headers={"Cookie": f"__Host-open-pos={cookie}; __Host-open-pos-forms={cookie}"},
        )
        assert answer.location.startswith("/sign-in")


# --------------------------------------------------------------------------- brute force


def test_many_names_from_one_address_are_slowed_too(office: Office) -> None:
    visitor = office.client()
    office.give_password("1")
    token = visitor.token()
    told = [
        visitor.post(
            "/sign-in",
            data={"csrf_token": token, "name": f"name {number}", "password": PASSWORD},
            headers={"Referer": SITE + "/sign-in"},
        ).status_code
        for number in range(40)
    ]
    assert told[:20] == [422] * 20
    assert set(told[20:]) == {429}
    assert len(office.bodies("password_tried")) == 20
    office.later(15_000)
    assert visitor.sign_in().status_code == 303


def test_whoever_asks_for_pages_all_the_time_is_slowed_and_who_is_signed_in_is_not(
    office: Office,
) -> None:
    visitor = signed_in(office)
    stranger = office.client()
    told = [stranger.get("/sign-in").status_code for _ in range(310)]
    assert told[0] == 200
    assert told[-1] == 429
    assert visitor.get("/account/").status_code == 200
    assert stranger.get("/health").status_code == 200


# --------------------------------------------------------------------------- what we send


def test_every_answer_has_the_headers_and_no_page_is_kept(office: Office) -> None:
    visitor = signed_in(office)
    for path in ("/account/", "/nothing", "/sign-in", "/static/style.css", "/icons.ttf", "/health"):
        answer = visitor.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, path
    assert visitor.get("/account/").headers["Cache-Control"] == "no-store"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in visitor.get("/account/").headers


def test_no_page_has_a_style_or_a_script_of_its_own(office: Office) -> None:
    visitor = signed_in(office)
    for rule in office.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        values = dict.fromkeys(rule.arguments, office.ids["2"])
        with office.app.test_request_context():
            path = office.app.url_for(rule.endpoint, **values, _external=False)
        answer = visitor.get(path)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            text = answer.get_data(as_text=True)
            assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", text), path


def test_names_that_are_scripts_are_text(office: Office) -> None:
    name = "<script>alert('é')</script>\"' onload=x {{ 7*7 }}"
    owner = office.ids["1"]

    def rename(desk: Desk) -> None:
        desk.book.record("", EmployeeChanged(employee=owner, name=name), ShopChanged(name=name))

    office.room.scribe.do(rename)
    visitor = signed_in(office)
    for path in ("/account/", "/people/access/", f"/people/access/{owner}", "/sign-in", "/today"):
        text = visitor.get(path).get_data(as_text=True)
        assert "<script>" not in text
        assert "onload=x" not in re.sub(r"&#34;&#39; onload=x", "", text)
        assert "49" not in text or "{{ 7*7 }}" in text


def test_a_mistake_of_ours_tells_nothing_of_itself(office: Office) -> None:
    @needs("cashier")
    def broken() -> str:
        raise ZeroDivisionError("secret detail")

    office.app.add_url_rule("/broken", "broken", broken)
    answer = signed_in(office).get("/broken")
    assert answer.status_code == 500
    text = answer.get_data(as_text=True)
    assert "secret" not in text
    assert "Traceback" not in text
    assert "Something went wrong" in text


# --------------------------------------------------------------------------- refusals in forms


class _No(Refusal):
    code = "name_needed"


def test_a_refused_form_comes_back_with_its_sentence_and_what_was_typed(office: Office) -> None:
    acted: list[str] = []

    @needs("cashier")
    def form() -> ResponseReturnValue:
        if is_posted():
            acted.append("")
            raise _No
        return f"<p>{typed('name', 'as it was')}</p>"

    office.app.add_url_rule("/form", "form", form, methods=["GET", "POST"])
    visitor = signed_in(office)
    assert "as it was" in visitor.get("/form").get_data(as_text=True)
    assert "typed" in visitor.send("/form", "/account/", name="typed").get_data(as_text=True)
    assert len(acted) == 1


def test_a_refused_button_goes_back_where_it_was_and_acts_once(office: Office) -> None:
    acted: list[str] = []

    @needs("cashier")
    def act() -> ResponseReturnValue:
        acted.append("")
        raise _No

    office.app.add_url_rule("/act", "act", act, methods=["POST"])
    visitor = signed_in(office)
    token = visitor.token("/account/")
    answer = visitor.post(
        "/act", data={"csrf_token": token}, headers={"Referer": SITE + "/account/"}
    )
    assert answer.location == "/account/"
    assert "enter a name" in visitor.get("/account/").get_data(as_text=True)
    assert len(acted) == 1
    for page in ("/catalogue/?q=tea&category=K7-1.0", "/people/hours/?day=2026-11-23"):
        came_from = {"Referer": SITE + page}
        assert visitor.post("/act", data={"csrf_token": token}, headers=came_from).location == page


def test_a_form_that_comes_after_the_sign_in_ran_out_says_that_it_was_not_saved(
    office: Office,
) -> None:
    office.give_password("1")
    visitor = signed_in(office, "2")
    page = "/catalogue/categories/new?x=1"
    fields = {"csrf_token": visitor.token(page), "name": "Cheese"}
    office.later(31 * 60_000)
    answer = visitor.post(page, data=fields, headers={"Referer": SITE + page, "Origin": SITE})
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/catalogue/categories/new?x%3D1"
    assert office.bodies("category_added") == []
    shown = visitor.get(answer.location).get_data(as_text=True)
    assert "What you sent was not saved" in shown
    again = visitor.send(answer.location, name="2", password=PASSWORD)
    assert again.location == page


def test_a_refusal_before_the_door_shows_nothing_of_what_is_behind_it(office: Office) -> None:
    @needs("owner")
    def secret() -> str:
        return "secret"

    office.app.add_url_rule("/secret", "secret", secret, methods=["GET", "POST"])

    def trouble() -> None:
        raise _No

    office.app.before_request_funcs[None].insert(0, trouble)
    answer = office.client().post("/secret")
    assert answer.status_code == 409
    assert b"secret" not in answer.data


def test_what_the_configuration_does_not_allow_over_the_web_is_refused_there(
    tmp_path: Path,
) -> None:
    with open_office(tmp_path, acts={"people": ("till",)}) as office:
        owner = signed_in(office)
        assert owner.get("/people/access/").status_code == 200
        answer = owner.send("/people/access/", second_factor="on")
        assert answer.status_code == 422
        assert "cannot be done here" in answer.get_data(as_text=True)
        assert office.bodies("web_rules_changed") == []


def test_before_anybody_signed_in_the_browsers_language_is_spoken(office: Office) -> None:
    office.give_password("1")
    for asked, lang in (
        ("de-DE,de;q=0.9", "de"),
        ("es", "es"),
        ("fr,en;q=0.5", "en"),
        ("xx", "en"),
        ("", "en"),
    ):
        page = office.client().get("/sign-in", headers={"Accept-Language": asked})
        assert f'<html lang="{lang}">' in page.get_data(as_text=True)
    owner = office.ids["1"]
    office.room.scribe.do(
        lambda desk: desk.book.record("", EmployeeChanged(employee=owner, language="es"))
    )
    assert '<html lang="es">' in signed_in(office).get(
        "/account/", headers={"Accept-Language": "de"}
    ).get_data(as_text=True)


def test_two_servers_of_a_shop_sign_forms_with_the_same_key(tmp_path: Path) -> None:
    with open_office(tmp_path / "one") as one, open_office(tmp_path / "two") as two:
        assert one.app.config["SECRET_KEY"] == two.app.config["SECRET_KEY"]
        assert one.room.keeper.pepper not in one.app.config["SECRET_KEY"]
