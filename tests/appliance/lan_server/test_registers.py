"""The pages of registers: who is there, what is not in order, letting one in and letting one in no more."""

import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import urllib3
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from PIL import Image
from playwright.sync_api import Browser, Page

from appliance.clock import SystemClock
from appliance.journal.mirror_kinds import OriginBegun
from appliance.journal.pairing_wire import LIVES_MS, Begin, read_qr
from appliance.journal.wire import Range, Wanting
from appliance.lan_server.pages import register_views as views
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.register_views import CONNECTED_MS, Names
from appliance.lan_server.pairing import CodeSpent, WrongPairingCode
from appliance.services import registers, start_code
from appliance.services.mirroring import Fork
from appliance.services.origins import Stranger
from appliance.services.places import ACTS
from appliance.words import LANGUAGES, Words
from tests.appliance.lan_server.office import (
    NOW_MS,
    PASSWORD,
    Office,
    Visitor,
    open_office,
    signed_in,
)
from tests.appliance.lan_server.serving import Server, serving
from tests.appliance.lan_server.trouble import full_of_trouble, let_in, recorded, taken
from tests.browser import new_page


@pytest.fixture(name="net")
def office_with_a_network(tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "shop"
    folder.mkdir()
    with open_office(folder, networked=True) as opened:
        yield opened


def text_of(visitor: Visitor, page: str) -> str:
    """What a page says, without its marks."""
    answer = visitor.get(page)
    assert answer.status_code == 200, answer.status
    found = answer.get_data(as_text=True).split("<main", 1)[1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split())


def offered(visitor: Visitor, **fields: str) -> str:
    """The page of a new offer."""
    answer = visitor.send("/registers/pair/", **fields)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def become_owner(page: Page, server: Server) -> None:
    """The first owner, by a code from the console, and signed in."""
    page.goto(f"{server.url}/begin")
    page.get_by_label("Your name").fill("Olivia Ortega")
    page.get_by_label("PIN for the till").fill("2580")
    page.get_by_label("Code", exact=True).fill(
        start_code.make(server.store, SystemClock().now().at_ms)
    )
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The password once more").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_label("Number or name").fill("1")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Today").wait_for()


def test_a_register_is_shown_as_it_does(net: Office, tmp_path: Path) -> None:
    let_in(net, "K7Q2", "Till 1")
    owner = signed_in(net)
    assert "Paired, never heard since" in text_of(owner, "/registers/")
    taken(net, "K7Q2", recorded(tmp_path / "till", "K7Q2", 3))
    assert "last record Sat 28 Nov 2026, 11:00" in text_of(owner, "/registers/")
    table = net.room.network
    assert table is not None
    table.devices.heard("K7Q2", "192.0.2.21", net.room.now_ms())
    said = text_of(owner, "/registers/")
    assert "Connected" in said
    assert "192.0.2.21" in said
    net.later(CONNECTED_MS)
    assert "Alone since Sat 28 Nov 2026, 11:00" in text_of(owner, "/registers/")


def test_every_trouble_says_what_it_means_and_what_to_do(net: Office, tmp_path: Path) -> None:
    full_of_trouble(net, tmp_path)
    owner = signed_in(net)
    said = text_of(owner, "/registers/")
    for sentence in (
        "Two histories of Kasse 2 im Gartenmöbelausstellungsraum (M3RT)",
        "Alte Kasse (V8WZ) sent more after it was replaced",
        "3 entries of Kasse 1 (K7Q2) are missing within",
        "was replaced by Kasse 3 (T5VW); said by Olivia Ortega",
        "Am Samstag vom Markt gestohlen",
    ):
        assert sentence in said
    assert said.count("What it means:") == said.count("What to do:") == 3
    lines = owner.get("/registers/kept-apart.jsonl").get_data(as_text=True).splitlines()
    assert len(lines) == 33
    assert {json.loads(line)["origin"] for line in lines} == {"M3RT", "V8WZ"}


def test_a_register_that_lacks_something_is_said_to_be_behind(net: Office) -> None:
    let_in(net, "K7Q2", "Till 1")
    table = net.room.network
    assert table is not None
    table.devices.heard("K7Q2", "192.0.2.21", net.room.now_ms())
    table.devices.wanted("K7Q2", Wanting({"AAAA": 3}), {"AAAA": 1_000, "BBBB": 203})
    assert "Connected, 1,200 entries behind" in text_of(signed_in(net), "/registers/")


def test_a_register_that_began_anew_is_one_with_what_it_was(net: Office, tmp_path: Path) -> None:
    let_in(net, "K7Q2", "Till 1")
    taken(net, "K7Q2", recorded(tmp_path / "till", "K7Q2", 3))
    begun = recorded(
        tmp_path / "again", "M3RT", 2, bodies=(OriginBegun("K7Q2", 3, "ab", "restored"),)
    )
    taken(net, "K7Q2", begun)
    owner = signed_in(net)
    said = text_of(owner, "/registers/")
    assert "Began anew from a backup of Till 1 (K7Q2)" in said
    assert "Also wrote as M3RT" in text_of(owner, "/registers/K7Q2")
    owner.send("/registers/K7Q2/name", "/registers/K7Q2", name="Window", place="till")
    assert "Window (M3RT)" in text_of(owner, "/registers/")


