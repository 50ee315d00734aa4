"""The page of devices, through the register: what it writes, what it notes, what it refuses, and when it ends."""

import os
from pathlib import Path

import pytest

from appliance import __version__, device_schema
from appliance.config import load
from appliance.messages import (
    AnswerCheck,
    AnyJob,
    BadgeRead,
    CheckDevices,
    ChecksEnded,
    CheckState,
    CheckStepped,
    CheckStepView,
    CloseWorkshop,
    Command,
    DeviceChanged,
    DevicesFound,
    DeviceState,
    Fields,
    FindDevices,
    FoundView,
    OpenWorkshop,
    PairingHeard,
    PairScanner,
    PrintChecks,
    Reconfigure,
    RemoveDevice,
    Scan,
    SetDevice,
    ShopView,
    SignIn,
    SignOut,
    StartTender,
    StatusView,
    StopChecks,
    TicketView,
    WorkshopView,
)
from appliance.parts import RegisterOptions
from appliance.play import InlineDevices
from appliance.services.receipts import date_text
from appliance.words import Words
from drivers.scanner._code import CODE
from tests.appliance.counter import COFFEE, Counter, open_counter

ANA = SignIn("1", "1111")
BEN = SignIn("2", "2222")

FILE = """\
# The till at the door.
columns = 42

[[device]]
name = "printer"   # the old one
kind = "printer"
type = "network"
options = { host = "192.0.2.7" }  # reserved in the router

# Bought in May.
[[device]]
name = "drawer"
kind = "drawer"
type = "printer_kick"
"""

WITHOUT_DRAWER = FILE.partition("\n# Bought")[0]

SCALE = SetDevice("scale", "scale", "toledo_8217", {"port": "/dev/ttyUSB0", "baud": "4800"})
MOVED = SetDevice("printer", "printer", "network", {"host": "192.0.2.8"}, was="printer")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "open-pos.toml"
    made.write_text(FILE)
    return made


@pytest.fixture
def counter(tmp_path: Path, file: Path) -> Counter:
    options = RegisterOptions(file=file, configured=load(file).device)
    opened = open_counter(tmp_path / "store", options=options)
    opened.do(BEN, OpenWorkshop())
    return opened


def page(counter: Counter) -> WorkshopView:
    return counter.show(WorkshopView)


def problem(counter: Counter) -> str:
    return " ".join(str(value) for _, value in page(counter).problem_fields)


def journal(counter: Counter, kind: str, by: str | None = None) -> list[str]:
    """What somebody did at the page, or for nobody (`by` empty), such as what stood in the file at the start."""
    sql = "SELECT body FROM entry WHERE kind = ? AND (actor = '') = ? ORDER BY seq"
    return [row[0] for row in counter.shelf.db.sql(sql, (kind, by == ""))]


def entries(counter: Counter) -> int:
    ((count,),) = counter.shelf.db.sql("SELECT count(*) FROM entry")
    return int(count)


def stepped(step: str, state: CheckState, code: str = "", device: str = "printer") -> CheckStepped:
    return CheckStepped(CheckStepView(device, "printer", step, state, code))


# --------------------------------------------------------------------------- who and when


@pytest.mark.parametrize(
    "command",
    [
        OpenWorkshop(),
        FindDevices(),
        PairScanner(on=True),
        SCALE,
        RemoveDevice("drawer"),
        CheckDevices(),
        AnswerCheck(yes=True),
        StopChecks(),
        PrintChecks(),
    ],
)
def test_only_managers_set_devices_up(counter: Counter, file: Path, command: Command) -> None:
    counter.do(SignOut())
    assert counter.do(command) == "managers_only"
    assert counter.do(ANA, command) == "managers_only"
    assert not page(counter).open
    assert file.read_text() == FILE


def test_the_page_is_not_opened_while_a_customer_is_paying(counter: Counter) -> None:
    counter.do(CloseWorkshop(), Scan(COFFEE), StartTender())
    assert counter.do(OpenWorkshop()) == "finish_payment_first"
    assert not page(counter).open


def test_a_scan_is_refused_while_the_page_is_open_and_taken_when_it_is_closed(
    counter: Counter,
) -> None:
    assert counter.do(Scan(COFFEE)) == "leave_page_first"
    assert counter.show(TicketView).lines == ()
    assert counter.do(CloseWorkshop(), Scan(COFFEE)) == ""
    assert len(counter.show(TicketView).lines) == 1
    assert page(counter) == WorkshopView(open=False)


