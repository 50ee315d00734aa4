"""The sheet of the LAN server, and what the strip says of the mirror."""

import pytest

from appliance import messages as m
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.server import address_of
from tests.kiosk_ui import mirror_samples as mirror
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scenes import NOBODY, OPEN, SELLING
from tests.kiosk_ui.test_workshop import Desk


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.show(s.MANAGER_IN)
    desk.workshop.choose("server:")
    desk.show(mirror.UNPAIRED)
    return desk


def shows(desk: Desk, overlay: Overlay) -> bool:
    return desk.shell.view.overlay is overlay


def keyed(desk: Desk, text: str) -> None:
    for sign in text:
        desk.server.key(sign)


def test_the_row_on_the_page_of_devices_opens_the_sheet_and_closing_it_is_told(desk: Desk) -> None:
    assert desk.sent == [m.OpenServer()]
    assert shows(desk, Overlay.SERVER)
    desk.server.close()
    assert shows(desk, Overlay.NONE)
    assert desk.sent == [m.OpenServer(), m.CloseServer()]


def test_after_a_defect_was_read_the_register_knows_that_the_sheet_is_there_again(
    desk: Desk,
) -> None:
    desk.show(s.DEFECT)
    assert desk.sent == [m.OpenServer(), m.CloseServer()]
    desk.show(m.NoticeView(id=0))
    assert shows(desk, Overlay.SERVER)
    assert desk.sent[-1] == m.OpenServer()


def test_it_says_what_to_do_and_which_servers_there_are(desk: Desk) -> None:
    view = desk.server.view
    assert "Pair a register" in view.text
    assert view.note == "Waiting for the scan."
    assert [(row.key, row.title) for row in view.rows] == [
        ("server:0", "Corner Shop"), ("server:1", "192.0.2.81"), ("address:", "Type an address and a code"),
    ]  # fmt: skip
    assert not view.can_forget


def test_a_found_server_asks_for_eight_digits_and_no_more(desk: Desk) -> None:
    desk.server.choose("server:0")
    view = desk.server.view
    assert (view.is_pad, view.is_list, view.can_take) == (True, False, False)
    assert "Corner Shop" in view.text
    keyed(desk, "2048x15")
    assert desk.server.view.edited == "2048 15|"
    keyed(desk, "9900")
    assert desk.server.view.edited == "2048 1599|"
    desk.server.take()
    assert desk.sent[-1] == m.PairByCode("192.0.2.7", 8443, "20481599")
    assert desk.server.view.is_list


def test_fewer_digits_are_not_sent(desk: Desk) -> None:
    desk.server.choose("server:0")
    keyed(desk, "2048159")
    desk.server.take()
    assert not any(isinstance(one, m.PairByCode) for one in desk.sent)
    desk.server.key("back")
    assert desk.server.view.edited == "2048 15|"


def test_an_address_is_typed_and_then_its_code(desk: Desk) -> None:
    desk.server.choose("address:")
    assert desk.server.view.is_keys
    desk.typed("shop.local:9000")
    desk.server.take()
    keyed(desk, "12345678")
    desk.server.take()
    assert desk.sent[-1] == m.PairByCode("shop.local", 9000, "12345678")


def test_leaving_what_is_typed_keeps_the_sheet_open(desk: Desk) -> None:
    desk.server.choose("address:")
    desk.server.close()
    assert desk.server.view.is_list
    assert shows(desk, Overlay.SERVER)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("192.0.2.7", "192.0.2.7", 8443),
        (" 192.0.2.7:9000 ", "192.0.2.7", 9000),
        ("shop.local", "shop.local", 8443),
        ("2001:db8::7", "2001:db8::7", 8443),
        ("[2001:db8::7]", "2001:db8::7", 8443),
        ("[2001:db8::7]:9000", "2001:db8::7", 9000),
        ("shop.local:x", "shop.local", 0),
        ("", "", 8443),
    ],
)
def test_an_address_has_a_host_and_perhaps_a_port(text: str, host: str, port: int) -> None:
    assert address_of(text) == (host, port)


@pytest.mark.parametrize("text", ["", ":9000", "shop.local:0", "shop.local:65536", "shop.local:x"])
def test_what_is_no_address_cannot_be_taken(desk: Desk, text: str) -> None:
    desk.server.choose("address:")
    keyed(desk, text)
    assert not desk.server.view.can_take


def test_each_step_of_pairing_has_words(desk: Desk) -> None:
    said = set()
    for step in ("asking", "proving", "storing"):
        desk.show(s.replace(mirror.UNPAIRED, step=step))
        said.add(desk.server.view.note)
    assert len(said) == 3
    assert not any("server.step" in text for text in said)


