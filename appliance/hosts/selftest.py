"""The self-test: each device found, exercised and sensed, by the same threads that work it all day.

A step is told when it begins, when it needs a person (to look, to scan, to shut the drawer) and when it ended. Where a
device can sense by itself, nobody is asked: a drawer with a switch is *seen* to open, a slip is confirmed.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

import msgspec

from appliance import device_schema
from appliance.config import DeviceConfig
from appliance.hosts.base import STATUS_MS, Host, fields_of
from appliance.hosts.counter import BEEP_MS, SHOW_MS, WEIGH_MS, DisplayHost
from appliance.hosts.drawers import KICK_MS
from appliance.hosts.printers import why_not
from appliance.hosts.readers import BadgeHost, ScannerHost
from appliance.messages import CheckState, CheckStepView, Fields, OptionValue
from drivers import DeviceSilent, DeviceTrouble, known_codes
from drivers.display import Shown, ShownLine
from drivers.drawer import learnt_polarity
from drivers.label import Label
from drivers.printer import CODE_PAGES, Slip, code_page_sheet, self_test_slip

BY_HAND_S: Final = 60.0
"""How long a person has to scan, to tap or to shut the drawer."""
ASK_AGAIN_S: Final = 0.1
USUAL_COLUMNS: Final = 48
WORK_S: Final = 60.0
"""How long a device may take over one piece of work, a long slip on a slow line included."""
SETTLE_S: Final = 1.5
"""How long a kicked drawer has to spring open."""

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Reply:
    """A person's answer to the step that asks."""

    yes: bool
    text: str = ""


class Talk(Protocol):
    """Whoever watches the self-test: the page of devices, or a terminal."""

    @property
    def shows_symbols(self) -> bool:
        """Whether barcodes can be shown to be scanned."""
        ...

    def tell(self, step: CheckStepView) -> None:
        """A step began, asks or ended."""
        ...

    def reply(self, step: CheckStepView, within_s: float) -> Reply | None:
        """The person's answer to a step that asks, None where none came in time."""
        ...

    def is_stopped(self) -> bool:
        """Whether the person has had enough."""
        ...