def test_signing_out_closes_the_page(counter: Counter) -> None:
    counter.do(PairScanner(on=True), SignOut())
    assert not page(counter).open
    counter.do(BEN, OpenWorkshop())
    assert not page(counter).pairing.on


# --------------------------------------------------------------------------- setting up


def test_a_new_device_is_written_noted_and_used(counter: Counter, file: Path) -> None:
    assert counter.do(SCALE) == ""
    assert file.read_text().startswith(FILE)
    scale = load(file).device[-1]
    # The page has only text; the file has what the driver wants.
    assert (scale.name, scale.options) == ("scale", {"port": "/dev/ttyUSB0", "baud": 4800})
    (set_up,) = journal(counter, "device_set")
    assert '"scale"' in set_up
    assert [device.name for device in page(counter).devices] == ["printer", "drawer", "scale"]
    assert page(counter).problem == ""
    assert page(counter).searching


def test_a_changed_device_keeps_every_comment(counter: Counter, file: Path) -> None:
    assert counter.do(MOVED) == ""
    assert file.read_text() == FILE.replace("192.0.2.7", "192.0.2.8")
    assert len(journal(counter, "device_set")) == 1


def test_a_device_is_renamed_and_its_old_name_is_forgotten(counter: Counter, file: Path) -> None:
    counter.do(DeviceChanged("drawer", "drawer", DeviceState.OK))
    renamed = SetDevice("till", "drawer", "printer_kick", was="drawer")
    assert counter.do(renamed) == ""
    assert [device.name for device in load(file).device] == ["printer", "till"]
    assert [device.id for device in counter.show(StatusView).devices] == []
    (entry,) = journal(counter, "device_set")
    assert '"was":"drawer"' in entry.replace(" ", "")


def test_a_device_is_removed_and_heard_of_no_more(counter: Counter, file: Path) -> None:
    gone = DeviceChanged("drawer", "drawer", DeviceState.ABSENT, "device_absent")
    counter.do(gone)
    assert counter.do(RemoveDevice("drawer")) == ""
    assert [device.name for device in load(file).device] == ["printer"]
    assert "# Bought in May." in file.read_text()
    assert len(journal(counter, "device_removed")) == 1
    # Its thread had a last word before it stopped; the next search comes after that.
    counter.do(gone, DevicesFound(()))
    counter.register.tick()
    assert [device.id for device in counter.show(StatusView).devices] == []


@pytest.mark.parametrize(
    ("command", "code", "names"),
    [
        (SetDevice("scale", "scale", "toledo_8217", {"prt": "x"}), "bad_configuration", "'port'"),
        (
            SetDevice("scale", "scale", "toledo_8217", {"port": "/dev/x", "baud": "fast"}),
            "",
            "baud",
        ),
        (SetDevice("scale", "scale", "toledo"), "bad_configuration", "toledo_8217"),
        (SetDevice("scale", "scales", "cas"), "bad_configuration", "'scale'"),
        (SetDevice("  ", "scale", "cas"), "bad_configuration", "name"),
        (SetDevice("drawer", "drawer", "led_pulse"), "bad_configuration", "two devices"),
        (SetDevice("printer", "printer", "network", {"host": 7}, was="printer"), "", "'host'"),
        (SetDevice("p", "printer", "network", {"host": "a"}, was="nobody"), "no_such_device", ""),
        (RemoveDevice("nobody"), "no_such_device", "nobody"),
        # The drawer hangs on it.
        (RemoveDevice("printer"), "take_drawer_out_first", "drawer printer"),
    ],
)
def test_what_is_wrong_is_named_beside_the_field_and_changes_nothing(
    counter: Counter, file: Path, command: Command, code: str, names: str
) -> None:
    before = entries(counter)
    assert counter.do(command) == (code or "bad_configuration")
    assert page(counter).problem == (code or "bad_configuration")
    assert names in problem(counter)
    assert file.read_text() == FILE
    assert entries(counter) == before
    assert [device.name for device in page(counter).devices] == ["printer", "drawer"]
    # What is done right afterwards takes the problem away.
    counter.do(MOVED)
    assert (page(counter).problem, page(counter).problem_fields) == ("", ())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anything")
def test_a_folder_that_may_not_be_written_is_said_and_nothing_has_changed(
    counter: Counter, file: Path
) -> None:
    file.parent.chmod(0o555)
    try:
        assert counter.do(MOVED) == "cannot_save_settings"
    finally:
        file.parent.chmod(0o755)


