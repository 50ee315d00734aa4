"""The page of the first start: what each tap asks of the register, and what is remembered until it is taken over."""

from typing import Any

import pytest

from appliance import messages as m
from kiosk_ui.navigation import Overlay, Page
from kiosk_ui.presenters import Presenters
from kiosk_ui.presenters.first_start.typing import SIGNS, Typing
from kiosk_ui.strings import Words
from tests.kiosk_ui import first_start_samples as first
from tests.kiosk_ui import mirror_samples as mirror
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scenes import NOBODY


class Desk(Presenters):
    """A new register, and one that remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[m.Command] = []
        super().__init__(self._take, now_ms=lambda: s.NOW_MS)
        for snapshot in (m.StartingView(done=True), s.SHOP, NOBODY, s.STATUS):
            self.show(snapshot)

    def _take(self, command: m.Command) -> bool:
        self.sent.append(command)
        return True

    def at(self) -> Page:
        return self.shell.view.page

    @property
    def view(self) -> Any:  # noqa: ANN401 - the view of the presenter under test
        return self.first_start.view

    def answer(self, view: m.FirstStartView) -> None:
        """What the register says to the last command."""
        answered = self.first_start.seen.first_start.answered + 1
        self.show(s.replace(view, answered=answered))

    def type(self, key: str, text: str) -> None:
        if key:
            self.first_start.edit(key)
        while len(self.view.edited) > 1:
            self.first_start.key("back")
        for sign in text:
            self.first_start.key(sign)
        self.first_start.take()

    def shown(self, key: str) -> str:
        return str(next(one for one in self.view.fields if one.key == key).value)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_page_lies_under_the_page_of_devices_and_over_the_sign_in(desk: Desk) -> None:
    assert desk.at() is Page.SIGN_IN
    desk.show(first.DEVICES)
    assert desk.at() is Page.FIRST_START
    desk.first_start.choose("devices:")
    assert desk.sent == [m.OpenWorkshop()]
    desk.show(s.WORKSHOP)
    assert desk.at() is Page.WORKSHOP
    desk.show(m.WorkshopView(open=False))
    assert desk.at() is Page.FIRST_START
    desk.show(m.FirstStartView())
    assert desk.at() is Page.SIGN_IN


def test_where_nobody_works_the_sign_in_page_leads_to_it(desk: Desk) -> None:
    assert desk.sign_in.view.nobody
    desk.sign_in.set_up()
    assert desk.sent == [m.OpenFirstStart()]


def test_managers_find_it_in_the_menu_and_cashiers_do_not(desk: Desk) -> None:
    desk.show(s.SIGNED_IN)
    assert not desk.menu.view.can_devices
    desk.show(s.MANAGER_IN)
    desk.menu.set_up()
    assert desk.sent == [m.OpenFirstStart()]
    assert desk.menu.view.set_up == "Set up"


def test_each_language_says_in_its_own_words_how_to_go_on(desk: Desk) -> None:
    desk.show(first.LANGUAGE)
    assert [(row.title, row.text) for row in desk.view.rows] == [
        ("English", "Tap here to go on in English."),
        ("Deutsch", "Hier tippen, um auf Deutsch weiterzumachen."),
        ("Español", "Toque aquí para continuar en español."),
    ]
    desk.first_start.choose("language:de")
    assert desk.sent == [m.ChooseFirstLanguage("de")]


def test_a_country_fills_in_what_is_usual_and_all_of_it_can_be_changed(desk: Desk) -> None:
    desk.show(first.COUNTRY)
    assert desk.view.cells[0].text == "Australia"
    assert desk.view.cells[-1].text == "Another country"
    desk.first_start.choose("country:CH")
    assert (desk.shown("country"), desk.shown("rate:A"), desk.shown("rate:C")) == (
        "Switzerland",
        "8.1 %",
        "3.8 %",
    )
    desk.type("rate:A", "8.5")
    desk.type("rate:C", "")
    desk.type("tax", "TVA")
    desk.first_start.tap_chip("currency=EUR")
    desk.first_start.tap_chip("coin=5")
    desk.first_start.tap_chip("included=no")
    desk.first_start.go_on()
    assert desk.sent == [
        m.TakeCountry(
            "CH",
            "EUR",
            5,
            included=False,
            zone="Europe/Zurich",
            taxes=(m.TaxTerm("A", "TVA", "8.5"), m.TaxTerm("B", "TVA", "2.6")),
        )
    ]


def test_another_country_forgets_the_rates_of_the_one_before(desk: Desk) -> None:
    desk.show(first.COUNTRY)
    desk.first_start.choose("country:FR")
    desk.first_start.edit("country")
    assert desk.view.is_cells
    desk.first_start.choose("country:DK")
    desk.first_start.go_on()
    (command,) = desk.sent
    assert isinstance(command, m.TakeCountry)
    assert [one.rate for one in command.taxes] == ["25"]


def test_a_register_that_joins_is_only_asked_where_it_stands(desk: Desk) -> None:
    desk.show(first.JOIN_COUNTRY)
    desk.first_start.choose("country:AT")
    assert desk.sent == [m.StandIn("AT")]
    desk.answer(first.JOIN)
    desk.answer(s.replace(first.JOIN_COUNTRY, country="AT"))
    assert desk.view.is_cells
    desk.first_start.choose("country:other")
    assert desk.sent[-1] == m.StandIn("")


def test_going_back_keeps_what_was_typed(desk: Desk) -> None:
    desk.show(first.SHOP)
    desk.type("name", "Corner & Co.")
    desk.first_start.cancel()
    desk.first_start.back()
    assert desk.sent == [m.GoToStep("country")]
    desk.answer(first.TERMS)
    assert desk.view.is_fields
    desk.answer(first.SHOP)
    assert desk.shown("name") == "Corner & Co."
    desk.type("street", "12 Market Street")
    desk.type("", "10115 Berlin")
    desk.first_start.go_on()
    assert desk.sent[-1] == m.TakeShop("Corner & Co.", ("12 Market Street", "10115 Berlin"), "")


def test_a_shop_needs_a_name(desk: Desk) -> None:
    desk.show(first.SHOP)
    assert not desk.view.can_go_on
    desk.first_start.go_on()
    assert desk.sent == []


def test_an_address_of_more_lines_keeps_them(desk: Desk) -> None:
    desk.show(s.replace(first.AGAIN, address=("1", "2", "3", "4")))
    desk.first_start.go_on()
    (command,) = desk.sent
    assert isinstance(command, m.TakeShop)
    assert command.address == ("1", "2", "3", "4")


def test_a_wifi_asks_for_its_password_and_an_open_one_for_none(desk: Desk) -> None:
    desk.show(first.NETWORK)
    desk.first_start.choose("wifi:Café: Gäste")
    assert desk.sent == [m.JoinWifi("Café: Gäste")]
    desk.first_start.choose("wifi:Corner & Co.")
    assert desk.view.heading == "Password of Corner & Co."
    for key in ("P", "signs", "{", "signs", "ß"):
        desk.first_start.key(key)
    desk.first_start.take()
    assert desk.sent[-1] == m.JoinWifi("Corner & Co.", "P{ß")


def test_a_wifi_without_a_name_is_typed(desk: Desk) -> None:
    desk.show(first.NETWORK)
    desk.first_start.choose("ssid:")
    for key in "back":
        desk.first_start.key(key)
    desk.first_start.take()
    assert desk.view.heading == "Password of back"
    for key in "12345678":
        desk.first_start.key(key)
    desk.first_start.take()
    assert desk.sent == [m.JoinWifi("back", "12345678", typed=True)]


def test_where_no_wifi_is_heard_it_says_what_it_may_wait_for(desk: Desk) -> None:
    silent = s.replace(first.NETWORK.network, networks=())
    desk.show(s.replace(first.NETWORK, network=silent))
    assert "until the country is chosen" in desk.view.rows[1].text
    desk.show(s.replace(first.NETWORK, network=silent, country="DE"))
    assert desk.view.rows[1].text == ""


def test_without_network_the_step_is_left_for_later(desk: Desk) -> None:
    desk.show(first.NETWORK)
    assert desk.view.go_on == "Without network"
    desk.first_start.go_on()
    assert desk.sent == [m.SkipStep("network")]
    desk.answer(first.WIRED)
    assert (desk.view.go_on, desk.view.text) == ("Go on", "")
    desk.first_start.go_on()
    assert desk.sent[-1] == m.PassStep("network")


def test_what_is_wrong_stands_on_the_page_and_not_on_the_bar(desk: Desk) -> None:
    desk.show(first.NETWORK)
    desk.show(first.WRONG_PASSWORD)
    fields = first.WRONG_PASSWORD.problem_fields
    desk.show(m.NoticeView(3, m.NoticeLevel.REFUSED, "wifi_wrong_password", fields))
    assert "The password of" in desk.view.note
    assert not desk.shell.view.has_notice


def test_a_new_card_that_has_no_time_yet_covers_no_heading_to_say_so(desk: Desk) -> None:
    desk.show(first.NETWORK)
    desk.show(m.NoticeView(3, m.NoticeLevel.WARN, "clock_not_trusted"))
    assert not desk.shell.view.has_notice
    desk.show(m.NoticeView(4, m.NoticeLevel.WARN, "disk_low", (("free", "20"),)))
    assert desk.shell.view.has_notice


def test_two_pins_that_differ_are_not_sent_and_a_pin_is_never_shown(desk: Desk) -> None:
    desk.show(first.OWNER)
    desk.type("owner", "Olga")
    desk.type("", "1234")
    desk.type("", "1235")
    assert "12" not in str(desk.view)
    desk.first_start.go_on()
    assert (desk.sent, desk.view.note) == (
        [],
        "The two PINs differ. Please key them in again.",
    )
    assert not desk.view.can_go_on
    desk.type("pin", "1234")
    assert "differ" not in desk.view.note
    desk.type("", "1234")
    desk.first_start.go_on()
    assert desk.sent == [m.AddOwner("Olga", "1234")]
    desk.answer(first.DEVICES)
    assert "pin" not in desk.first_start._values


def test_a_second_tap_before_the_answer_is_the_same(desk: Desk) -> None:
    desk.show(first.DEVICES)
    desk.first_start.go_on()
    desk.first_start.go_on()
    assert desk.sent == [m.PassStep("devices")]


def test_a_server_is_joined_by_its_own_sheet(desk: Desk) -> None:
    desk.show(first.SERVER)
    desk.first_start.choose("server:join")
    assert desk.shell.view.overlay is Overlay.SERVER
    assert desk.sent == [m.OpenServer()]
    desk.show(mirror.PAIRED)
    assert [row.title for row in desk.view.rows] == ["Paired with Corner Shop"]
    desk.first_start.go_on()
    assert desk.sent[-1] == m.PassStep("server")


def test_goods_come_from_a_file_of_the_stick(desk: Desk) -> None:
    desk.show(first.GOODS)
    assert [row.key for row in desk.view.rows] == ["goods:demo", "file:0", "file:1", "goods:none"]
    desk.first_start.choose("file:0")
    assert desk.sent == [m.TakeGoods("file", "/media/a/products.csv")]
    desk.answer(first.GOODS_BAD)
    assert "Line 4" in desk.view.note
    desk.answer(first.GOODS_EMPTY)
    assert desk.view.rows[1].title == "No USB stick is plugged in."
    desk.first_start.again()
    assert desk.sent[-1] == m.LookForFiles()


def test_what_was_left_for_later_is_said_at_the_end_and_can_be_tapped(desk: Desk) -> None:
    desk.show(first.END_LEFT)
    assert "Country and taxes" in desk.view.text
    desk.first_start.choose("step:owner")
    assert desk.sent == [m.GoToStep("owner")]


def test_at_the_first_start_nobody_runs_ahead_and_later_everybody_may(desk: Desk) -> None:
    desk.show(first.SHOP)
    enabled = {row.key for row in desk.view.steps if row.enabled}
    assert enabled == {"step:language", "step:way", "step:country", "step:shop"}
    desk.show(first.AGAIN)
    assert all(row.enabled for row in desk.view.steps)


def test_a_wrong_file_on_the_card_is_said(desk: Desk) -> None:
    desk.show(first.FILE_WRONG)
    assert "did you mean name?" in desk.view.note


def test_a_real_keyboard_types_too(desk: Desk) -> None:
    desk.show(first.SHOP)
    assert not desk.typed("x")
    desk.first_start.edit("name")
    assert desk.typed("x")
    assert desk.view.edited == "x|"


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_every_sign_of_a_password_has_a_key(language: str) -> None:
    words = Words(language)
    plain = Typing("wifi", "password")
    keys = {
        key.name
        for state in (plain, plain.keyed(SIGNS))
        for row in state.keys(words)
        for key in row
    }
    signs = {chr(code) for code in range(0x20, 0x7F)}
    assert {sign for sign in signs if sign.lower() not in keys} == set()


def test_rates_are_digits_with_one_point() -> None:
    rate = Typing("rate:A", "rate")
    for key in "8.1.9x":
        rate = rate.keyed(key)
    assert rate.text == "8.19"