@dataclass(slots=True)
class SelfTest:
    """One run. `learnt` are options found out on the way: `(device, option, value)`."""

    hosts: Mapping[str, Host]
    talk: Talk
    configured: Mapping[str, DeviceConfig] = field(default_factory=dict)
    """The devices as they are configured, by name."""
    learnt: list[tuple[str, str, OptionValue]] = field(default_factory=list)
    failed: int = 0

    def run(self, names: Iterable[str]) -> None:
        """Exercise these devices, one after another, until done or stopped."""
        for name in names:
            host = self.hosts.get(name)
            if host is None or self.talk.is_stopped():
                continue
            _CHECKS[host.kind](self, host)

    # ------------------------------------------------------------------ what each class of devices does

    def scanner(self, host: Host) -> None:
        """Is it there, and do two known codes come over as they are: in the right letters, and with the separator?"""
        assert isinstance(host, ScannerHost)
        if self._is_there(host) and self._scans(host, "scanner_reads", known_codes.LAYOUT):
            self._scans(host, "scanner_separates", known_codes.SEPARATOR)

    def badge(self, host: Host) -> None:
        """Is it there, and does it read? The badge itself is not shown."""
        assert isinstance(host, BadgeHost)
        if self._is_there(host):
            self._taps(host)

    def printer(self, host: Host) -> None:
        """Its state, a slip with everything on it, and which code page has the right letters."""
        step = self._begin(host, "printer_ready")
        status = self._try(step, host, lambda driver: driver.status(STATUS_MS))
        if status is None:
            return
        if not status.can_print:
            self._end(step, "failed", why_not(status))
            return
        self._end(step, "passed", "paper_low" if status.paper == "low" else "")
        if not self._prints(host, "printer_prints", self_test_slip(self._columns(host))):
            return
        self._ask(host, "printer_looks_right", "slip_looks_wrong")
        if self._has_option(host, "code_page") and self._prints(
            host, "code_pages_print", code_page_sheet()
        ):
            self._choose_code_page(host)

    def drawer(self, host: Host) -> None:
        """Kicked and, where it has a switch, seen to open and to be shut again."""
        step = self._begin(host, "drawer_opens")
        before = self._try(step, host, lambda driver: (driver.level(STATUS_MS),))
        if before is None:
            return
        if self._try(step, host, lambda driver: driver.kick(KICK_MS) or True) is None:
            return
        if before[0] is None:
            self._end(step, "passed")
            self._ask(host, "drawer_was_seen", "drawer_did_not_open")
            return
        if not self._level_changes(host, before[0]):
            # It may have stood open all the time: then the switch cannot tell.
            self._end_unless_stopped(step, "drawer_not_seen")
            return
        self._end(step, "passed")
        polarity = learnt_polarity(before[0], not before[0])
        # Only a drawer that was seen both ways: one that stood open and was pushed shut looks like one that opened.
        was_shut = self._shuts(host, not before[0])
        if was_shut and polarity is not None and self._has_option(host, "sense_open_high"):
            self.learnt.append((host.name, "sense_open_high", polarity))

    def scale(self, host: Host) -> None:
        """What it says of a known weight."""
        step = self._begin(host, "scale_weighs", by_hand=True)
        reply = self._wait(step)
        if reply is None:
            return
        if not reply.yes:
            self._end(step, "skipped")
            return
        weight = self._try(step, host, lambda driver: driver.weigh(WEIGH_MS))
        if weight is not None:
            self._end(step, "passed", fields=(("grams", weight.net_milli_kg),))
            self._ask(host, "scale_is_right", "weight_is_wrong")

    def display(self, host: Host) -> None:
        """Shows a picture."""
        picture = Shown(
            state="ticket",
            title="open-pos",
            lines=(ShownLine("Äpfel · Manzanas · Apples", "1", "12,50 €"),),
            total_label="Total",
            total="12,50 €",
        )
        assert isinstance(host, DisplayHost)
        step = self._begin(host, "display_shows")
        host.trial = picture
        try:
            if self._try(step, host, lambda driver: driver.show(picture, SHOW_MS) or True):
                self._end(step, "passed")
                self._ask(host, "display_was_seen", "display_shows_nothing")
        finally:
            host.trial = None
            # Figures of a test must not stay before the customers.
            with contextlib.suppress(DeviceTrouble):
                with_driver(host, lambda driver: driver.show(host.usual, SHOW_MS))

    def label(self, host: Host) -> None:
        """Prints a label."""
        label = Label(name="open-pos", price="12,50 €", barcode="4006381333931")
        step = self._begin(host, "label_prints")

        def once(driver: Any) -> bool:  # noqa: ANN401 - a driver of any class
            driver.print((label,), 1, driver.print_ms((label,), 1))
            return True

        if self._try(step, host, once):
            self._end(step, "passed")
            self._ask(host, "label_looks_right", "label_looks_wrong")

    def beeper(self, host: Host) -> None:
        """Beeps both ways."""
        step = self._begin(host, "beeper_beeps")

        def both(driver: Any) -> bool:  # noqa: ANN401 - a driver of any class
            driver.beep(good=True, timeout_ms=BEEP_MS)
            time.sleep(SETTLE_S / 3)
            driver.beep(good=False, timeout_ms=BEEP_MS)
            return True

        if self._try(step, host, both):
            self._end(step, "passed")
            self._ask(host, "beeper_was_heard", "beeper_was_not_heard")

    # ------------------------------------------------------------------ steps

    def _is_there(self, host: Host) -> bool:
        step = self._begin(host, "is_there")
        until = time.monotonic() + STATUS_MS / 1000
        while not host.is_well and time.monotonic() < until:
            time.sleep(ASK_AGAIN_S)
        self._end(step, "passed" if host.is_well else "failed", "" if host.is_well else "not_there")
        return host.is_well

    def _scans(self, host: ScannerHost, name: str, code: str) -> bool:
        """Wait for a known code; the till does not hear it. True where it came over as it is.

        Any other article only shows that something is read. Who cannot be shown the code, and has no printed slip
        with it, goes on with that.
        """
        step = self._begin(host, name, by_hand=True, symbol=code if self.talk.shows_symbols else "")
        heard: list[str | None] = []
        another: Fields = ()
        host.tap = heard.append
        try:
            until = time.monotonic() + BY_HAND_S
            while time.monotonic() < until and not self.talk.is_stopped():
                if heard:
                    text = heard.pop(0)
                    if text is None:
                        self._end(step, "failed", "scan_again")
                        return False
                    found = known_codes.judge(text, code)
                    fields: Fields = (("text", known_codes.shown(text)),)
                    if found.verdict == "right":
                        self._end(step, "passed", "" if found.aim else "scanner_no_aim", fields)
                        return True
                    if found.verdict != "another":
                        self._end(step, "failed", f"scanner_{found.verdict}", fields)
                        return False
                    another = fields
                    if not self.talk.shows_symbols:
                        self._end(step, "passed", "scanner_reads_another", fields)
                        return False
                    self.talk.tell(
                        msgspec.structs.replace(step, code="scanner_reads_another", fields=fields)
                    )
                reply = self.talk.reply(step, ASK_AGAIN_S)
                if reply is not None and not reply.yes:
                    break
            else:
                if not another:
                    self._end_unless_stopped(step, "nothing_read")
                    return False
        finally:
            host.tap = None
        self._end(step, "skipped", "scanner_reads_another" if another else "", another)
        return False

    def _taps(self, host: BadgeHost) -> None:
        """Wait for a badge; the till does not hear it."""
        heard: list[str | None] = []
        step = self._begin(host, "badge_reads", by_hand=True)
        host.tap = heard.append
        try:
            until = time.monotonic() + BY_HAND_S
            while not heard and time.monotonic() < until and not self.talk.is_stopped():
                reply = self.talk.reply(step, ASK_AGAIN_S)
                if reply is not None and not reply.yes:
                    self._end(step, "skipped")
                    return
        finally:
            host.tap = None
        if heard and heard[0] is None:
            self._end(step, "failed", "badge_again")
        elif heard and heard[0]:
            self._end(step, "passed", fields=(("form", heard[0]),))
        else:
            self._end_unless_stopped(step, "nothing_read")

    def _shuts(self, host: Host, level_open: bool) -> bool:  # noqa: FBT001 - a level
        """Wait for somebody to push the drawer shut; True when it was seen to be."""
        step = self._begin(host, "drawer_shuts", by_hand=True)
        until = time.monotonic() + BY_HAND_S
        while time.monotonic() < until and not self.talk.is_stopped():
            if self._level(host) is (not level_open):
                self._end(step, "passed")
                return True
            reply = self.talk.reply(step, ASK_AGAIN_S)
            if reply is not None and not reply.yes:
                self._end(step, "skipped")
                return False
        self._end_unless_stopped(step, "drawer_not_shut")
        return False

    def _prints(self, host: Host, name: str, slip: Slip) -> bool:
        step = self._begin(host, name)
        if self._try(step, host, lambda driver: _print(driver, slip)) is None:
            return False
        self._end(step, "passed")
        return True

    def _choose_code_page(self, host: Host) -> None:
        step = self._begin(host, "code_page", by_hand=True, choices=CODE_PAGES)
        known = {name.lower(): name for name in CODE_PAGES}
        while (reply := self._wait(step)) is not None:
            if not (reply.yes and reply.text):
                self._end(step, "skipped")
                return
            chosen = known.get(reply.text.lower())
            if chosen is not None:
                self.learnt.append((host.name, "code_page", chosen))
                self._end(step, "passed", fields=(("code_page", chosen),))
                return
            step = msgspec.structs.replace(
                step, code="no_such_code_page", fields=(("text", reply.text),)
            )

    def _columns(self, host: Host) -> int:
        device = self.configured.get(host.name)
        return USUAL_COLUMNS if device is None else device.options.get("columns", USUAL_COLUMNS)

    def _has_option(self, host: Host, key: str) -> bool:
        """Whether what is learnt could be written down: simulated devices have fewer options."""
        device = self.configured.get(host.name)
        if device is None:
            return True
        options = device_schema.options_of(device.kind, device.type, {})
        return any(option.key == key for option in options)

    def _level_changes(self, host: Host, before: bool) -> bool:  # noqa: FBT001 - a level
        until = time.monotonic() + SETTLE_S
        while time.monotonic() < until and not self.talk.is_stopped():
            if self._level(host) is (not before):
                return True
            time.sleep(ASK_AGAIN_S)
        return False

    def _level(self, host: Host) -> bool | None:
        try:
            level: bool | None = with_driver(host, lambda driver: driver.level(STATUS_MS))
        except DeviceTrouble:
            return None
        return level

    def _ask(self, host: Host, name: str, if_not: str) -> None:
        step = self._begin(host, name, by_hand=False)
        reply = self._wait(step)
        if reply is not None:
            self._end(step, "passed" if reply.yes else "failed", "" if reply.yes else if_not)

    def _wait(self, step: CheckStepView) -> Reply | None:
        asking = msgspec.structs.replace(step, state="asking")
        self.talk.tell(asking)
        reply = self.talk.reply(asking, BY_HAND_S)
        if reply is None:
            self._end(step, "skipped")
        return reply

    def _try(self, step: CheckStepView, host: Host, work: Callable[[Any], _Found]) -> _Found | None:
        try:
            return with_driver(host, work)
        except DeviceTrouble as trouble:
            self._end(step, "failed", trouble.code, fields_of(trouble))
            return None

    def _begin(
        self,
        host: Host,
        name: str,
        *,
        by_hand: bool = False,
        symbol: str = "",
        choices: tuple[str, ...] = (),
    ) -> CheckStepView:
        step = CheckStepView(
            device=host.name,
            kind=host.kind,
            step=name,
            state="asking" if by_hand else "running",
            by_hand=by_hand,
            symbol=symbol,
            choices=choices,
        )
        self.talk.tell(step)
        return step

    def _end(
        self, step: CheckStepView, state: CheckState, code: str = "", fields: Fields = ()
    ) -> None:
        self.failed += state == "failed"
        self.talk.tell(
            CheckStepView(step.device, step.kind, step.step, state, code, fields, step.by_hand)
        )

    def _end_unless_stopped(self, step: CheckStepView, code: str) -> None:
        """Nothing came in time; where the person has had enough, that is nobody's fault."""
        if self.talk.is_stopped():
            self._end(step, "skipped")
        else:
            self._end(step, "failed", code)