def test_a_file_that_cannot_be_written_is_said_and_nothing_has_changed(
    tmp_path: Path, file: Path
) -> None:
    # A folder with the name of the file's backup is in the way, whoever asks.
    options = RegisterOptions(file=file, configured=load(file).device)
    counter = open_counter(tmp_path / "store", options=options)
    counter.do(BEN, OpenWorkshop())
    (tmp_path / "open-pos.toml~").mkdir()
    before = entries(counter)
    assert counter.do(MOVED) == "cannot_save_settings"
    assert (file.read_text(), entries(counter)) == (FILE, before)
    assert str(file) in problem(counter)
    assert page(counter).devices[0].name == "printer"


def test_a_wrong_device_hinders_no_other_and_is_mended_on_the_page(
    tmp_path: Path, file: Path
) -> None:
    wrong = (
        '\n[[device]]\nname = "l"\nkind = "label"\ntype = "zpl_netwrk"\noptions = { host = "h" }\n'
    )
    file.write_text(FILE + wrong)
    options = RegisterOptions(file=file, configured=load(file).device)
    counter = open_counter(tmp_path / "store", options=options)
    trouble = DeviceChanged("l", "label", DeviceState.TROUBLE, "bad_configuration")
    counter.do(trouble, BEN, OpenWorkshop())
    counter.do(DevicesFound((), device_schema.kinds(simulated=False)))
    shown = page(counter).devices[-1]
    assert (shown.name, shown.code, shown.can_check) == ("l", "bad_configuration", False)
    # What is set is kept for the right driver.
    assert [(one.key, one.value) for one in shown.options] == [("host", "h")]
    assert counter.do(MOVED) == ""
    assert load(file).device[0].options == {"host": "192.0.2.8"}
    # It cannot be saved wrong again, but right.
    again = SetDevice("l", "label", "zpl_network", {"hots": "h"}, was="l")
    assert counter.do(again) == "bad_configuration"
    assert counter.do(SetDevice("l", "label", "zpl_network", {"host": "h"}, was="l")) == ""
    assert page(counter).devices[-1].can_check
    assert page(counter).devices[-1].state is DeviceState.STARTING


def test_a_wrong_device_is_removed_on_the_page(tmp_path: Path, file: Path) -> None:
    file.write_text(FILE + '\n[[device]]\nnmae = "l"\nkind = 7\n')
    options = RegisterOptions(file=file, configured=load(file).device)
    counter = open_counter(tmp_path / "store", options=options)
    counter.do(BEN, OpenWorkshop())
    assert [one.name for one in page(counter).devices] == ["printer", "drawer", "device 3"]
    assert counter.do(RemoveDevice("device 3")) == ""
    assert file.read_text() == FILE


def test_a_file_that_was_broken_by_hand_is_not_touched(counter: Counter, file: Path) -> None:
    broken = FILE.replace('kind = "printer"', "kind = printer")
    file.write_text(broken)
    before = entries(counter)
    assert counter.do(MOVED) == "bad_configuration"
    assert "line 6" in problem(counter)
    assert (file.read_text(), entries(counter)) == (broken, before)


def test_what_was_changed_by_hand_meanwhile_is_kept(counter: Counter, file: Path) -> None:
    file.write_text(FILE.replace("192.0.2.7", "192.0.2.9"))
    assert counter.do(SCALE) == ""
    assert load(file).device[0].options == {"host": "192.0.2.9"}


def test_what_a_hand_took_out_is_forgotten_when_the_page_looks_again(
    counter: Counter, file: Path
) -> None:
    counter.do(DeviceChanged("drawer", "drawer", DeviceState.OK))
    file.write_text(WITHOUT_DRAWER)
    assert counter.do(FindDevices()) == ""
    assert [device.name for device in page(counter).devices] == ["printer"]
    counter.register.tick()
    assert counter.show(StatusView).devices == ()
    file.write_text(FILE)
    counter.do(CloseWorkshop(), OpenWorkshop())
    assert [device.name for device in page(counter).devices] == ["printer", "drawer"]


