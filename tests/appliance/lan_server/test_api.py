"""The API: who may ask, what is answered, and that the document tells the truth.

`OPEN_POS_API_EXAMPLES=500` makes up so many questions for each address, in the place of a few.
"""

import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from appliance.journal.access_kinds import ApiTokenMade
from appliance.journal.kinds import (
    KINDS,
    BarcodeSet,
    CategoryAdded,
    EmployeeChanged,
    StockMove,
    StockMoved,
    TaxClassDefined,
    TaxRate,
)
from appliance.journal.time_kinds import Punched
from appliance.lan_server.access.brakes import Brake
from appliance.lan_server.api.door import API, ApiGate
from appliance.lan_server.api.questions import Nothing
from appliance.lan_server.api.table import READ, WRITE
from appliance.services import api_tokens, for_programs, people
from appliance.services.desk import Desk
from appliance.store.shelf import Shelf
from tests.appliance.lan_server.office import NOW_MS, SITE, Office, open_office, signed_in
from tests.appliance.lan_server.trouble import let_in
from tests.appliance.trading import Trader, sell

EXAMPLES = int(os.environ.get("OPEN_POS_API_EXAMPLES", "2"))
MAY_REFUSE: Final = {
    name: [positive_data_acceptance] for name in ("punches", "wages", *(one.name for one in WRITE))
}
"""What is right by itself is refused all the same there: too many days, a tax class that nobody knows.

Whether what is wrong is refused is told by tests of our own: often all that is wrong with a question that is made up
is that it has no token, and then it gets one here.
"""
NOTHING_TO_ASK: Final = {one.name for one in READ if "{" not in one.path and one.query is Nothing}
DAY_MS = 24 * 3_600_000


def token_of(office: Office, number: str, role: str, days: int = 30) -> str:
    """A token that an owner made for somebody."""
    made = api_tokens.new(office.room.keeper.pepper)
    now_ms = office.room.now_ms()
    wish = ApiTokenMade("", office.ids[number], "test", role, "", now_ms + days * DAY_MS)
    with office.room.readers.reading() as db:
        owner = people.find(db, "1")
    office.room.scribe.do(lambda desk: api_tokens.make(desk, made, wish, owner, now_ms))
    return made.text


