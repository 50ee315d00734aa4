"""Hosts of what stands on the counter: scales, customer displays, beepers."""

from typing import Any, Final

from appliance.hosts.base import STATUS_MS, JobHost, Post, fields_of
from appliance.messages import (
    AskScale,
    Beep,
    ScaleSeen,
    ScaleSettled,
    ScaleView,
    SettleScale,
    ShowCustomer,
    Weighed,
    WeighFailed,
)
from drivers import DeviceAbsent, DeviceBusy, DeviceRefused, DeviceSilent, DeviceTrouble
from drivers.display import Shown, ShownLine
from drivers.scale import (
    Reading,
    ScaleFault,
    ScaleState,
    ScaleTooFine,
    ScaleUnreadable,
    WrongUnit,
    refusal,
)

WEIGH_MS: Final = 4_000
SHOW_MS: Final = 500
BEEP_MS: Final = 1_500
"""The longer of the two sounds takes 350 ms; a busy machine takes as long again to start the program that plays it."""

_ABOUT_THE_DEVICE: Final = (
    DeviceAbsent,
    DeviceBusy,
    DeviceRefused,
    DeviceSilent,
    ScaleFault,
    ScaleTooFine,
    ScaleUnreadable,
    WrongUnit,
)
"""Other troubles of a scale are about what lies on it: the scale is well."""


class ScaleHost(JobHost):
    """Weighs when asked, and tells twice a second what the scale shows."""

    kind = "scale"
    idle_s = 0.5

    def __init__(self, name: str, driver: Any, post: Post) -> None:  # noqa: ANN401 - a driver of any class
        """Host `driver` under `name`."""
        super().__init__(name, driver, post)
        self._newest: AskScale | None = None
        self._told = ScaleView()

    def weigh(self, job: AskScale) -> bool:
        """Queue a question; only the newest is answered. False where the queue is full."""
        self._newest = job
        return self.take(lambda: self._weigh_if_newest(job), urgent=True)

    def settle(self, job: SettleScale) -> bool:
        """Queue a zero or tare; False where the queue is full."""
        return self.take(lambda: self.settle_now(job))

    def _weigh_if_newest(self, job: AskScale) -> None:
        if job is self._newest:
            self.weigh_now(job)

    def weigh_now(self, job: AskScale) -> None:
        """Weigh, in the host's own thread or where there is none."""
        try:
            weight = self.driver.weigh(WEIGH_MS)
        except DeviceTrouble as trouble:
            self._about(trouble)
            self._post(
                WeighFailed(
                    device=self.name,
                    asked=job.asked,
                    code=trouble.code,
                    fields=fields_of(trouble),
                )
            )
        else:
            self.report.well()
            self._post(
                Weighed(
                    device=self.name,
                    asked=job.asked,
                    net_milli_kg=weight.net_milli_kg,
                    shown=weight.shown,
                    unit=weight.unit,
                    tare_milli=weight.tare_milli_kg,
                )
            )

    def settle_now(self, job: SettleScale) -> None:
        """Zero, tare or no tare; likewise."""
        try:
            match job.what:
                case "zero":
                    self.driver.zero(WEIGH_MS)
                case "tare":
                    self.driver.tare(WEIGH_MS)
                case _:
                    self.driver.set_tare(0, WEIGH_MS)
        except DeviceTrouble as trouble:
            self._about(trouble)
            self._post(
                WeighFailed(
                    device=self.name, asked="", code=trouble.code, fields=fields_of(trouble)
                )
            )
        else:
            self._post(ScaleSettled(device=self.name, what=job.what))

    def _look(self) -> None:
        try:
            reading = self.driver.look(STATUS_MS)
        except DeviceTrouble as trouble:
            self._about(trouble)
            self._tell_seen(ScaleView())
        else:
            if reading.state is ScaleState.FAULT:
                self._about(refusal(reading, self.name))
            else:
                self.report.well()
            self._tell_seen(self._seen(reading))

    def _tell_seen(self, seen: ScaleView) -> None:
        if seen != self._told:
            self._told = seen
            self._post(ScaleSeen(device=self.name, scale=seen))

    def _seen(self, reading: Reading) -> ScaleView:
        weight, driver = reading.weight, self.driver
        return ScaleView(
            device=self.name,
            state=reading.state.value,
            shown="" if weight is None else weight.shown,
            unit="" if weight is None else weight.unit,
            tare_milli=0 if weight is None else weight.tare_milli_kg or 0,
            can_zero=driver.can_zero,
            can_tare=driver.can_tare,
            can_clear=driver.can_set_tare,
        )

    def _about(self, trouble: DeviceTrouble) -> None:
        if isinstance(trouble, _ABOUT_THE_DEVICE):
            self.report.trouble(trouble)
        else:
            self.report.well()


class DisplayHost(JobHost):
    """Shows the newest picture, and again each second: a display that was switched off and on is dark."""

    kind = "display"
    idle_s = 1.0

    def __init__(self, name: str, driver: Any, post: Post) -> None:  # noqa: ANN401 - a driver of any class
        """Host `driver` under `name`."""
        super().__init__(name, driver, post)
        self.trial: Shown | None = None
        """While the display is tried out, this is shown instead, and a person has time to look."""
        self._newest: Shown | None = None
        self._is_queued = False

    @property
    def usual(self) -> Shown:
        """What it shows while nobody tries it out; nothing where nothing was shown yet."""
        return self._newest or Shown(state="idle")

    def show_now(self, job: ShowCustomer) -> None:
        """Show this, in the host's own thread or where there is none."""
        self._newest = _shown(job)
        self._show()

    def show(self, job: ShowCustomer) -> bool:
        """Show this next; never refused, as only the newest counts."""
        self._newest = _shown(job)
        if self._is_queued:
            return True
        self._is_queued = True
        return self.take(self._show)

    def _show(self) -> None:
        self._is_queued = False
        picture = self.trial or self._newest
        if picture is None:
            return
        self._tell(lambda: self.driver.show(picture, SHOW_MS))

    def _look(self) -> None:
        """Show it again: a display that was plugged in anew is dark."""
        self._show()


class BeeperHost(JobHost):
    """Beeps: short and high for a scan that was taken, low and twice for one that was not."""

    kind = "beeper"
    idle_s = 60.0
    """Seldom: to ask a sound card is to start a program."""

    def beep(self, job: Beep) -> bool:
        """Queue a beep; one that cannot be heard at once is not worth hearing."""
        return self.waiting == 0 and self.take(lambda: self._beep(job))

    def _beep(self, job: Beep) -> None:
        self._tell(lambda: self.driver.beep(good=job.good, timeout_ms=BEEP_MS))

    def _look(self) -> None:
        self._tell(lambda: self.driver.look(STATUS_MS))


def _shown(job: ShowCustomer) -> Shown:
    return Shown(
        state=job.state,  # type: ignore[arg-type]
        title=job.title,
        lines=tuple(ShownLine(line.name, line.quantity, line.amount) for line in job.lines),
        total_label=job.total_label,
        total=job.total,
        due_label=job.due_label,
        due=job.due,
    )