def test_an_unknown_device_is_named_where_the_configuration_lets_the_web_do_so(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    strange = recorded(tmp_path / "strange", "ZZZZ", 2)
    with open_office(folder) as closed:
        closed.room.scribe.do(lambda desk: desk.book.receive(strange))
        owner = signed_in(closed)
        assert "An unknown device: ZZZZ" in text_of(owner, "/registers/")
        assert "/registers/unknown/ZZZZ" not in owner.get("/registers/").get_data(as_text=True)
        assert owner.send("/registers/unknown/ZZZZ", name="x", place="till").status_code == 422
        assert not closed.bodies("origin_known")
    with open_office(folder, staff=False, acts=ACTS | {"devices": ("till", "web")}) as opened:
        owner = opened.client()
        owner.sign_in()
        assert "/registers/unknown/ZZZZ" in owner.get("/registers/").get_data(as_text=True)
        sent = owner.send("/registers/unknown/ZZZZ", name="Stand", place="till")
        assert sent.status_code == 303
        assert "An unknown device" not in text_of(owner, "/registers/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_trouble_has_words_in_every_language(language: str) -> None:
    why = ("forked", "closed", "not_yours", "gap")
    causes = ("unknown kind", "unreadable", "not applicable", "waits")
    found = registers.Troubles(
        forks=(Fork("V8WZ", 4, "", "", "K7Q2", "forked", NOW_MS),),
        apart=tuple(registers.Apart("M3RT", "K7Q2", one, 2, 3, 4, NOW_MS) for one in why),
        unapplied=tuple(
            registers.NotApplied("M3RT", seq, "x", one, "") for seq, one in enumerate(causes)
        ),
        unapplied_count=900,
        strangers=(Stranger("ZZZZ", 3, NOW_MS),),
        for_nothing={"M3RT": ["M3RT-2", "M3RT-3"]},
    )
    form = Formats(Words(language), "EUR", ZoneInfo("Europe/Berlin"))
    names = Names({"M3RT": "Till 2"}, {})
    said = views.troubles(found, (Range("M3RT", 1, 2),), names, form)
    assert len(said) == len(why) + 1 + len(causes) + 1 + 1 + 1
    for one in said:
        for text in (one.title, one.means, one.todo):
            assert text
            assert "web.registers" not in text
            assert "{" not in text


def test_a_manager_looks_and_an_owner_acts(net: Office) -> None:
    let_in(net, "K7Q2", "Till 1")
    manager, stranger = signed_in(net, "2"), net.client()
    assert "Till 1" in text_of(manager, "/registers/")
    assert "Pair a register" not in text_of(manager, "/registers/")
    assert "Let it in no more" not in text_of(manager, "/registers/K7Q2")
    for path in ("/registers/pair/", "/registers/K7Q2/revoke", "/registers/kept-apart.jsonl"):
        assert manager.get(path).status_code == 403
        assert stranger.get(path).status_code == 303
    assert manager.send("/registers/K7Q2/name", "/registers/", name="Mine").status_code == 403


def test_a_register_is_called_otherwise_and_moved(net: Office) -> None:
    let_in(net, "K7Q2", "Till 1")
    owner = signed_in(net)
    sent = owner.send("/registers/K7Q2/name", "/registers/K7Q2", name=" By the door ", place="door")
    assert sent.status_code == 303
    said = text_of(owner, "/registers/K7Q2")
    assert "By the door" in said
    assert "(time clock)" in said
    assert net.read(
        "SELECT actor FROM entry WHERE kind = 'origin_known' ORDER BY seq DESC LIMIT 1"
    ) == [(net.ids["1"],)]
    wrong = owner.send("/registers/K7Q2/name", "/registers/K7Q2", name="x", place="cellar")
    assert "cellar" in wrong.get_data(as_text=True)
    assert owner.send("/registers/ZZZZ/name", "/registers/K7Q2", name="x").status_code == 404
    assert len(net.bodies("origin_known")) == 2


def test_a_revoked_register_is_out_and_its_reason_is_kept(net: Office) -> None:
    let_in(net, "K7Q2", "Till 1")
    owner = signed_in(net)
    assert "goes on selling by itself" in text_of(owner, "/registers/K7Q2/revoke")
    assert owner.send("/registers/K7Q2/revoke", why="stolen <b>").status_code == 303
    said = owner.get("/registers/").get_data(as_text=True)
    assert "stolen &lt;b&gt;" in said
    body = json.loads(net.bodies("register_revoked")[0])
    assert body["why"] == "stolen <b>"
    again = owner.send("/registers/K7Q2/revoke", why="")
    assert again.status_code == 422


def test_the_picture_is_only_for_the_browser_that_asked(net: Office) -> None:
    owner, elsewhere = signed_in(net), net.client()
    assert elsewhere.sign_in().status_code == 303
    offer = offered(owner, name="Till 2", place="till")
    code = re.search(r"\b\d{4} \d{4}\b", text_of(owner, offer))
    assert code is not None
    picture = owner.get(f"{offer}.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    assert elsewhere.get(f"{offer}.svg").status_code == 404
    assert "This code is over" in text_of(elsewhere, offer)
    with owner.session_transaction(base_url="https://shop.test") as kept:
        assert code[0].replace(" ", "") not in str(dict(kept))


def test_a_code_is_over_after_its_time_and_when_it_is_withdrawn(net: Office) -> None:
    owner = signed_in(net)
    room = net.room.network
    assert room is not None
    offer = offered(owner, name="Till 2")
    assert owner.send(f"{offer}/withdraw", offer).status_code == 303
    assert room.offers.waiting() == ()
    offer = offered(owner, name="Till 2")
    assert 'http-equiv="refresh"' in owner.get(offer).get_data(as_text=True)
    net.later(LIVES_MS)
    assert "This code is over" in text_of(owner, offer)
    assert owner.get(f"{offer}.svg").status_code == 404
    assert 'http-equiv="refresh"' not in owner.get(offer).get_data(as_text=True)


def test_a_code_that_was_tried_too_often_is_shown_no_more(net: Office) -> None:
    owner = signed_in(net)
    room = net.room.network
    assert room is not None
    offer = offered(owner, name="Till 2")
    code = re.search(r"\b\d{4} \d{4}\b", text_of(owner, offer))
    assert code is not None
    for _ in range(3):
        with pytest.raises(WrongPairingCode):
            room.offers.begin(Begin("K7Q2", "00" * 33))
    with pytest.raises(CodeSpent):
        room.offers.begin(Begin("K7Q2", "00" * 33))
    assert code[0] not in text_of(owner, offer)
    assert "tried too often" in text_of(owner, offer)


def test_only_a_register_that_still_counts_can_be_replaced(net: Office) -> None:
    let_in(net, "K7Q2", "Till 1")
    let_in(net, "M3RT", "Till 2", replaces="K7Q2")
    owner = signed_in(net)
    page = owner.get("/registers/pair/").get_data(as_text=True)
    assert 'value="M3RT"' in page
    assert 'value="K7Q2"' not in page
    refused = owner.send("/registers/pair/", name="x", place="till", replaces="ZZZZ")
    assert refused.status_code == 422


def test_the_authority_is_given_with_its_fingerprint(net: Office) -> None:
    owner = signed_in(net)
    der = owner.get("/registers/trust/ca.crt").get_data()
    pem = owner.get("/registers/trust/ca.pem").get_data()
    assert x509.load_der_x509_certificate(der) == x509.load_pem_x509_certificate(pem)
    assert b"PRIVATE" not in pem
    shown = text_of(owner, "/registers/trust/").replace(" ", "")
    assert x509.load_der_x509_certificate(der).fingerprint(hashes.SHA256()).hex().upper() in shown


def test_without_a_network_the_page_is_there_and_pairing_is_not(office: Office) -> None:
    owner = signed_in(office)
    assert "No register is paired yet" in text_of(owner, "/registers/")
    for path in ("/registers/pair/", "/registers/trust/", "/registers/trust/ca.pem"):
        assert owner.get(path).status_code == 404


def test_a_scanner_reads_the_picture_and_the_register_comes(
    browser: Browser, tmp_path: Path
) -> None:
    """The real process, a real browser, a register that knows nothing but what its scanner read, and a program."""
    store = tmp_path / "server"
    with serving(store) as server:
        page = new_page(browser)
        become_owner(page, server)
        page.goto(f"{server.url}/registers/pair/")
        page.get_by_label("Name").fill("Till by the window")
        page.get_by_role("button", name="Show the code").click()
        page.locator("img.qr").wait_for()
        seen = Image.open(io.BytesIO(page.locator("img.qr").screenshot()))
        [read] = zxingcpp.read_barcodes(seen)
        invitation = read_qr(read.text)
        assert invitation.port == server.port
        till = server.stranger().finish("K7Q2", token=invitation.token)
        assert till.paired is not None
        assert till.paired.name == "Till by the window"
        page.get_by_text("Till by the window is here").wait_for()
        till.hello()
        page.goto(f"{server.url}/registers/")
        page.get_by_text("Connected").wait_for()
        page.goto(f"{server.url}/people/access/tokens/new")
        page.get_by_label("What it is for").fill("Web shop")
        page.get_by_label("May do what this role may").select_option("manager")
        page.get_by_role("button", name="Make a token").click()
        token = page.locator("code").inner_text()
        with page.expect_download() as started:
            page.evaluate("location.href = '/registers/trust/ca.pem'")
        authority = tmp_path / "ca.pem"
        started.value.save_as(authority)
        program = urllib3.PoolManager(ca_certs=str(authority), retries=False)
        said = program.request(
            "GET", f"{server.url}/api/v1/registers", headers={"Authorization": f"Bearer {token}"}
        )
        [register] = said.json()["items"]
        assert (register["device"], register["name"]) == ("K7Q2", "Till by the window")
        program.clear()