def _print(driver: Any, slip: Slip) -> bool:  # noqa: ANN401 - a driver of any class
    driver.print(slip, driver.print_ms(slip))
    return True


def with_driver(host: Host, work: Callable[[Any], _Found], within_s: float = WORK_S) -> _Found:
    """Do some work with a host's driver in the host's thread, and wait for it.

    Raises the driver's `DeviceTrouble`, and `DeviceSilent` where the host has not come to it in time.
    """
    found: list[_Found] = []
    wrong: list[DeviceTrouble] = []
    done = threading.Event()

    def lent() -> None:
        try:
            found.append(work(host.driver))
        except DeviceTrouble as trouble:
            wrong.append(trouble)
        finally:
            done.set()

    if not host.lend(lent) or not done.wait(within_s):
        raise DeviceSilent(device=host.name, why="busy with something else")
    if wrong:
        raise wrong[0]
    return found[0]


_CHECKS: Final[Mapping[str, Callable[[SelfTest, Host], None]]] = {
    "badge": SelfTest.badge,
    "beeper": SelfTest.beeper,
    "display": SelfTest.display,
    "drawer": SelfTest.drawer,
    "label": SelfTest.label,
    "printer": SelfTest.printer,
    "scale": SelfTest.scale,
    "scanner": SelfTest.scanner,
}