def ask(office: Office, token: str, path: str, **query: object) -> Any:  # noqa: ANN401
    """The answer to a question with a token, as Python's own values."""
    answer = office.app.test_client().get(
        f"/api/v1{path}",
        base_url=SITE,
        query_string=query,
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def status(office: Office, token: str, path: str, **query: object) -> tuple[int, str]:
    answer = office.app.test_client().get(
        f"/api/v1{path}",
        base_url=SITE,
        query_string=query,
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )
    return answer.status_code, answer.get_json().get("code", "")


def filled(office: Office) -> str:
    """A small shop that traded; answers the id of a sale."""

    def fill(desk: Desk) -> str:
        trader = Trader(cast(Shelf, None), desk.book, office.clock)
        desk.book.record(
            "",
            TaxClassDefined("standard", "Standard", (TaxRate("vat", "VAT", 190_000, True),)),
            CategoryAdded("Drinks"),
        )
        last = [sell(trader, 1, 2), sell(trader, 3), sell(trader, 1)][-1]
        desk.book.record(
            "",
            BarcodeSet("04006381333931", trader.products[0]),
            StockMoved("count", (StockMove(trader.products[0], 5000, 5000),)),
        )
        return last

    made: str = office.room.scribe.do(fill)
    return made


@pytest.fixture(name="shop", scope="module")
def shop_that_traded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("api") / "shop"
    folder.mkdir()
    with open_office(folder, networked=True) as opened:
        filled(opened)
        let_in(opened, "K7Q2", "Till 1")
        yield opened


@pytest.fixture(name="owner", scope="module")
def token_of_an_owner(shop: Office) -> str:
    return token_of(shop, "1", "owner")


@pytest.fixture(name="contract", scope="module")
def contract_of(shop: Office) -> Any:  # noqa: ANN401 - schemathesis' own
    # Questions that are made up come quicker than any program may ask.
    shop.app.extensions[API] = ApiGate(wrong=Brake(10_000, 1), calls=Brake(10_000, 1))
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", shop.app)


@pytest.mark.parametrize(
    ("name", "method", "path", "mode"),
    [
        *((one.name, "GET", one.path, mode) for one in READ for mode in GenerationMode),
        *((one.name, one.method, one.path, mode) for one in WRITE for mode in GenerationMode),
    ],
    ids=str,
)
def test_every_answer_is_as_the_document_says(
    contract: Any,  # noqa: ANN401
    owner: str,
    name: str,
    method: str,
    path: str,
    mode: GenerationMode,
) -> None:
    """Questions that fit and questions that do not, made up from the document itself."""
    operation = contract[path][method]
    if mode is GenerationMode.NEGATIVE and name in NOTHING_TO_ASK:
        return

    @given(operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    def hold(case: Any) -> None:  # noqa: ANN401
        case.call_and_validate(
            headers={"Authorization": f"Bearer {owner}", "Accept-Encoding": "identity"},
            excluded_checks=[negative_data_rejection, *MAY_REFUSE.get(name, [])],
        )

    hold()


# --------------------------------------------------------------------------- who may ask


def test_nobody_is_answered_without_a_token_and_anybody_gets_the_document(shop: Office) -> None:
    client = shop.app.test_client()
    for resource in READ:
        path = re.sub(r"\{\w+\}", "x", resource.path)
        answer = client.get(f"/api/v1{path}", base_url=SITE)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.get_json()["code"] == "unauthorised"
    document = client.get("/api/v1/openapi.json", base_url=SITE).get_json()
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {one.path for one in (*READ, *WRITE)}


def test_a_browsers_cookie_opens_nothing_here(shop: Office) -> None:
    visitor = signed_in(shop)
    assert visitor.get("/").status_code in {200, 302, 303}
    assert visitor.get("/api/v1/shop").status_code == 401


@pytest.mark.parametrize("role", ["cashier", "manager", "owner"])
def test_a_token_may_what_its_role_may_and_no_more(shop: Office, role: str) -> None:
    token = token_of(shop, "1", role)
    for resource in READ:
        path = re.sub(r"\{\w+\}", "x", resource.path)
        got, code = status(shop, token, path, from_ms=0, to_ms=1, from_day="2026-11-01", to_day="x")
        is_allowed = api_tokens.RANKS[role] >= api_tokens.RANKS[resource.role]
        assert (code == "not_for_this_role") is not is_allowed, (path, got)
        assert (got == 403) is not is_allowed


def test_a_token_can_do_no_more_than_its_person_also_later(office: Office) -> None:
    token = token_of(office, "2", "manager")
    assert status(office, token, "/sales")[0] == 200
    demoted = EmployeeChanged(office.ids["2"], role="cashier")
    office.room.scribe.do(lambda desk: desk.book.record("", demoted))
    assert status(office, token, "/shop") == (401, "unauthorised")
    with pytest.raises(api_tokens.TokenRoleTooHigh):
        token_of(office, "2", "manager")


def test_a_revoked_token_and_one_whose_time_is_over_are_out_at_once(office: Office) -> None:
    first, second = token_of(office, "1", "owner"), token_of(office, "1", "owner", days=1)
    assert status(office, first, "/shop")[0] == 200
    owner = signed_in(office)
    name = first.split("_")[1]
    assert owner.send(f"/people/access/tokens/{name}/revoke").status_code == 303
    assert status(office, first, "/shop") == (401, "unauthorised")
    assert status(office, second, "/shop")[0] == 200
    office.later(DAY_MS)
    assert status(office, second, "/shop") == (401, "unauthorised")


def test_whoever_leaves_takes_their_tokens_along(office: Office) -> None:
    token = token_of(office, "2", "manager")
    gone = EmployeeChanged(office.ids["2"], active=False)
    office.room.scribe.do(lambda desk: desk.book.record("", gone))
    assert status(office, token, "/shop")[0] == 401


@pytest.mark.parametrize(
    "text",
    ["", "opos_", "opos_0123456789abcdef_" + "A" * 43, "' OR 1=1 --", "é" * 40, "x" * 5000],
)
def test_no_other_text_is_a_token(office: Office, text: str) -> None:
    assert status(office, text.encode().decode("latin-1"), "/shop")[0] == 401


def test_one_letter_changed_is_no_token(office: Office) -> None:
    token = token_of(office, "1", "owner")
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert status(office, other, "/shop")[0] == 401
    assert status(office, token, "/shop")[0] == 200


def test_guessing_is_slowed_down_and_a_good_token_is_not(office: Office) -> None:
    token = token_of(office, "1", "owner")
    got = [status(office, "opos_x", "/shop")[0] for _ in range(25)]
    assert got[:20] == [401] * 20
    assert set(got[20:]) == {429}
    assert status(office, token, "/shop")[0] == 200


def test_a_program_that_asks_without_end_is_told_when_to_come_again(office: Office) -> None:
    token = token_of(office, "1", "owner")
    got = [status(office, token, "/shop") for _ in range(210)]
    assert got[-1] == (429, "too_often")
    office.later(60_000)
    assert status(office, token, "/shop")[0] == 200


# --------------------------------------------------------------------------- the page


def test_a_token_is_shown_once_and_kept_as_a_hash(office: Office) -> None:
    owner = signed_in(office)
    page = "/people/access/tokens/new"
    sent = owner.send(page, name="Web shop", person=office.ids["2"], role="manager", days="30")
    found = re.search(r"opos_[0-9a-f]{16}_[\w-]{43}", sent.get_data(as_text=True))
    assert found is not None
    assert ask(office, found[0], "/shop")["name"] == "Eckladen"
    secret = found[0].rpartition("_")[2] if found[0].count("_") == 2 else found[0][22:]
    assert all(secret not in body for body in office.bodies("api_token_made"))
    listed = owner.get("/people/access/tokens/").get_data(as_text=True)
    assert secret not in listed
    assert "Web shop" in listed
    assert "Max Müller" in listed
    wrong = owner.send(page, name="x", person=office.ids["2"], role="owner", days="30")
    assert wrong.status_code == 422
    assert owner.send(page, name="x", person=office.ids["2"], role="cashier", days="0").status_code
    assert len(office.bodies("api_token_made")) == 1
    assert signed_in(office, "2").get(page).status_code == 403


# --------------------------------------------------------------------------- what is answered


def test_products_are_read_part_by_part_and_found(shop: Office, owner: str) -> None:
    first = ask(shop, owner, "/products", limit=1)
    found = first["items"][0]
    assert found["stock_milli"] is not None
    assert "04006381333931" in found["barcodes"]
    assert ask(shop, owner, f"/products/{found['id']}") == found
    assert ask(shop, owner, "/barcodes/4006381333931") == found
    assert ask(shop, owner, "/products", q=found["name"][:3])["items"][0] == found
    assert status(shop, owner, "/products/K7Q2-999.0") == (404, "no_such_product")
    assert status(shop, owner, "/barcodes/123") == (404, "no_such_barcode")


def test_all_sales_are_read_by_following_next(shop: Office, owner: str) -> None:
    whole = ask(shop, owner, "/sales")["items"]
    assert len(whole) == 3
    found: list[Any] = []
    after = ""
    while True:
        part = ask(shop, owner, "/sales", limit=1, after=after)
        found += part["items"]
        after = part["next"]
        if not after:
            break
    assert found == whole
    one = ask(shop, owner, f"/sales/{whole[0]['id']}")
    assert one["sale"] == whole[0]
    assert sum(line["amount_minor"] for line in one["lines"]) == whole[0]["subtotal_minor"]
    assert sum(tender["amount_minor"] for tender in one["tenders"]) == whole[0]["total_minor"]
    assert ask(shop, owner, "/sales", to_ms=whole[0]["at_ms"])["items"] == []
    assert status(shop, owner, "/sales/K7Q2-1") == (404, "no_such_sale")


def test_a_business_day_is_read_with_its_report(shop: Office, owner: str) -> None:
    [day] = ask(shop, owner, "/days")["items"]
    report = ask(shop, owner, f"/days/{day['id']}")
    sales = ask(shop, owner, "/sales")["items"]
    assert report["total_minor"] == sum(one["total_minor"] for one in sales)
    assert status(shop, owner, "/days/K7Q2-1") == (404, "no_such_day")


def test_the_journal_is_read_from_a_cursor_on_and_grows(shop: Office, owner: str) -> None:
    held = shop.read("SELECT count(*) FROM entry")[0][0]
    found, after = [], ""
    while part := ask(shop, owner, "/journal", limit=7, after=after):
        found += part["items"]
        after = part["next"]
        if not part["items"]:
            break
    assert len(found) == held
    assert len({(one["origin"], one["seq"]) for one in found}) == held
    shop.room.scribe.do(lambda desk: desk.book.record("", CategoryAdded("New")))
    [new] = ask(shop, owner, "/journal", after=after)["items"]
    assert new["body"] == {"name": "New"}


def test_the_rest_of_the_shop_is_read(shop: Office, owner: str) -> None:
    assert ask(shop, owner, "/shop")["currency"] == "EUR"
    assert [one["name"] for one in ask(shop, owner, "/employees")["items"]] == [
        "Carla Cruz",
        "Max Müller",
        "Olivia Ortega",
    ]
    assert "Drinks" in {one["name"] for one in ask(shop, owner, "/categories")["items"]}
    assert "standard" in {one["code"] for one in ask(shop, owner, "/tax-classes")["items"]}
    assert ask(shop, owner, "/stock")["items"]
    assert ask(shop, owner, "/registers")["items"][0]["device"] == "K7Q2"
    punched = Punched(shop.ids["3"], "in", "pin", "till")
    shop.room.scribe.do(lambda desk: desk.book.record("", punched))
    [punch] = ask(shop, owner, "/punches", from_ms=NOW_MS - DAY_MS, to_ms=NOW_MS + DAY_MS)["items"]
    assert punch["employee"] == shop.ids["3"]
    asked = {"from_day": "2026-11-01", "to_day": "2026-11-30"}
    assert ask(shop, owner, "/wages", **asked)["items"] is not None
    assert status(shop, owner, "/wages", from_day="2026-01-01", to_day="2026-11-30")[1] == (
        "period_too_long"
    )


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "x"},
        {"limit": "201"},
        {"other": "1"},
        {"after": "x"},
        {"from_ms": "-1"},
        {"after": "99999999999999999999_x"},
    ],
)
def test_a_question_that_is_none_is_told_so(
    shop: Office, owner: str, query: dict[str, str]
) -> None:
    assert status(shop, owner, "/sales", **query) == (400, "bad_message")