@pytest.mark.parametrize(
    "command", [RemoveDevice("drawer"), SetDevice("d", "drawer", "printer_kick", was="drawer")]
)
def test_what_a_hand_took_out_is_no_longer_there_to_be_changed(
    counter: Counter, file: Path, command: Command
) -> None:
    file.write_text(WITHOUT_DRAWER)
    before = entries(counter)
    assert counter.do(command) == "no_such_device"
    assert [device.name for device in page(counter).devices] == ["printer"]
    # That the hand took it out is noted, and nothing else.
    assert (file.read_text(), entries(counter)) == (WITHOUT_DRAWER, before + 1)
    assert journal(counter, "device_removed", by="") == ['{"device":"drawer"}']


def test_a_file_that_a_hand_broke_is_named_when_the_page_looks_again(
    counter: Counter, file: Path
) -> None:
    file.write_text(FILE.replace('kind = "printer"', "kind = printer"))
    counter.do(FindDevices())
    assert (page(counter).problem, page(counter).searching) == ("bad_configuration", True)
    assert "line 6" in problem(counter)
    assert [device.name for device in page(counter).devices] == ["printer", "drawer"]
    file.write_text(FILE)
    counter.do(FindDevices())
    assert page(counter).problem == ""


@pytest.mark.parametrize("command", [SCALE, MOVED, RemoveDevice("drawer")])
def test_a_file_that_is_gone_is_not_written_anew_with_one_device(
    counter: Counter, file: Path, command: Command
) -> None:
    file.unlink()
    before = entries(counter)
    assert counter.do(command) == "settings_gone"
    assert str(file) in problem(counter)
    assert (file.exists(), entries(counter)) == (False, before)
    assert [device.name for device in page(counter).devices] == ["printer", "drawer"]
    counter.do(CloseWorkshop(), OpenWorkshop())
    assert page(counter).problem == "settings_gone"
    file.write_text(FILE)
    assert counter.do(command) == ""


def test_a_register_that_began_without_its_file_makes_it(tmp_path: Path) -> None:
    file = tmp_path / "open-pos.toml"
    counter = open_counter(tmp_path / "store", options=RegisterOptions(file=file))
    assert counter.do(BEN, OpenWorkshop(), SCALE) == ""
    assert [device.name for device in load(file).device] == ["scale"]
    file.unlink()
    assert counter.do(SetDevice("b", "beeper", "sound")) == "settings_gone"


def test_a_renamed_printer_keeps_its_drawers(counter: Counter, file: Path) -> None:
    assert counter.do(SetDevice("second", "drawer", "printer_kick", {"pin": 5})) == ""
    renamed = SetDevice("receipts", "printer", "network", {"host": "192.0.2.7"}, was="printer")
    assert counter.do(renamed) == ""
    assert [(one.name, one.options) for one in load(file).device] == [
        ("receipts", {"host": "192.0.2.7"}),
        ("drawer", {"printer": "receipts"}),
        ("second", {"pin": 5, "printer": "receipts"}),
    ]
    assert len(journal(counter, "device_set")) == 4
    assert "# Bought in May." in file.read_text()


def test_what_cannot_be_noted_is_not_written_either(counter: Counter, file: Path) -> None:
    counter.shelf.db.sql("PRAGMA max_page_count = 1")  # as many as there are
    long = "x" * 100_000
    assert counter.do(SetDevice(long, "scale", "cas", {"port": "/dev/x"})) == "disk_full"
    assert file.read_text() == FILE
    assert [device.name for device in page(counter).devices] == ["printer", "drawer"]
    assert journal(counter, "device_set") == []


class Remembers(InlineDevices):
    """Devices that know with which settings they were told to work last."""

    def __init__(self) -> None:
        super().__init__()
        self.used: tuple[str, ...] = ()

    def run(self, job: AnyJob) -> bool:
        if isinstance(job, Reconfigure):
            self.used = tuple(name for name, *_ in job.devices)
        return super().run(job)


def test_what_a_hand_mended_works_though_the_disk_is_too_full_to_note_it(
    tmp_path: Path, file: Path
) -> None:
    devices = Remembers()
    options = RegisterOptions(file=file, configured=load(file).device)
    counter = open_counter(tmp_path / "store", options=options, devices=devices)
    counter.do(BEN, OpenWorkshop())
    long = "x" * 100_000
    file.write_text(FILE + f'[[device]]\nname = "{long}"\nkind = "scale"\ntype = "cas"\n')
    counter.shelf.db.sql("PRAGMA max_page_count = 1")
    counter.do(FindDevices())
    assert page(counter).problem == "disk_full"
    assert devices.used == ("printer", "drawer", long)


