"""The page of devices: what a manager taps becomes a command, and what is typed is kept until it is saved."""

from typing import Any

import pytest

from appliance import messages as m
from appliance.device_schema import kinds
from kiosk_ui.navigation import Page
from kiosk_ui.presenters import Presenters
from kiosk_ui.presenters.workshop.pairing import QUIET_MODULES, modules_of
from kiosk_ui.strings import Words
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scenes import OPEN

QUICKSCAN: dict[str, Any] = {"vendor": "05f9", "product": "2214", "layout": "fr", "suffix": "tab"}


class Desk(Presenters):
    """The presenters with the page of devices open, and a register that remembers what it was sent."""

    def __init__(self, workshop: m.WorkshopView = s.WORKSHOP) -> None:
        self.sent: list[m.Command] = []
        self.time_ms = s.NOW_MS
        super().__init__(self._take, now_ms=lambda: self.time_ms)
        for snapshot in (*OPEN, workshop):
            self.show(snapshot)

    def _take(self, command: m.Command) -> bool:
        self.sent.append(command)
        return True

    @property
    def view(self) -> Any:  # noqa: ANN401 - the view of the presenter under test
        return self.workshop.view

    def show_workshop(self, **changed: object) -> None:
        self.show(s.replace(self.workshop.seen.workshop, **changed))

    def type(self, key: str, text: str) -> None:
        """Put another text into a field."""
        self.workshop.edit(key)
        while len(self.view.edit.text) > 1:
            self.workshop.key("back")
        for letter in text:
            self.workshop.key(letter)
        self.workshop.take()

    def field(self, key: str) -> Any:  # noqa: ANN401 - of the view under test
        return next(one for one in self.view.form.fields if one.key == key)

    def saved(self) -> m.SetDevice:
        self.time_ms += 1000
        self.workshop.save()
        saved = self.sent[-1]
        assert isinstance(saved, m.SetDevice)
        return saved


@pytest.fixture
def desk() -> Desk:
    return Desk()


# ------------------------------------------------------------------ the list


@pytest.mark.parametrize(
    ("role", "offered"),
    [("cashier", False), ("supervisor", False), ("manager", True), ("owner", True)],
)
def test_only_managers_are_offered_the_page(desk: Desk, role: str, offered: bool) -> None:
    desk.show(s.replace(s.SIGNED_IN, employee=m.PersonView("K7Q2-9", "2", "Ben", role)))
    assert desk.menu.view.can_devices is offered


def test_the_menu_opens_the_page(desk: Desk) -> None:
    desk.menu.devices()
    assert desk.sent == [m.OpenWorkshop()]
    assert desk.shell.view.page is Page.WORKSHOP


def test_the_list_says_how_each_device_is_and_then_what_is_wrong_with_the_machine(
    desk: Desk,
) -> None:
    rows = [(row.key, row.enabled) for row in desk.view.rows]
    assert rows == [
        ("device:scanner", True), ("device:printer", True), ("device:cash drawer", True),
        ("server:", True), ("health:power", False), ("health:clock", False), ("health:network", False),
    ]  # fmt: skip
    texts = {row.key: row.text for row in desk.view.rows}
    assert texts["device:scanner"] == "Works"
    assert texts["device:printer"] == "The printer has no paper. Please put in a new roll."
    assert texts["health:power"].startswith("Please use the original power supply")
    assert texts["health:clock"] == ""


def test_a_device_whose_options_are_not_known_yet_cannot_be_opened() -> None:
    bare = tuple(s.replace(one, options=()) for one in s.SET_UP)
    desk = Desk(s.replace(s.WORKSHOP, devices=bare, kinds=(), searching=True))
    assert not any(row.enabled for row in desk.view.rows if row.key != "server:")


def test_a_device_that_is_wrongly_set_up_can_be_opened_saved_and_removed_but_not_tested() -> None:
    why = (("where", "device 'front'"), ("why", "there is no printer type 'netwrok'"))
    wrong = m.DeviceSetupView(
        "front", "printer", "netwrok", (m.OptionView("host", "text", None, "192.0.2.7"),),
        m.DeviceState.TROUBLE, "bad_configuration", why, can_check=False,
    )  # fmt: skip
    strange = s.replace(wrong, name="other", kind="prnter", options=())
    desk = Desk(s.replace(s.WORKSHOP, devices=(wrong, strange)))
    assert [row.enabled for row in desk.view.rows[:2]] == [True, True]
    assert "'netwrok'" in desk.view.rows[0].text
    desk.workshop.choose("device:front")
    assert "'netwrok'" in desk.view.note
    desk.workshop.tap_chip(":type=network")
    assert (desk.view.form.can_save, desk.view.form.can_check) == (True, False)
    assert desk.saved() == m.SetDevice(
        "front", "printer", "network", {"host": "192.0.2.7"}, was="front"
    )
    # With a right driver, it can be saved as it stands: an unknown key goes by that.
    desk.show_workshop(devices=(s.replace(wrong, type="network"),))
    desk.workshop.choose("device:front")
    assert desk.view.form.can_save
    desk.show_workshop(devices=(strange,))
    desk.workshop.choose("device:other")
    assert (desk.view.form.can_save, desk.view.form.can_remove) == (False, True)