def test_what_went_wrong_stands_on_the_sheet_and_not_in_the_bar_too(desk: Desk) -> None:
    desk.show(mirror.OTHER)
    refused = m.NoticeView(7, m.NoticeLevel.REFUSED, "other_server", (("host", "192.0.2.7"),))
    desk.show(refused)
    assert desk.server.view.note.startswith("The server at 192.0.2.7 is not the one")
    assert not desk.shell.view.has_notice
    desk.server.close()
    assert desk.shell.view.has_notice


def test_once_paired_it_shows_what_with_and_how_far_the_shop_has_come(desk: Desk) -> None:
    desk.server.choose("server:0")
    desk.show(mirror.FETCHING)
    desk.show(mirror.CONNECTED)
    view = desk.server.view
    assert view.is_list
    assert [row.title for row in view.rows] == [
        "Corner Shop", "192.0.2.7:8443 (M0AX)", "This register is called Till 2 there.",
    ]  # fmt: skip
    assert (view.has_progress, view.progress_percent) == (True, 40)
    assert view.progress == "Fetching the shop: 48,210 of 117,903 entries"
    desk.show(mirror.PAIRED)
    assert not desk.server.view.has_progress


def test_forgetting_is_asked_first(desk: Desk) -> None:
    desk.show(mirror.PAIRED)
    desk.server.forget()
    assert shows(desk, Overlay.ASK)
    assert desk.ask.view.title == "Forget the server of Corner Shop?"
    assert m.ForgetServer() not in desk.sent
    desk.ask.yes()
    assert desk.sent[-1] == m.ForgetServer()


def test_a_register_without_people_offers_to_be_paired_and_shows_how_far_it_is(desk: Desk) -> None:
    desk.show(NOBODY)
    desk.show(m.WorkshopView(open=False))
    desk.show(m.ServerView())
    assert desk.sign_in.view.nobody
    assert desk.sign_in.view.pair == "Pair with a LAN server"
    desk.sign_in.server()
    assert shows(desk, Overlay.SERVER)
    desk.show(mirror.FETCHING)
    assert desk.sign_in.view.progress == "Fetching the shop: 48,210 of 117,903 entries"
    # Whoever sets it up may also undo it.
    assert desk.server.view.can_forget


def test_a_new_time_clock_by_the_door_offers_to_be_paired_too(desk: Desk) -> None:
    desk.show(s.replace(s.SHOP, place="door"))
    desk.show(NOBODY)
    desk.show(m.ServerView())
    assert desk.door.view.pin == "Pair with a LAN server"
    desk.door.use_pin()
    assert shows(desk, Overlay.SERVER)
    desk.server.close()
    desk.show(s.SIGNED_OUT)
    desk.door.use_pin()
    assert shows(desk, Overlay.CLOCK_PIN)


# --------------------------------------------------------------------------- the strip


@pytest.mark.parametrize(
    ("status", "words", "colour"),
    [
        (s.STATUS, "", "muted"),
        (mirror.CONNECTED, "connected", "brand_ink"),
        (mirror.BEHIND, "12 behind", "amber_ink"),
        (mirror.ALONE, "alone since 13:32", "amber_ink"),
        (mirror.ALONE_FOR_DAYS, "alone since 20 Nov", "amber_ink"),
    ],
)
def test_the_strip_says_how_the_mirror_is_in_a_few_words(
    status: m.StatusView, words: str, colour: str
) -> None:
    desk = Desk()
    for snapshot in (*SELLING, status):
        desk.show(snapshot)
    view = desk.strip.view
    assert (view.mirror, view.mirror_colour, view.has_mirror) == (words, colour, bool(words))
    assert not view.has_trouble


def test_a_mirror_in_trouble_is_a_trouble_of_the_strip_and_the_sheet_says_what_to_do() -> None:
    desk = Desk()
    for snapshot in (*OPEN, mirror.FORKED):
        desk.show(snapshot)
    assert desk.strip.view.trouble == "LAN server: trouble"
    row = next(row for row in desk.strip.view.rows if row.name == "LAN server")
    assert "K7Q2 after entry 10,402" in row.text
    assert "40 entries are not on the server yet." in row.text


def test_trouble_of_a_device_and_a_lonely_mirror_are_both_counted() -> None:
    desk = Desk()
    for snapshot in (*OPEN, mirror.ALONE_AND_NO_PAPER):
        desk.show(snapshot)
    assert desk.strip.view.trouble.endswith("(+4)")


@pytest.mark.parametrize("state", ["off", "connected", "behind", "alone"])
def test_every_state_has_a_sentence_in_the_sheet(state: str) -> None:
    desk = Desk()
    for snapshot in (*OPEN, s.replace(mirror.CONNECTED, mirror=state)):
        desk.show(snapshot)
    row = next(row for row in desk.strip.view.rows if row.name == "LAN server")
    assert row.text
    assert "mirror." not in row.text