def test_without_a_file_nothing_can_be_set_up(tmp_path: Path) -> None:
    counter = open_counter(tmp_path)
    counter.do(BEN, OpenWorkshop())
    assert counter.do(SCALE) == "not_from_a_file"
    assert journal(counter, "device_set") == []


def test_the_tables_are_what_the_journal_says_after_all_this(counter: Counter) -> None:
    counter.do(SCALE, MOVED, RemoveDevice("scale"), CheckDevices(), stepped("is_there", "passed"))
    counter.do(ChecksEnded())
    assert counter.shelf.differences() == ()


# --------------------------------------------------------------------------- finding and pairing


def test_what_was_found_is_shown_with_the_options_of_the_configured_devices(
    counter: Counter,
) -> None:
    assert page(counter).searching
    found = FoundView("serial", "serial", "a cable", {"port": "/dev/ttyUSB0"})
    counter.do(DevicesFound((found,), device_schema.kinds(simulated=False)))
    assert not page(counter).searching
    assert page(counter).found == (found,)
    printer = page(counter).devices[0]
    values = {option.key: option.value for option in printer.options}
    assert (values["host"], values["code_page"]) == ("192.0.2.7", None)


def test_pairing_shows_its_code_what_was_misread_and_who_read_it(counter: Counter) -> None:
    counter.do(PairScanner(on=True))
    assert (page(counter).pairing.on, page(counter).pairing.code) == (True, CODE)
    counter.do(PairingHeard(misread_by="Brand X", misread="pos;open"))
    assert (page(counter).pairing.on, page(counter).pairing.misread) == (True, "pos;open")
    found = FoundView("scanner", "evdev", "Brand X", {"layout": "de"})
    counter.do(PairingHeard(found=found, sends_aim=True))
    pairing = page(counter).pairing
    assert (pairing.on, pairing.found, pairing.sends_aim) == (False, found, True)


def test_a_scanner_that_is_heard_after_pairing_was_called_off_is_not_offered(
    counter: Counter,
) -> None:
    counter.do(PairScanner(on=True), PairScanner(on=False))
    counter.do(PairingHeard(found=FoundView("scanner", "evdev", "Brand X", {})))
    assert page(counter).pairing.found is None


@pytest.mark.parametrize("command", [FindDevices(), CheckDevices(), MOVED, RemoveDevice("drawer")])
def test_the_page_does_not_say_that_it_listens_when_it_does_something_else(
    counter: Counter, command: Command
) -> None:
    counter.do(PairScanner(on=True), command)
    assert not page(counter).pairing.on


def test_a_badge_is_still_read_while_the_page_is_open(counter: Counter) -> None:
    assert counter.do(BadgeRead("reader", (("em4100", "62E3086CED"),))) == "unknown_badge"


# --------------------------------------------------------------------------- the self-test


def test_the_steps_of_a_self_test_are_shown_each_once_in_their_order(counter: Counter) -> None:
    counter.do(CheckDevices())
    assert page(counter).checking
    counter.do(stepped("printer_ready", "running"), stepped("printer_ready", "passed"))
    counter.do(stepped("printer_prints", "running"))
    steps = [(step.step, step.state) for step in page(counter).steps]
    assert steps == [("printer_ready", "passed"), ("printer_prints", "running")]


def test_a_self_test_ends_as_one_entry_of_the_journal(counter: Counter) -> None:
    counter.do(CheckDevices(), stepped("printer_ready", "failed", "paper_out"), ChecksEnded())
    assert not page(counter).checking
    (entry,) = journal(counter, "devices_checked")
    assert "paper_out" in entry
    assert len(page(counter).steps) == 1


def test_a_second_self_test_waits_for_the_end_of_the_first(counter: Counter) -> None:
    counter.do(CheckDevices(), stepped("printer_ready", "passed"))
    assert counter.do(CheckDevices("printer")) == ""
    assert len(page(counter).steps) == 1
    counter.do(ChecksEnded(), CheckDevices("printer"))
    assert page(counter).steps == ()
    assert counter.do(ChecksEnded(), CheckDevices("nobody")) == "no_such_device"


