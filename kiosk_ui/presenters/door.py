"""The page of a time clock by the door: the time, who is in, and how to punch."""

from collections.abc import Callable

import msgspec

from appliance.messages import (
    AtWorkView,
    DeviceState,
    SessionView,
    ShopView,
    StatusView,
    TimeclockView,
)
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Send
from kiosk_ui.presenters.clock_words import ClockWords
from kiosk_ui.presenters.formats import initials
from kiosk_ui.strings import Words


class PresentView(msgspec.Struct, frozen=True):
    """Somebody who is in."""

    id: str
    initials: str
    name: str
    since: str
    back: str
    ink: str


class DoorView(msgspec.Struct, frozen=True):
    """The page."""

    shop: str
    clock: str
    date: str
    prompt: str
    icon: str
    has_warning: bool
    warning: str
    pin: str
    devices: str
    title: str
    people: tuple[PresentView, ...]
    nobody: bool
    nobody_text: str


class DoorPresenter(Presenter[DoorView]):
    """Shows who is in, which everybody may see, and nothing of anybody's hours or pay."""

    topics = (TimeclockView, StatusView, ShopView, SessionView)

    def __init__(
        self,
        send: Send,
        words: Words,
        open_pin: Callable[[], None],
        open_server: Callable[[], None],
        *,
        open_overlay: Open,
        now_ms: NowMs,
    ) -> None:
        """`open_pin` opens the card for whoever has no badge at hand, `open_server` the sheet of the LAN server."""
        self._open_pin = open_pin
        self._open_server = open_server
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    def use_pin(self) -> None:
        """No badge at hand; or nobody works here yet, and the clock is to be paired."""
        if self._has_nobody():
            self._open_server()
        else:
            self._open_pin()

    def devices(self) -> None:
        """How the devices are."""
        self.open_overlay(Overlay.DEVICES)

    def tick(self) -> None:
        """Once a second: the clock."""
        self.refresh()

    def draw(self) -> DoorView:
        """The page for now."""
        clock, shop, words, now_ms = self.seen.timeclock, self.seen.shop, self.words, self.now_ms()
        said = ClockWords(words, clock.zone)
        warnings = self._warnings()
        has_reader = any(one.kind == "badge" for one in self.seen.status.devices)
        return DoorView(
            shop=shop.name if shop else "",
            clock=said.time(now_ms),
            date=said.day(now_ms),
            prompt=words("time_clock.hold_badge" if has_reader else "time_clock.choose_name"),
            icon="badge-account-outline" if has_reader else "dialpad",
            has_warning=bool(warnings),
            warning="\n".join(warnings),
            pin=words("sign_in.pair" if self._has_nobody() else "time_clock.use_pin"),
            devices=words("time_clock.devices"),
            title=" · ".join(self._counts()),
            people=tuple(self._person(one, said) for one in clock.at_work),
            nobody=not clock.at_work,
            nobody_text=words("time_clock.nobody"),
        )

    def _has_nobody(self) -> bool:
        """Whether this is a new clock, at which nobody could key in a PIN."""
        session = self.seen.session
        return session is not None and not session.people

    def _person(self, one: AtWorkView, said: ClockWords) -> PresentView:
        is_there = one.presence == "at_work"
        time = said.when(one.since_ms, self.now_ms())
        return PresentView(
            id=one.employee,
            initials=initials(one.name),
            name=one.name,
            since=self.words("time_clock.since" if is_there else "time_clock.on_break", time=time),
            back="brand_soft" if is_there else "amber_soft",
            ink="brand_ink" if is_there else "amber_ink",
        )

    def _counts(self) -> list[str]:
        """How many are in, and how many should be: who that is, only managers see."""
        counts = (
            ("time_clock.present", len(self.seen.timeclock.at_work)),
            ("plan.late_now", self.seen.timeclock.late),
        )
        return [self.words.count(key, number) for key, number in counts if number]

    def _warnings(self) -> list[str]:
        words = self.words
        found = [
            words("time_clock.reader_away", trouble=self.formats.problem(one.code, one.fields))
            for one in self.seen.status.devices
            if one.kind == "badge" and one.state in {DeviceState.TROUBLE, DeviceState.ABSENT}
        ]
        if not self.seen.status.clock_ok:
            found.append(words("time_clock.not_trusted"))
        return found[:2]