@pytest.mark.parametrize(
    "cursor", ["x", "K7Q2", "K7Q2.-1", "K7Q2.1~", "K7Q2.1,M3RT.2", "K7Q2.9999999999999999"]
)
def test_a_cursor_that_is_none_is_told_so(shop: Office, owner: str, cursor: str) -> None:
    assert status(shop, owner, "/journal", after=cursor) == (400, "bad_message")


def test_what_is_no_address_of_the_api_is_told_in_json(shop: Office, owner: str) -> None:
    assert status(shop, owner, "/nothing") == (404, "http_404")
    answer = shop.app.test_client().post(
        "/api/v1/shop", base_url=SITE, headers={"Authorization": f"Bearer {owner}"}
    )
    assert answer.status_code == 405
    assert answer.get_json()["code"] == "http_405"


# --------------------------------------------------------------------------- acts


def send(
    office: Office, token: str, method: str, path: str, body: object, key: str = ""
) -> tuple[int, Any]:
    answer = office.app.test_client().open(
        f"/api/v1{path}",
        method=method,
        base_url=SITE,
        data=json.dumps(body),
        headers={"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {}),
    )
    return answer.status_code, answer.get_json()


NEW: Final = {
    "name": "Tea",
    "price_minor": 320,
    "tax_class": "standard",
    "barcodes": ["4006381333948"],
}


@pytest.fixture(name="stocked")
def office_that_traded(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        filled(opened)
        yield opened


def test_a_product_is_added_changed_and_put_away_as_its_person(stocked: Office) -> None:
    token = token_of(stocked, "2", "manager")
    got, made = send(stocked, token, "POST", "/products", NEW)
    assert got == 200
    assert made["barcodes"] == ["04006381333948"]
    path = f"/products/{made['id']}"
    got, changed = send(stocked, token, "PATCH", path, {"price_minor": 350, "archived": True})
    assert (got, changed["price_minor"], changed["archived"]) == (200, 350, True)
    assert changed["name"] == "Tea"
    last = stocked.read("SELECT kind, actor FROM entry ORDER BY lamport DESC LIMIT 3")
    assert last == [
        ("product_changed", stocked.ids["2"]),
        ("product_changed", stocked.ids["2"]),
        ("products_added", stocked.ids["2"]),
    ]
    assert send(stocked, token, "PATCH", "/products/K7Q2-9.0", {})[0] == 404


def test_barcodes_and_stock_are_told(stocked: Office) -> None:
    token = token_of(stocked, "2", "manager")
    made = send(stocked, token, "POST", "/products", NEW)[1]["id"]
    other = send(stocked, token, "POST", "/products", NEW | {"barcodes": []})[1]["id"]
    taken = send(stocked, token, "PUT", "/barcodes/4006381333948", {"product": other})
    assert taken[0] == 422
    assert taken[1]["code"] == "barcode_of_other"
    assert send(stocked, token, "PUT", "/barcodes/4006381333948", {"product": None})[0] == 200
    assert send(stocked, token, "PUT", "/barcodes/4006381333948", {"product": other})[0] == 200
    assert ask(stocked, token, "/barcodes/4006381333948")["id"] == other
    came = {"items": [{"product": made, "qty_milli": 4000}, {"product": made, "qty_milli": 500}]}
    got = send(stocked, token, "POST", "/stock/receive", came)[1]
    assert got == {"items": [{"product": made, "qty_milli": 4500}]}
    counted = {"product": made, "counted_milli": 4000}
    assert send(stocked, token, "POST", "/stock/count", counted)[1]["items"][0]["qty_milli"] == 4000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "  "}, "name_needed"),
        ({"name": "bell\u0007"}, "bad_message"),
        ({"name": ""}, "bad_message"),
        ({"price_minor": -1}, "bad_message"),
        ({"price_minor": 1.5}, "bad_message"),
        ({"price_minor": "320"}, "bad_message"),
        ({"tax_class": "nope"}, "no_such_tax_class"),
        ({"category": "K7Q2-1"}, "no_such_category"),
        ({"unit": "litre"}, "bad_message"),
        ({"colour": "red"}, "bad_message"),
        ({"barcodes": ["4006381333931"]}, "barcode_of_other"),
    ],
)
def test_what_does_not_fit_is_refused_whole(
    stocked: Office, change: dict[str, object], code: str
) -> None:
    token = token_of(stocked, "2", "manager")
    before = stocked.read("SELECT count(*) FROM entry")
    got, said = send(stocked, token, "POST", "/products", NEW | change)
    assert said["code"] == code
    assert got in {400, 404, 422}
    assert stocked.read("SELECT count(*) FROM entry") == before