def test_what_a_self_test_learnt_is_written_and_noted(counter: Counter, file: Path) -> None:
    counter.do(CheckDevices())
    counter.do(
        ChecksEnded((("drawer", "sense_open_high", False), ("printer", "code_page", "CP852")))
    )
    printer, drawer = load(file).device
    assert printer.options == {"host": "192.0.2.7", "code_page": "CP852"}
    assert drawer.options == {"sense_open_high": False}
    assert len(journal(counter, "device_set")) == 2
    # Learnt again, it is no news.
    counter.do(CheckDevices(), ChecksEnded((("drawer", "sense_open_high", False),)))
    assert len(journal(counter, "device_set")) == 2


@pytest.mark.parametrize("leaves", [SignOut(), CloseWorkshop()])
def test_a_self_test_whose_asker_has_left_changes_nothing_and_tells_nobody(
    counter: Counter, file: Path, leaves: Command
) -> None:
    counter.do(CheckDevices(), stepped("drawer_opens", "passed"), leaves)
    before = entries(counter)
    end = ChecksEnded((("drawer", "sense_open_high", True),))
    assert counter.do(stepped("drawer_shuts", "skipped"), end) == ""
    assert (file.read_text(), entries(counter)) == (FILE, before)
    counter.do(BEN, OpenWorkshop())
    assert page(counter).steps == ()


@pytest.mark.parametrize("command", [SCALE, MOVED, RemoveDevice("drawer")])
def test_nothing_is_changed_while_a_self_test_works_with_the_devices(
    counter: Counter, file: Path, command: Command
) -> None:
    counter.do(CheckDevices())
    before = entries(counter)
    assert counter.do(command) == "finish_checks_first"
    assert (file.read_text(), entries(counter)) == (FILE, before)
    assert counter.do(StopChecks(), ChecksEnded(), command) == ""


def test_what_was_learnt_of_a_device_that_was_removed_meanwhile_is_refused(
    counter: Counter, file: Path
) -> None:
    counter.do(CheckDevices())
    file.write_text(WITHOUT_DRAWER)
    learnt = ChecksEnded((("drawer", "sense_open_high", True),))
    assert counter.do(learnt) == "no_such_device"
    assert not page(counter).checking


def test_the_summary_is_a_document_of_who_tested_what_when_and_with_which_program(
    counter: Counter,
) -> None:
    counter.do(PrintChecks(), CheckDevices(), stepped("printer_ready", "passed"), PrintChecks())
    # Nothing is printed of a test that was not done to its end.
    assert not counter.devices.printer.slips

    def machine(check: str, state: CheckState, code: str, fields: Fields = ()) -> CheckStepped:
        return CheckStepped(CheckStepView("", "machine", check, state, code, fields))

    def weighed(step: str, fields: Fields) -> CheckStepped:
        return CheckStepped(CheckStepView("scale", "scale", step, "passed", "", fields))

    counter.do(
        machine("power", "failed", "power_low"),
        machine("disk_wear", "skipped", "disk_wear_unknown", (("disk", "mmcblk0"),)),
        machine("temperature", "passed", "temperature_ok", (("celsius", 51),)),
        weighed("scale_weighs", (("grams", 500),)),
        stepped("printer_ready", "passed", "paper_low"),
        stepped("drawer_opens", "failed", "drawer_jammed", "drawer"),
        stepped("drawer_shuts", "skipped", device="drawer"),
        ChecksEnded(),
        PrintChecks(),
    )
    (text,) = counter.devices.printer.texts
    words, origin = Words("en"), counter.show(ShopView).register
    (entry,) = counter.shelf.db.sql(
        "SELECT seq, at_ms FROM entry WHERE kind = 'devices_checked' ORDER BY seq"
    )
    lines = [line.strip() for line in text.splitlines()]
    assert "Corner" in lines
    assert date_text(entry[1], words) in lines
    assert f"Register {origin}" in lines
    assert "Tested by Ben" in lines
    assert f"With open-pos {__version__}" in lines
    assert f"In the journal as {origin}-{entry[0]}" in lines
    rows = " ".join(text.split())
    for said in (
        "damages memory cards. FAULT",
        words("health.power_low_mend"),
        "usual for SD cards. not known",
        "The temperature is fine: 51 °C. good",
        "scale: weighs good 0.500 kg",
        f"printer: is ready good {words('problem.paper_low')}",
        f"drawer: opens FAULT {words('problem.drawer_jammed')}",
        "drawer: is seen to shut skipped",
        "3 good, 2 faults, 2 skipped",
    ):
        assert said in rows, said
    # Each word was found in the language file, and each value was filled in.
    for missing in ("check.", "problem.", "health.", "{"):
        assert missing not in text
