"""The self-test on simulated twins, with a person who follows a script: each device exercised, each fault told once."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from appliance.config import DeviceConfig
from appliance.devices import Devices
from appliance.hosts import JobHost, selftest
from appliance.hosts.selftest import Reply, SelfTest, with_driver
from appliance.messages import CheckStepView, ShowCustomer
from drivers import DeviceSilent, DeviceTrouble
from drivers.display import Shown
from drivers.known_codes import LAYOUT, SEPARATOR
from drivers.printer import CODE_PAGES, CodePageRow
from tests.appliance.test_devices import until

ALL = tuple(
    DeviceConfig(kind, kind, "simulated")
    for kind in ("badge", "beeper", "display", "drawer", "label", "printer", "scale", "scanner")
)
YES, NO = Reply(yes=True), Reply(yes=False)


@dataclass
class Person:
    """Answers every question as `says` has it, does by hand what `does` has, and keeps what was told."""

    says: dict[str, Reply | None] = field(default_factory=dict)
    does: dict[str, Callable[[], Any]] = field(default_factory=dict)
    otherwise: Reply | None = YES
    leaves_at: str = ""
    told: list[CheckStepView] = field(default_factory=list)
    has_left: bool = False
    shows_symbols: bool = True

    def tell(self, step: CheckStepView) -> None:
        self.told.append(step)
        self.has_left = self.has_left or step.step == self.leaves_at

    def reply(self, step: CheckStepView, within_s: float) -> Reply | None:
        if step.step in self.does:
            # A hand does it; nothing is pressed.
            self.does[step.step]()
            threading.Event().wait(min(within_s, 0.02))
            return None
        if within_s < 1 and step.step not in self.says:
            threading.Event().wait(min(within_s, 0.02))
            return None
        return self.says.get(step.step, self.otherwise)

    def is_stopped(self) -> bool:
        return self.has_left

    def ended(self) -> dict[str, tuple[str, str]]:
        """How each step ended."""
        return {
            step.step: (step.state, step.code)
            for step in self.told
            if step.state not in {"running", "asking", "waiting"}
        }

    def failed(self) -> list[str]:
        return [step.code for step in self.told if step.state == "failed"]


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> Iterator[Devices]:
    monkeypatch.setattr(selftest, "BY_HAND_S", 5.0)
    monkeypatch.setattr(selftest, "SETTLE_S", 0.3)
    monkeypatch.setattr(selftest, "ASK_AGAIN_S", 0.02)
    made = Devices(ALL, lambda _said: None)
    made.start()
    until(lambda: made.hosts["scanner"].is_well and made.hosts["badge"].is_well)
    yield made
    made.stop()


def hands(devices: Devices, says: dict[str, Reply | None] | None = None) -> Person:
    """A person who scans, taps and pushes the drawer shut."""
    person = Person(says=says or {})
    twins = devices.drivers
    person.does |= {
        "scanner_reads": lambda: twins["scanner"].feed(f"]C0{LAYOUT}"),
        "scanner_separates": lambda: twins["scanner"].feed(f"]C1{SEPARATOR}"),
        "badge_reads": lambda: twins["badge"].tap("62E3086CED"),
        "drawer_shuts": twins["drawer"].push_shut,
    }
    return person


def run(devices: Devices, person: Person, *names: str) -> SelfTest:
    test = SelfTest(devices.hosts, person, {one.name: one for one in devices.configured})
    test.run(names or [device.name for device in ALL])
    return test


def test_with_all_well_every_device_is_exercised_and_passes(devices: Devices) -> None:
    devices.drivers["scale"].put(1250)
    person = hands(devices)
    test = run(devices, person)
    assert {state for state, _ in person.ended().values()} == {"passed"}
    assert (test.failed, person.failed()) == (0, [])
    assert {step.device for step in person.told} == {device.name for device in ALL}
    assert devices.drivers["drawer"].kicks == 1
    assert len(devices.drivers["printer"].slips) == 1
    assert len(devices.drivers["label"].labels) == 1
    assert devices.drivers["beeper"].beeps == (True, False)
    assert test.learnt == [("drawer", "sense_open_high", True)]


def test_what_was_read_goes_to_the_test_and_not_to_the_till(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(selftest, "ASK_AGAIN_S", 0.02)
    said: list[object] = []
    devices = Devices(ALL, said.append)
    devices.start()
    try:
        until(lambda: devices.hosts["scanner"].is_well and devices.hosts["badge"].is_well)
        person = hands(devices)
        run(devices, person, "scanner", "badge")
        fields = {step.step: step.fields for step in person.told if step.state == "passed"}
        assert fields["scanner_reads"] == (("text", f"]C0{LAYOUT}"),)
        assert fields["scanner_separates"] == (("text", "]C110ZY<GS>2107"),)
        # The number of a badge is nobody's business.
        assert fields["badge_reads"] == (("form", "em4100"),)
        assert {type(one).__name__ for one in said} == {"DeviceChanged", "ScaleSeen"}
        assert "62E3086CED" not in repr(person.told)
    finally:
        devices.stop()


FAULTS = [
    ("printer", "unplug", "printer_ready", "device_absent"),
    ("printer", "take_paper", "printer_ready", "paper_out"),
    ("printer", "open_cover", "printer_ready", "cover_open"),
    ("printer", "jam", "printer_ready", "cutter_jammed"),
    ("printer", "go_offline", "printer_ready", "printer_offline"),
    ("printer", "lose_next_answer", "printer_prints", "print_unconfirmed"),
    ("drawer", "unplug", "drawer_opens", "device_absent"),
    ("drawer", "jam", "drawer_opens", "drawer_not_seen"),
    ("drawer", "cut_switch", "drawer_opens", "drawer_not_seen"),
    ("scale", "unplug", "scale_weighs", "device_absent"),
    ("scale", "overload", "scale_weighs", "scale_overloaded"),
    ("display", "unplug", "display_shows", "device_absent"),
    ("label", "unplug", "label_prints", "device_absent"),
    ("beeper", "unplug", "beeper_beeps", "device_absent"),
    ("scanner", "unplug", "is_there", "not_there"),
    ("badge", "unplug", "is_there", "not_there"),
]


@pytest.mark.parametrize(("device", "lever", "step", "code"), FAULTS)
def test_a_fault_is_told_once_with_its_code_and_the_test_goes_on(
    devices: Devices,
    monkeypatch: pytest.MonkeyPatch,
    device: str,
    lever: str,
    step: str,
    code: str,
) -> None:
    monkeypatch.setattr(selftest, "WEIGH_MS", 200)
    monkeypatch.setattr(selftest, "STATUS_MS", 200)
    getattr(devices.drivers[device], lever)()
    if device in {"scanner", "badge"}:
        until(lambda: not devices.hosts[device].is_well)
    person = hands(devices)
    test = run(devices, person, device, "display" if device != "display" else "label")
    assert person.failed() == [code]
    assert person.ended()[step] == ("failed", code)
    assert test.failed == 1
    # The device after it was tried all the same.
    assert ("passed", "") in person.ended().values()


@pytest.mark.parametrize(
    ("device", "question", "code"),
    [
        ("printer", "printer_looks_right", "slip_looks_wrong"),
        ("scale", "scale_is_right", "weight_is_wrong"),
        ("display", "display_was_seen", "display_shows_nothing"),
        ("label", "label_looks_right", "label_looks_wrong"),
        ("beeper", "beeper_was_heard", "beeper_was_not_heard"),
    ],
)
def test_what_a_person_saw_to_be_wrong_is_a_fault(
    devices: Devices, device: str, question: str, code: str
) -> None:
    person = hands(devices, says={question: NO})
    run(devices, person, device)
    assert person.ended()[question] == ("failed", code)


def test_without_a_person_what_needs_one_is_skipped_and_nothing_has_failed(
    devices: Devices,
) -> None:
    by_hand = ("scanner_reads", "badge_reads", "drawer_shuts")
    person = Person(says=dict.fromkeys(by_hand, NO), otherwise=None)
    test = run(devices, person)
    assert (test.failed, person.failed()) == (0, [])
    skipped = {step for step, (state, _) in person.ended().items() if state == "skipped"}
    assert {*by_hand, "scale_weighs", "printer_looks_right"} <= skipped
    assert devices.drivers["drawer"].kicks == 1


def test_nothing_done_by_hand_in_time_is_a_fault(
    devices: Devices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selftest, "BY_HAND_S", 0.1)
    person = Person()
    run(devices, person, "scanner", "badge", "drawer")
    assert Counter(person.failed()) == {"nothing_read": 2, "drawer_not_shut": 1}


def test_a_weighing_that_is_passed_over_is_no_fault(devices: Devices) -> None:
    devices.drivers["scale"].unplug()
    person = hands(devices, says={"scale_weighs": NO})
    run(devices, person, "scale")
    assert person.ended() == {"scale_weighs": ("skipped", "")}


@pytest.mark.parametrize(
    ("first", "second", "ended"),
    [
        (f"]C0{LAYOUT}", f"]C1{SEPARATOR}", [("passed", ""), ("passed", "")]),
        (LAYOUT, SEPARATOR, [("passed", "scanner_no_aim"), ("passed", "scanner_no_aim")]),
        # Some scanners send FNC1 in front as well.
        (f"]C0{LAYOUT}", f"\x1d{SEPARATOR}", [("passed", ""), ("passed", "scanner_no_aim")]),
        (f"]C0{LAYOUT}", "]C110ZY2107", [("passed", ""), ("failed", "scanner_no_separator")]),
        (f"]C0{LAYOUT}", "]C110ZY|2107", [("passed", ""), ("failed", "scanner_no_separator")]),
        (f"]C0{LAYOUT}", "]C110ZY^]2107", [("passed", ""), ("failed", "scanner_no_separator")]),
        (f"]C0{LAYOUT}x", "", [("failed", "scanner_adds_something")]),
        # Set to the German keyboard and set up as US, to the French, and with Caps Lock.
        ("OPßAYZQWM-09", "", [("failed", "scanner_wrong_layout")]),
        ("$C)OP6QWZAYM=)(", "", [("failed", "scanner_wrong_layout")]),
        ("op-azyqwm/09", "", [("failed", "scanner_wrong_layout")]),
    ],
)
def test_what_a_scanner_makes_of_the_known_codes_tells_how_it_is_set(
    devices: Devices, first: str, second: str, ended: list[tuple[str, str]]
) -> None:
    scanner = devices.drivers["scanner"]
    person = hands(devices)
    person.does["scanner_reads"] = lambda: scanner.feed(first)
    person.does["scanner_separates"] = lambda: scanner.feed(second)
    run(devices, person, "scanner")
    steps = person.ended()
    assert steps.pop("is_there") == ("passed", "")
    assert list(steps.values()) == ended
    # While it asks, the page can show the very code.
    asked = {step.step: step.symbol for step in person.told if step.symbol}
    assert asked["scanner_reads"] == LAYOUT
    assert asked.get("scanner_separates", SEPARATOR) == SEPARATOR


@pytest.mark.parametrize("article", ["4006381333931", "]E04006381333931", "X", f"]C1{SEPARATOR}"])
def test_another_article_shows_that_it_reads_and_the_code_is_asked_for_again(
    devices: Devices, article: str
) -> None:
    scanner = devices.drivers["scanner"]
    scans = iter([article, article, f"]C0{LAYOUT}"])
    person = hands(devices)
    person.does["scanner_reads"] = lambda: scanner.feed(next(scans, LAYOUT))
    run(devices, person, "scanner")
    assert person.failed() == []
    told = [(one.state, one.code) for one in person.told if one.step == "scanner_reads"]
    assert ("asking", "scanner_reads_another") in told
    assert told[-1] == ("passed", "")


def test_who_never_scans_the_code_has_proved_nothing_and_found_no_fault(
    devices: Devices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selftest, "BY_HAND_S", 0.3)
    person = hands(devices)
    person.does["scanner_reads"] = lambda: devices.drivers["scanner"].feed("4006381333931")
    run(devices, person, "scanner")
    assert person.ended()["scanner_reads"] == ("skipped", "scanner_reads_another")
    assert "scanner_separates" not in person.ended()


@pytest.mark.parametrize(
    ("scanned", "code", "goes_on"),
    [("4006381333931", "scanner_reads_another", False), (f"]C0{LAYOUT}", "", True)],
)
def test_where_no_code_can_be_shown_any_article_will_do_and_the_slip_is_better(
    devices: Devices, scanned: str, code: str, *, goes_on: bool
) -> None:
    person = hands(devices)
    person.shows_symbols = False
    person.does["scanner_reads"] = lambda: devices.drivers["scanner"].feed(scanned)
    run(devices, person, "scanner")
    assert person.ended()["scanner_reads"] == ("passed", code)
    assert ("scanner_separates" in person.ended()) is goes_on
    assert not [step for step in person.told if step.symbol]


def test_every_code_page_that_is_printed_can_be_chosen_and_no_other(devices: Devices) -> None:
    texts = iter(["y", "CP858 ", "cp1252"])

    class Typist(Person):
        def reply(self, step: CheckStepView, within_s: float) -> Reply | None:
            if step.step == "code_page":
                return Reply(yes=True, text=next(texts))
            return super().reply(step, within_s)

    options = {"printer": DeviceConfig("printer", "printer", "file")}
    person = Typist()
    test = SelfTest(devices.hosts, person, options)
    test.run(["printer"])
    assert test.learnt == [("printer", "code_page", "CP1252")]
    asked = [one for one in person.told if (one.step, one.state) == ("code_page", "asking")]
    assert {step.choices for step in asked} == {CODE_PAGES}
    assert [one.code for one in asked][-1] == "no_such_code_page"
    (sheet,) = [slip for slip in devices.drivers["printer"].slips if "CP437" in repr(slip)]
    printed = [row.code_page for row in sheet.lines if isinstance(row, CodePageRow)]
    assert tuple(printed) == CODE_PAGES


def test_a_badge_that_is_not_understood_is_a_fault_that_says_what_to_set(devices: Devices) -> None:
    person = hands(devices)
    person.does["badge_reads"] = devices.drivers["badge"].tap_badly
    run(devices, person, "badge")
    assert person.ended()["badge_reads"] == ("failed", "badge_again")


@pytest.mark.parametrize("at", ["scanner_reads", "badge_reads", "drawer_shuts", "drawer_opens"])
def test_whoever_leaves_in_the_middle_has_found_no_fault(devices: Devices, at: str) -> None:
    person = Person(leaves_at=at)
    device = at.partition("_")[0]
    test = run(devices, person, device, "printer")
    assert test.failed == 0
    assert person.ended().get(at, ("", ""))[0] == "skipped"
    # What comes after is not begun.
    assert "printer_ready" not in person.ended()
    # And the till hears the scanner again.
    for name in ("scanner", "badge"):
        assert getattr(devices.hosts[name], "tap", None) is None


@pytest.mark.parametrize("opens_high", [True, False])
def test_the_level_of_an_open_drawer_is_learnt(
    monkeypatch: pytest.MonkeyPatch, *, opens_high: bool
) -> None:
    monkeypatch.setattr(selftest, "ASK_AGAIN_S", 0.02)
    options = {"switch_open_high": opens_high, "sense_open_high": not opens_high}
    devices = Devices([DeviceConfig("drawer", "drawer", "simulated", options)], lambda _said: None)
    devices.start()
    try:
        person = Person(does={"drawer_shuts": devices.drivers["drawer"].push_shut})
        assert run(devices, person, "drawer").learnt == [("drawer", "sense_open_high", opens_high)]
    finally:
        devices.stop()


def test_nothing_is_learnt_of_a_drawer_that_stood_open_and_was_pushed_shut_in_the_test(
    devices: Devices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selftest, "BY_HAND_S", 0.1)
    drawer = devices.drivers["drawer"]
    drawer.pull_open()
    # The level changes as it would if the drawer had come open, and no other level is seen after that.
    pushed = threading.Timer(0.1, drawer.push_shut)
    pushed.start()
    test = run(devices, Person(), "drawer")
    pushed.join()
    assert test.learnt == []


def test_a_drawer_without_a_switch_is_asked_for(devices: Devices) -> None:
    del devices
    options = {"has_switch": False}
    others = Devices([DeviceConfig("drawer", "drawer", "simulated", options)], lambda _said: None)
    others.start()
    try:
        person = Person(says={"drawer_was_seen": NO})
        test = run(others, person, "drawer")
        assert person.failed() == ["drawer_did_not_open"]
        assert test.learnt == []
    finally:
        others.stop()


def test_a_display_keeps_the_picture_of_the_test_until_it_was_looked_at(devices: Devices) -> None:
    host, display = devices.hosts["display"], devices.drivers["display"]
    assert isinstance(host, JobHost)
    host.idle_s = 0.01
    devices.run(ShowCustomer("ticket", "Corner", total="1.20"))
    until(lambda: display.shown is not None)
    looked: list[str] = []

    class Looker(Person):
        def reply(self, step: CheckStepView, within_s: float) -> Reply | None:
            # The host has shown its picture anew by now.
            for _ in range(3):
                with_driver(host, lambda _driver: True)
                threading.Event().wait(0.05)
            looked.append(display.shown.title)
            return super().reply(step, within_s)

    run(devices, Looker(), "display")
    assert looked == ["open-pos"]
    until(lambda: display.shown.title == "Corner")


@pytest.mark.parametrize("reply", [YES, NO, None])
def test_a_display_on_which_nothing_was_shown_before_is_blank_after_the_test(
    devices: Devices, reply: Reply | None
) -> None:
    run(devices, Person(otherwise=reply), "display")
    assert devices.drivers["display"].shown == Shown(state="idle")


def test_a_device_that_was_taken_out_meanwhile_is_passed_over(devices: Devices) -> None:
    person = Person()
    run(devices, person, "nobody")
    assert person.told == []


def test_a_host_that_does_not_come_to_it_is_silent(devices: Devices) -> None:
    may_go_on = threading.Event()
    host = devices.hosts["printer"]

    def dawdle() -> None:
        may_go_on.wait(5)

    host.lend(dawdle)
    with pytest.raises(DeviceSilent):
        with_driver(host, lambda driver: driver.status(100), within_s=0.05)
    may_go_on.set()


def test_the_trouble_of_lent_work_comes_back_to_who_lent_it(devices: Devices) -> None:
    devices.drivers["printer"].unplug()
    with pytest.raises(DeviceTrouble, match="device_absent"):
        with_driver(devices.hosts["printer"], lambda driver: driver.status(100))