def test_a_request_with_a_key_is_done_once(stocked: Office) -> None:
    token = token_of(stocked, "2", "manager")
    first = send(stocked, token, "POST", "/products", NEW, "order 17")
    assert send(stocked, token, "POST", "/products", NEW, "order 17") == first
    assert len(stocked.bodies("api_request_done")) == 1
    other = send(stocked, token, "POST", "/products", NEW | {"name": "Coffee"}, "order 17")
    assert (other[0], other[1]["code"]) == (409, "key_used_otherwise")
    refused = NEW | {"name": "Milk"}
    assert send(stocked, token, "POST", "/products", refused, "order 18")[1]["code"] == (
        "barcode_of_other"
    )
    mended = refused | {"barcodes": []}
    assert send(stocked, token, "POST", "/products", mended, "order 18")[0] == 200
    stranger = token_of(stocked, "1", "owner")
    assert send(stocked, stranger, "POST", "/products", mended, "order 18")[0] == 200


def test_a_request_with_a_key_is_done_once_also_across_a_restart(tmp_path: Path) -> None:
    with open_office(tmp_path) as before:
        filled(before)
        token = token_of(before, "2", "manager")
        first = send(before, token, "POST", "/products", NEW, "order 17")
        assert first[0] == 200
    with open_office(tmp_path, staff=False) as after:
        assert send(after, token, "POST", "/products", NEW, "order 17") == first
        assert len(ask(after, token, "/products", q="Tea")["items"]) == 1