def test_without_a_device_the_machine_can_be_tested() -> None:
    desk = Desk(s.replace(s.WORKSHOP, devices=()))
    desk.workshop.check_all()
    assert desk.sent[-1] == m.CheckDevices()


def test_a_device_of_an_unknown_class_goes_by_its_own_name_in_strip_and_notice(desk: Desk) -> None:
    strange = m.DeviceView("front", "prnter", m.DeviceState.TROUBLE, "bad_configuration")
    desk.show(m.StatusView((strange,)))
    assert "front" in desk.strip.view.trouble
    assert desk.strip.view.rows[0].name == "front"
    desk.show(m.WorkshopView(open=False))
    desk.show(m.NoticeView(9, m.NoticeLevel.WARN, "bad_configuration", (("device", "front"),)))
    assert desk.shell.view.notice.startswith("front")


def test_looking_again_and_leaving(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    desk.workshop.again()
    desk.workshop.leave()
    assert desk.sent == [m.FindDevices(), m.CloseWorkshop()]


def test_each_visit_begins_anew(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    desk.show(m.WorkshopView(open=False))
    desk.show(s.WORKSHOP)
    assert desk.view.is_add


# ------------------------------------------------------------------ the form


def test_a_device_shows_the_options_that_shops_need_and_all_on_demand(desk: Desk) -> None:
    desk.workshop.choose("device:scanner")
    usual = [":name", ":type", "vendor", "layout", "suffix"]
    assert [field.key for field in desk.view.form.fields] == usual
    desk.workshop.toggle_more()
    everything = [field.key for field in desk.view.form.fields]
    assert everything == [*usual[:3], "product", *usual[3:], "gap_ms", "group_separators"]


def test_defaults_are_grey_and_what_was_chosen_is_not(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    assert (desk.field("host").value, desk.field("host").value_colour) == ("192.0.2.7", "ink")
    assert (desk.field("port").value, desk.field("port").value_colour) == ("9100", "muted")
    chosen = {chip.text: chip.back for chip in desk.field("columns").chips}
    assert chosen == {"32": "surface", "42": "chip", "48": "surface"}
    desk.workshop.choose("device:scanner")
    defaults = {chip.text: chip.back for chip in desk.field("suffix").chips}
    assert defaults == {"Enter": "off", "none": "surface", "Tab": "surface"}


def test_what_is_typed_is_sent_when_it_is_saved_and_not_before(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    desk.type("host", "printer-1")
    desk.workshop.tap_chip("columns=32")
    desk.workshop.toggle_more()
    desk.workshop.tap_chip("confirm=no")
    assert desk.sent == []
    assert desk.saved() == m.SetDevice(
        "printer", "printer", "network",
        {"host": "printer-1", "columns": "32", "confirm": False}, was="printer",
    )  # fmt: skip


def test_typing_that_is_given_up_changes_nothing(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    desk.workshop.edit("host")
    desk.workshop.key("x")
    desk.workshop.back()
    assert desk.field("host").value == "192.0.2.7"
    assert not desk.view.form.can_save


def test_nothing_typed_or_a_chip_tapped_again_is_the_default(desk: Desk) -> None:
    desk.workshop.choose("device:scanner")
    desk.type("layout", "")
    assert desk.field("layout").value == "us"
    assert desk.saved().options == {"vendor": "0c2e"}
    desk.workshop.choose("device:printer")
    desk.workshop.tap_chip("columns=42")
    assert desk.saved().options == {"host": "192.0.2.7"}


def test_a_default_that_is_typed_is_not_written_down(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    desk.type("port", "9100")
    assert not desk.view.form.can_save


def test_only_what_was_changed_can_be_saved_and_only_what_is_saved_can_be_tested(
    desk: Desk,
) -> None:
    desk.workshop.choose("device:printer")
    assert (desk.view.form.can_save, desk.view.form.can_check) == (False, True)
    desk.workshop.tap_chip("columns=32")
    assert (desk.view.form.can_save, desk.view.form.can_check) == (True, False)
    desk.workshop.tap_chip("columns=42")
    assert (desk.view.form.can_save, desk.view.form.can_check) == (False, True)


def test_capitals_and_signs_can_be_typed_on_the_screen_and_on_a_real_keyboard(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    desk.workshop.edit(":name")
    for _ in "printer":
        desk.workshop.key("back")
    desk.workshop.key("shift")
    desk.workshop.key("b")
    desk.workshop.key("ß")
    desk.workshop.key("shift")
    assert desk.typed("ar")
    desk.workshop.key("/")
    desk.workshop.take()
    saved = desk.saved()
    assert (saved.name, saved.was) == ("Bßar/", "printer")


def test_a_real_keyboard_types_into_nothing_but_a_field(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    assert not desk.typed("x")


def test_every_row_of_the_keyboard_has_keys_of_one_width(desk: Desk) -> None:
    for language, widest in (("en", 10), ("de", 11), ("es", 10)):
        desk.show(s.replace(s.SHOP, language=language))
        desk.workshop.choose("device:printer")
        desk.workshop.edit("host")
        rows = desk.view.edit.keys
        assert max(sum(key.share for key in row) for row in rows) == widest


def test_another_driver_forgets_the_options_that_it_has_not(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    desk.workshop.tap_chip(":type=usb")
    assert desk.saved() == m.SetDevice("printer", "printer", "usb", {"columns": 42}, was="printer")


def test_a_driver_tapped_again_stays(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    desk.workshop.tap_chip(":type=network")
    assert not desk.view.form.can_save


def test_lists_are_typed_with_blanks(desk: Desk) -> None:
    desk.workshop.choose("device:scanner")
    desk.workshop.toggle_more()
    desk.type("group_separators", "f12  |")
    assert desk.saved().options["group_separators"] == ("f12", "|")


def test_an_option_called_name_is_not_the_name_of_the_device() -> None:
    desk = Desk(s.replace(s.WORKSHOP, kinds=kinds(simulated=False)))
    desk.workshop.choose("kind:scanner")
    desk.workshop.choose("type:evdev")
    desk.workshop.toggle_more()
    desk.type("name", "USB KBW")
    saved = desk.saved()
    assert (saved.name, saved.options) == ("scanner 2", {"name": "USB KBW"})


def test_a_saved_device_is_the_one_that_is_shown(desk: Desk) -> None:
    desk.workshop.choose("found:2")
    desk.workshop.choose("kind:printer")
    assert not desk.view.form.can_remove
    desk.saved()
    new = s.replace(s.SET_UP[1], name="printer 2", options=s.KINDS[2].types[1].options)
    desk.show_workshop(devices=(*s.SET_UP, new))
    assert desk.view.form.can_remove
    assert desk.view.heading == "printer 2"
    desk.show_workshop(devices=s.SET_UP)
    assert desk.view.is_add


def test_a_new_device_with_a_name_that_is_taken_never_takes_the_others_place(desk: Desk) -> None:
    desk.workshop.choose("found:2")
    desk.workshop.choose("kind:printer")
    desk.type(":name", "printer")
    desk.saved()
    desk.show_workshop(devices=(s.replace(s.SET_UP[0], state=m.DeviceState.BUSY), *s.SET_UP[1:]))
    assert desk.saved().was is None


def test_a_renamed_device_stays_in_the_form(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    desk.type(":name", "receipts")
    assert desk.saved().was == "printer"
    renamed = s.replace(s.SET_UP[1], name="receipts")
    desk.show_workshop(devices=(s.SET_UP[0], renamed, s.SET_UP[2]))
    assert desk.view.heading == "receipts"
    assert not desk.view.form.can_save


def test_what_the_self_test_learns_is_not_overwritten_by_what_was_saved_before(
    desk: Desk,
) -> None:
    desk.workshop.choose("device:printer")
    desk.workshop.tap_chip("columns=32")
    desk.saved()
    for columns in (32, 48):
        values = s.with_values(s.PRINTER_OPTIONS, host="192.0.2.7", columns=columns)
        desk.show_workshop(devices=(s.SET_UP[0], s.replace(s.SET_UP[1], options=values)))
    assert not desk.view.form.can_save
    desk.type("port", "9101")
    assert desk.saved().options["columns"] == 48


def test_while_a_self_test_runs_nothing_can_be_saved_or_removed(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    desk.workshop.tap_chip("columns=32")
    form = desk.view.form
    assert (form.can_save, form.can_remove) == (True, True)
    desk.show_workshop(checking=True)
    form = desk.view.form
    assert (form.can_save, form.can_remove) == (False, False)


def test_a_second_tap_on_save_is_not_a_second_device(desk: Desk) -> None:
    desk.workshop.choose("found:2")
    desk.workshop.choose("kind:printer")
    desk.workshop.save()
    desk.workshop.save()
    assert len(desk.sent) == 1


def test_a_refusal_stands_on_the_form_and_what_was_typed_stays(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    desk.type("port", "0")
    desk.saved()
    desk.show(s.BAD_OPTION)
    desk.show(m.NoticeView(3, m.NoticeLevel.REFUSED, "bad_configuration"))
    assert "key 'port' has value 0" in desk.view.note
    assert desk.field("port").value == "0"
    assert not desk.shell.view.has_notice


@pytest.mark.parametrize(
    ("code", "fields", "in_the_bar"),
    [
        ("paper_out", (("device", "printer"),), False),
        # What is said nowhere else on this page stays in the bar.
        ("disk_is_low", (("free_mb", 90),), True),
        ("scan_again", (("device", "a scanner that was taken out"),), True),
    ],
)
def test_a_device_s_trouble_stands_in_the_list_and_covers_no_question(
    desk: Desk, code: str, fields: m.Fields, *, in_the_bar: bool
) -> None:
    desk.show(m.NoticeView(3, m.NoticeLevel.WARN, code, fields))
    assert desk.shell.view.has_notice is in_the_bar


def test_a_refusal_that_was_read_does_not_stand_on_the_next_form(desk: Desk) -> None:
    desk.workshop.choose("device:scanner")
    desk.workshop.tap_chip("suffix=tab")
    desk.saved()
    desk.show(s.BAD_OPTION)
    desk.workshop.choose("device:cash drawer")
    assert not desk.view.has_note
    desk.type(":name", "")
    desk.type(":name", "scanner")
    desk.saved()
    assert desk.view.has_note


def test_paper_that_runs_out_is_a_hint_in_the_list_and_on_the_form(desk: Desk) -> None:
    low = s.replace(s.SET_UP[1], state=m.DeviceState.OK, code="paper_low")
    desk.show_workshop(devices=(s.SET_UP[0], low))
    hint = "The paper is running out. Please have a new roll ready."
    row = next(row for row in desk.view.rows if row.key == "device:printer")
    assert (row.text, row.colour, row.text_colour) == (hint, "amber_ink", "amber_ink")
    desk.workshop.choose("device:printer")
    assert desk.view.note == hint


def test_what_is_wrong_with_a_device_stands_on_its_form(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    assert desk.view.note == "The printer has no paper. Please put in a new roll."
    desk.workshop.choose("device:scanner")
    assert not desk.view.has_note


def test_removing_asks_first(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    desk.workshop.remove()
    assert desk.sent == []
    assert "printer" in desk.ask.view.title
    desk.ask.yes()
    assert desk.sent == [m.RemoveDevice("printer")]


# ------------------------------------------------------------------ adding


def test_what_is_found_begins_a_device_with_a_free_name(desk: Desk) -> None:
    desk.show_workshop(found=(s.replace(s.FOUND[2], also=()),))
    desk.workshop.choose("found:0")
    assert desk.view.heading == "New: Printer"
    assert desk.saved() == m.SetDevice(
        "printer 2", "printer", "usb", {"vendor": "04b8", "product": "0e28"}
    )


def test_what_is_in_use_says_so_and_opens_its_device(desk: Desk) -> None:
    row = next(row for row in desk.view.found if row.key == "found:0")
    assert (row.text, row.back) == ("in use as scanner", "soft")
    desk.workshop.choose("found:0")
    assert desk.view.heading == "scanner"


def test_what_was_pulled_out_meanwhile_is_passed_over(desk: Desk) -> None:
    desk.show_workshop(found=())
    desk.workshop.choose("found:2")
    desk.workshop.choose("device:gone")
    assert desk.view.is_add


@pytest.mark.parametrize(("kind", "type_"), [("printer", "usb"), ("label", "zpl_usb")])
def test_of_a_printer_on_usb_is_asked_what_it_prints(desk: Desk, kind: str, type_: str) -> None:
    desk.workshop.choose("found:2")
    assert desk.view.heading == "What is it?"
    assert [(row.key, row.text) for row in desk.view.found] == [
        ("kind:printer", "EPSON TM-T20III"), ("kind:label", "EPSON TM-T20III"),
    ]  # fmt: skip
    desk.workshop.choose(f"kind:{kind}")
    saved = desk.saved()
    assert (saved.kind, saved.type) == (kind, type_)
    assert saved.options == {"vendor": "04b8", "product": "0e28"}


@pytest.mark.parametrize(("kind", "type_"), [("scanner", "evdev"), ("badge", "keyboard")])
def test_of_a_keyboard_is_asked_what_it_is(kind: str, type_: str) -> None:
    options: dict[str, Any] = {"vendor": "ffff", "product": "0035"}
    also = (("badge", "keyboard"),)
    reader = m.FoundView("scanner", "evdev", "Sycreader", options, also=also)
    desk = Desk(s.replace(s.WORKSHOP, kinds=kinds(simulated=False), found=(reader,)))
    desk.workshop.choose("found:0")
    assert [row.key for row in desk.view.found] == ["kind:scanner", "kind:badge"]
    desk.workshop.choose(f"kind:{kind}")
    saved = desk.saved()
    assert (saved.kind, saved.type, saved.options) == (kind, type_, options)
    # Whoever changes their mind begins anew.
    desk.workshop.choose("found:0")
    desk.workshop.add()
    assert len(desk.view.found) > 2


def test_a_printer_that_hides_says_how_to_show_it_and_cannot_be_chosen(desk: Desk) -> None:
    row = next(row for row in desk.view.found if row.key == "found:3")
    assert "printer class" in row.text
    assert not row.enabled
    desk.workshop.choose("found:3")
    assert desk.view.is_add


def test_of_a_serial_line_is_asked_what_hangs_on_it(desk: Desk) -> None:
    desk.workshop.choose("found:1")
    assert desk.view.heading == "What hangs on usb-FTDI?"
    assert [row.key for row in desk.view.found] == [
        "kind:scanner", "kind:badge", "kind:printer", "kind:scale",
    ]  # fmt: skip
    desk.workshop.choose("kind:scale")
    assert desk.saved() == m.SetDevice(
        "scale", "scale", "toledo_8217", {"port": "/dev/serial/by-id/usb-FTDI"}
    )


def test_on_a_serial_line_hangs_whatever_has_a_driver_for_one() -> None:
    desk = Desk(s.replace(s.WORKSHOP, kinds=kinds(simulated=True)))
    types = {}
    for kind in ("scanner", "badge", "printer", "scale", "display"):
        desk.workshop.choose("found:1")
        assert len(desk.view.found) == 5
        desk.workshop.choose(f"kind:{kind}")
        types[kind] = desk.saved().type
    assert types == {
        "scanner": "serial", "badge": "rdm6300", "printer": "serial", "scale": "toledo_8217",
        "display": "pole",
    }  # fmt: skip


def test_a_device_can_be_set_up_by_hand(desk: Desk) -> None:
    desk.workshop.choose("kind:printer")
    assert [row.title for row in desk.view.found] == ["network", "USB", "serial line"]
    desk.workshop.choose("type:network")
    assert desk.field("host").value == "needed"
    assert desk.saved() == m.SetDevice("printer 2", "printer", "network", {})


def test_a_drawer_on_the_printer_knows_the_only_printer_there_is(desk: Desk) -> None:
    renamed = (s.SET_UP[0], s.replace(s.SET_UP[1], name="Bar"))
    desk.show_workshop(devices=renamed)
    desk.workshop.choose("kind:drawer")
    desk.workshop.choose("type:printer_kick")
    assert [chip.text for chip in desk.field("printer").chips] == ["Bar"]
    assert desk.saved().options == {"printer": "Bar"}


# ------------------------------------------------------------------ pairing


def test_pairing_shows_the_code_and_takes_the_scanner_that_read_it(desk: Desk) -> None:
    desk.workshop.choose("pair:")
    assert desk.sent == [m.PairScanner(on=True)]
    desk.show(s.PAIRING)
    assert desk.view.pair.modules == modules_of(s.PAIRING.pairing.code)
    assert not desk.view.pair.can_use
    desk.show(s.MISREAD)
    assert "4006381333931" in desk.view.pair.note
    desk.show(s.PAIRED)
    assert "Keyboard layout fr, ends with Tab." in desk.view.pair.note
    assert "AIM" in desk.view.pair.note
    desk.workshop.use()
    assert desk.sent[1:] == [m.SetDevice("scanner 2", "scanner", "evdev", QUICKSCAN)]
    assert desk.view.is_form


def test_a_scanner_that_says_the_kinds_of_codes_gets_no_advice(desk: Desk) -> None:
    desk.workshop.choose("pair:")
    desk.show(s.replace(s.PAIRED, pairing=s.replace(s.PAIRED.pairing, sends_aim=True)))
    assert "AIM" not in desk.view.pair.note


def test_a_scanner_that_is_paired_before_the_drivers_are_known_keeps_what_was_learnt() -> None:
    desk = Desk(s.replace(s.PAIRED, kinds=(), searching=True))
    desk.workshop.choose("pair:")
    desk.workshop.use()
    assert desk.sent[-1] == m.SetDevice("scanner 2", "scanner", "evdev", QUICKSCAN)


def of_scanner(**values: object) -> m.DeviceSetupView:
    return s.replace(s.SET_UP[0], options=s.with_values(s.SCANNER_OPTIONS, **values))


def used(desk: Desk, *devices: m.DeviceSetupView, used_by: str = "") -> m.Command:
    """What is sent when the QuickScan, which is `used_by`, is paired in a shop with these devices."""
    pairing = s.PAIRED.pairing
    assert pairing.found is not None
    found = s.replace(pairing.found, used_by=used_by)
    desk.show(s.replace(s.PAIRED, devices=devices, pairing=s.replace(pairing, found=found)))
    desk.workshop.choose("pair:")
    desk.time_ms += 1000
    desk.workshop.use()
    return desk.sent[-1]


def test_a_scanner_that_is_set_up_already_is_changed_and_forgets_what_pairing_finds_out(
    desk: Desk,
) -> None:
    set_up = of_scanner(vendor="05F9", layout="de", suffix="none", gap_ms=200)
    found = {"vendor": "05f9", "product": "2214", "layout": "fr"}
    pairing = s.PAIRED.pairing
    assert pairing.found is not None
    desk.show_workshop(
        devices=(set_up,),
        pairing=s.replace(
            pairing, found=s.replace(pairing.found, options=found, used_by="scanner")
        ),
    )
    desk.workshop.choose("pair:")
    desk.workshop.use()
    assert desk.sent[-1] == m.SetDevice(
        "scanner", "scanner", "evdev", {**found, "gap_ms": 200}, was="scanner"
    )


def test_a_paired_scanner_is_the_one_that_the_register_says_it_is(desk: Desk) -> None:
    same = of_scanner(vendor="05f9", product="2214")
    named = (s.replace(same, name="till"), s.replace(same, name="bar"))
    for name in ("till", "bar"):
        assert used(desk, *named, used_by=name) == m.SetDevice(
            name, "scanner", "evdev", QUICKSCAN, was=name
        )
    assert used(desk, same) == m.SetDevice("scanner 2", "scanner", "evdev", QUICKSCAN)
    assert used(desk, same, used_by="gone") == m.SetDevice(
        "scanner 2", "scanner", "evdev", QUICKSCAN
    )


def test_a_device_that_fits_the_paired_scanner_too_is_to_be_set_up_again(desk: Desk) -> None:
    desk.workshop.choose("pair:")
    desk.show(s.PAIRED)
    assert "bar" not in desk.view.pair.note
    desk.show(s.replace(s.PAIRED, pairing=s.replace(s.PAIRED.pairing, also_fits="bar")))
    assert "bar" in desk.view.pair.note


@pytest.mark.parametrize(
    "why", ["another_code", "unknown_frame", "garbled", "maybe_badge", "something_new"]
)
def test_every_misreading_is_explained(desk: Desk, why: str) -> None:
    desk.workshop.choose("pair:")
    desk.show(s.replace(s.MISREAD, pairing=s.replace(s.MISREAD.pairing, misread_why=why)))
    assert "QD2400" in desk.view.pair.note


def test_leaving_the_code_ends_listening(desk: Desk) -> None:
    desk.workshop.choose("pair:")
    desk.workshop.back()
    assert desk.sent == [m.PairScanner(on=True), m.PairScanner(on=False)]
    assert desk.view.is_add


def test_the_symbol_has_its_quiet_zones_and_begins_and_ends_with_a_bar() -> None:
    modules = modules_of("OP0-zyaqwm_/+:]')\\1")
    quiet = "0" * QUIET_MODULES
    assert modules.startswith(f"{quiet}1")
    assert modules.endswith(f"1{quiet}")
    # Nineteen characters of eleven modules, start, check sum, and stop with its last bar; see ISO/IEC 15417.
    assert len(modules) <= (19 + 2) * 11 + 13 + 2 * QUIET_MODULES
    assert modules_of("") == ""


# ------------------------------------------------------------------ badges


@pytest.fixture
def at_badges(desk: Desk) -> Desk:
    desk.show(s.WITH_BADGES)
    desk.show(s.BADGES)
    desk.workshop.choose("badges:")
    return desk


def rows(desk: Desk) -> list[str]:
    return [row.key for row in desk.view.rows]


def test_badges_stand_in_the_list_where_a_reader_is_set_up(desk: Desk) -> None:
    assert "badges:" not in rows(desk)
    desk.show(s.WITH_BADGES)
    assert "badges:" in rows(desk)


def test_a_badge_is_given_to_whoever_is_tapped(at_badges: Desk) -> None:
    desk = at_badges
    assert desk.view.is_badges
    assert [one.has_take for one in desk.view.badges.people] == [True, False, True, False]
    assert not desk.view.badges.is_waiting
    desk.workshop.give_badge("K7Q2-4")
    assert desk.sent == [m.GiveBadge("K7Q2-4")]
    desk.show(s.WAITING_FOR_BADGE)
    assert desk.view.badges.waiting == "Hold the badge for Ben Okafor to the reader now."
    desk.workshop.cancel_badge()
    assert desk.sent[1:] == [m.GiveBadge(None)]


def test_leaving_the_badges_ends_the_wait_for_one(at_badges: Desk) -> None:
    desk = at_badges
    desk.show(s.WAITING_FOR_BADGE)
    desk.workshop.choose("device:scanner")
    assert desk.sent == [m.GiveBadge(None)]
    desk.show(s.BADGES)
    desk.workshop.choose("badges:")
    desk.workshop.add()
    assert desk.sent == [m.GiveBadge(None)]


def test_a_badge_is_taken_back_after_a_question(at_badges: Desk) -> None:
    desk = at_badges
    desk.workshop.take_badge("nobody")
    assert desk.ask.view.title == ""
    desk.workshop.take_badge("K7Q2-3")
    assert desk.ask.view.title == "Take the badge back from Ana Martínez?"
    assert desk.sent == []
    desk.ask.yes()
    assert desk.sent == [m.TakeBadge("K7Q2-3")]


def test_why_no_badge_can_be_given_is_said(at_badges: Desk) -> None:
    desk = at_badges
    desk.show(s.BADGE_OF_ANOTHER)
    assert (
        desk.view.note == "This badge belongs to Ana Martínez. Please take it back from them first."
    )
    desk.workshop.choose("badges:")
    desk.show(s.NO_READER)
    assert desk.view.note == "Not connected. Please check cable and power."
    well = s.replace(s.READER, name="another")
    desk.show(s.replace(s.NO_READER, devices=(*s.NO_READER.devices, well)))
    assert not desk.view.has_note


# ------------------------------------------------------------------ the self-test


def test_the_self_test_is_begun_answered_stopped_and_printed(desk: Desk) -> None:
    desk.workshop.check_all()
    desk.show(s.CHECKING)
    checks = desk.view.checks
    assert checks.question == "cash drawer: Please shut the drawer."
    assert (checks.no, checks.has_yes) == ("Skip", False)
    assert checks.sum == "4 good, 2 faults, 0 skipped"
    assert (checks.can_stop, checks.can_print) == (True, False)
    desk.workshop.no()
    desk.workshop.stop()
    desk.show(s.CHECKED)
    assert (desk.view.checks.can_stop, desk.view.checks.can_print) == (False, True)
    assert not desk.view.checks.has_question
    desk.workshop.print_checks()
    assert desk.sent == [
        m.CheckDevices(), m.AnswerCheck(yes=False), m.StopChecks(), m.PrintChecks(),
    ]  # fmt: skip


def test_a_second_tap_does_not_answer_the_next_step(desk: Desk) -> None:
    desk.workshop.check_all()
    first = s.step("scale", "scale", "scale_is_right", "asking")
    desk.show(s.replace(s.CHECKING, steps=(first,)))
    assert desk.view.checks.can_answer
    desk.workshop.yes()
    desk.workshop.yes()
    assert not desk.view.checks.can_answer
    assert desk.sent[1:] == [m.AnswerCheck(yes=True)]
    done = s.replace(first, state="passed")
    desk.show_workshop(steps=(done, s.step("beeper", "beeper", "beeper_was_heard", "asking")))
    assert desk.view.checks.can_answer
    desk.show_workshop(steps=(first,))
    assert desk.view.checks.can_answer


def test_a_weight_is_shown_where_it_is_asked_about(desk: Desk) -> None:
    desk.workshop.check_all()
    weighs = s.step("scale", "scale", "scale_weighs", "asking", by_hand=True)
    desk.show(s.replace(s.CHECKING, steps=(weighs,)))
    assert (desk.view.checks.has_yes, desk.view.checks.yes) == (True, "Go on")
    weighed = s.replace(weighs, state="passed", fields=(("grams", 1250),))
    asks = s.step("scale", "scale", "scale_is_right", "asking")
    desk.show(s.replace(s.CHECKING, steps=(weighed, asks)))
    assert desk.view.checks.question == "scale: 1.250\u00a0kg  ·  Is that the right weight?"
    assert (desk.view.checks.yes, desk.view.checks.no) == ("Yes", "No")


def test_the_newest_step_is_on_top_and_in_the_end_the_faults(desk: Desk) -> None:
    desk.workshop.check_all()
    desk.show(s.CHECKING)
    assert desk.view.checks.steps[0].key == "step:cash drawer:drawer_shuts"
    assert desk.view.checks.steps[-1].title == "The time is right."
    desk.show(s.CHECKED)
    faults = [row.text for row in desk.view.checks.steps if row.text_colour == "danger_ink"]
    assert [row.text for row in desk.view.checks.steps][:2] == faults
    assert faults[0].startswith("Please use the original power supply")
    assert faults[1].startswith("The printer has no paper.")


def test_the_code_that_a_scanner_is_to_read_is_shown_and_what_it_read_instead_is_said(
    desk: Desk,
) -> None:
    desk.workshop.check_all()
    desk.show(s.SCANNING)
    checks = desk.view.checks
    assert checks.modules == modules_of("OP-AZYQWM/09")
    assert "4006381333931" in checks.question
    assert checks.question.endswith("Scan the code that is shown here.")
    desk.show(s.SEPARATING)
    assert desk.view.checks.modules == modules_of("10ZY\x1d2107")
    desk.show(s.CHECKED)
    assert desk.view.checks.modules == ""


def test_the_code_page_is_chosen_from_chips(desk: Desk) -> None:
    desk.workshop.check_all()
    desk.show(s.CODE_PAGE)
    checks = desk.view.checks
    assert [one.text for one in checks.choices][:2] == ["CP437", "CP850"]
    assert (checks.has_choices, checks.has_yes) == (True, False)
    desk.workshop.tap_chip("code_page=CP852")
    assert desk.sent[-1] == m.AnswerCheck(yes=True, text="CP852")


def test_one_device_is_tested_from_its_form(desk: Desk) -> None:
    desk.workshop.choose("device:printer")
    desk.workshop.check()
    assert desk.sent == [m.CheckDevices("printer")]
    assert desk.view.is_checks


def test_a_test_that_runs_is_shown_again_and_not_begun_again(desk: Desk) -> None:
    desk.workshop.check_all()
    desk.show(s.CHECKING)
    desk.workshop.choose("device:scanner")
    assert not desk.view.form.can_check
    desk.workshop.check_all()
    assert desk.view.is_checks
    assert desk.sent == [m.CheckDevices()]


# ------------------------------------------------------------------ words


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_every_option_and_driver_has_words(language: str) -> None:
    words = Words(language)
    for kind in kinds(simulated=True):
        assert words.has(f"device.{kind.kind}")
        for type_ in kind.types:
            assert words.has(f"driver.{kind.kind}_{type_.type}"), (kind.kind, type_.type)
            for option in type_.options:
                assert words.has(f"option.{option.key}"), option.key


def test_every_driver_can_be_shown_with_all_its_options() -> None:
    desk = Desk(s.replace(s.WORKSHOP, kinds=kinds(simulated=True)))
    for kind in kinds(simulated=True):
        for type_ in kind.types:
            desk.workshop.choose(f"kind:{kind.kind}")
            desk.workshop.choose(f"type:{type_.type}")
            desk.workshop.toggle_more()
            assert len(desk.view.form.fields) == len(type_.options) + 2
            desk.workshop.add()


# ------------------------------------------------------------------ around the page


def test_a_badge_at_the_sign_in_page_picks_the_name_and_asks_for_the_pin() -> None:
    desk = Desk()
    desk.show(s.replace(s.SIGNED_OUT, chosen=s.ANA.id))
    assert desk.sign_in.view.name == s.ANA.name
    assert desk.sign_in.view.keying
    assert desk.sent == []


def test_what_is_wrong_with_the_machine_is_named_in_the_strip_and_explained_in_the_sheet() -> None:
    desk = Desk()
    desk.show(s.replace(s.STATUS, health=(m.FindingView("power", "bad", "power_low"),)))
    view = desk.strip.view
    assert view.trouble == "The power supply is too weak right now. This damages memory cards."
    assert view.trouble_icon == "flash-alert-outline"
    assert "Please use the original power supply" in next(
        row.text for row in view.rows if row.name.startswith("The power")
    )


def test_a_notice_about_the_machine_is_said_in_words() -> None:
    desk = Desk()
    desk.show(m.WorkshopView(open=False))
    desk.show(m.NoticeView(4, m.NoticeLevel.WARN, "memory_low", (("free_mb", 1042),)))
    assert desk.shell.view.notice == "Memory is running out: 1,042 MB free."
