"""Restarting, switching off, and how the screen is."""

from typing import Final

from msgspec.structs import replace

from appliance import screen_settings
from appliance.journal.upkeep_kinds import PowerAsked, ScreenChanged
from appliance.messages import (
    DoToMachine,
    NoticeLevel,
    RestartMachine,
    RestartScreen,
    SetBrightness,
    SetScreen,
    SwitchOff,
    TaskName,
)
from appliance.problems import Refusal
from appliance.services import days, tickets
from appliance.till import Handlers
from appliance.upkeep.desk import UpkeepBusy, UpkeepDesk


class BusinessUnderWay(Refusal):
    """A business day is open, or a ticket with `lines` lines: to restart now, say so."""

    code = "business_under_way"


class Power:
    """The part about power and the screen."""

    def __init__(self, desk: UpkeepDesk) -> None:
        """Nothing waits for the close of the day."""
        self._desk: Final = desk
        self.restarts_at_close = False

    @property
    def handlers(self) -> Handlers:
        """What each command does; all of them are for managers."""
        return {
            RestartMachine: self.restart,
            SwitchOff: self.switch_off,
            RestartScreen: self.restart_screen,
            SetScreen: self.set_screen,
            SetBrightness: self.set_brightness,
        }

    def restart(self, command: RestartMachine) -> None:
        """Restart now, or when the day is closed. Raises `BusinessUnderWay`, `UpkeepBusy`."""
        if command.when != "now":
            self.restarts_at_close = command.when == "closed"
            return
        self._power("restart", anyway=command.anyway)

    def switch_off(self, command: SwitchOff) -> None:
        """Switch off. Raises `BusinessUnderWay`, `UpkeepBusy`."""
        self._power("off", anyway=command.anyway)

    def restart_screen(self, _command: RestartScreen) -> None:
        """Begin the program anew; all is stored. Raises `UpkeepBusy`."""
        self._power("screen", anyway=True)

    def day_closed(self) -> None:
        """The business day was closed: now what waited for it is done."""
        if self.restarts_at_close:
            self.restarts_at_close = False
            try:
                self._power("restart", anyway=True)
            except Refusal as no:
                # The day is closed all the same; a person sees why, and can restart.
                self._desk.notice(NoticeLevel.WARN, no.code, tuple(no.fields.items()))

    def _power(self, what: TaskName, *, anyway: bool) -> None:
        desk = self._desk.till.desk
        ticket = tickets.at_hand(desk)
        lines = 0 if ticket is None else len(ticket.lines)
        if not anyway and (lines or days.current(desk.db, desk.origin) is not None):
            raise BusinessUnderWay(lines=lines)
        self._desk.refuse_while_busy()
        self._desk.record(PowerAsked(what, lines))
        self._desk.begin(what, DoToMachine(what))

    def set_screen(self, command: SetScreen) -> None:
        """Write it into the configuration file.

        Raises `NoFile`, `SettingsGone` and what the file raises; then nothing has changed.
        """
        file = self._desk.settings_file()
        wanted = {
            name: value
            for name in ("rotation", "text_percent", "dark")
            if (value := getattr(command, name)) is not None
            and value != getattr(self._desk.page.screen, name)
        }
        if not wanted:
            return
        screen_settings.change(file, wanted)
        self._desk.record(ScreenChanged(**wanted))
        self._desk.screen_waits = True
        self._desk.page.screen = replace(self._desk.page.screen, **wanted)

    def set_brightness(self, command: SetBrightness) -> None:
        """Set it at once. Raises `UpkeepBusy`."""
        if not self._desk.run(DoToMachine("brightness", number=command.percent)):
            raise UpkeepBusy
        self._desk.record(ScreenChanged(brightness_percent=command.percent))