def test_many_at_once_with_one_key_do_it_once(stocked: Office) -> None:
    token = token_of(stocked, "2", "manager")
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(send, stocked, token, "POST", "/products", NEW, "order 17")
            for _ in range(16)
        ]
        answers = [one.result() for one in asked]
    assert answers == answers[:1] * 16
    assert len(stocked.bodies("api_request_done")) == 1


def test_a_cashiers_token_changes_no_price(stocked: Office) -> None:
    made = send(stocked, token_of(stocked, "2", "manager"), "POST", "/products", NEW)[1]["id"]
    token = token_of(stocked, "2", "cashier")
    before = len(stocked.bodies("product_changed"))
    for one in WRITE:
        path = one.path.replace("{product}", made).replace("{code}", "123")
        got, said = send(stocked, token, one.method, path, {"price_minor": 1})
        assert (got, said["code"]) == (403, "not_for_this_role")
    assert len(stocked.bodies("product_changed")) == before
    assert stocked.bodies("web_refused")


def test_where_the_web_may_not_change_the_catalogue_a_program_may_not_either(
    tmp_path: Path,
) -> None:
    with open_office(tmp_path, acts={"catalogue": ("till",)}) as closed:
        filled(closed)
        token = token_of(closed, "1", "owner")
        assert send(closed, token, "POST", "/products", NEW)[1]["code"] == "not_here"
        assert status(closed, token, "/products")[0] == 200


# --------------------------------------------------------------------------- secrets


def test_no_secret_leaves_by_any_address(shop: Office, owner: str) -> None:
    signed_in(shop)
    said = json.dumps([ask(shop, owner, "/journal", limit=200), ask(shop, owner, "/employees")])
    assert "argon2" not in said
    for kind in ("employee_added", "password_set", "web_signed_in", "api_token_made"):
        for body in map(json.loads, shop.bodies(kind)):
            for name in for_programs.SECRETS[kind]:
                assert str(body[name]) not in said


def test_whatever_sounds_like_a_secret_is_kept_back_or_known_to_be_none() -> None:
    """A new kind with a hash in it is found here."""
    sounds = re.compile(r"hash|secret|session|recovery|pin|marks|pass|token|key")
    harmless = {
        ("api_token_made", "token"),
        ("api_token_revoked", "token"),
        ("api_request_done", "token"),
        ("api_request_done", "key"),
        ("web_signed_in", "password"),
    }
    for body in KINDS.values():
        for name in body.__struct_fields__:
            if sounds.search(name) and (body.kind, name) not in harmless:
                assert name in for_programs.SECRETS.get(body.kind, ()), (body.kind, name)
