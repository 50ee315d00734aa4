"""Signing in: who is it, and the PIN."""

from collections.abc import Callable

import msgspec

from appliance.messages import (
    OpenFirstStart,
    PersonView,
    ServerView,
    SessionView,
    ShopView,
    SignIn,
    Snapshot,
)
from kiosk_ui.presenters import pin
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Seen, Send
from kiosk_ui.presenters.formats import initials
from kiosk_ui.presenters.keys import NO_KEY, KeyView, digit_pad
from kiosk_ui.strings import Words


class PersonTile(msgspec.Struct, frozen=True):
    """Somebody who may sign in."""

    id: str
    initials: str
    name: str
    role: str


class SignInView(msgspec.Struct, frozen=True):
    """The page: people first, then the pad for one of them."""

    choosing: bool
    keying: bool
    shop: str
    register: str
    clock: str
    date: str
    title: str
    people: tuple[PersonTile, ...]
    nobody: bool
    nobody_text: str
    initials: str
    name: str
    dots: str
    message: str
    message_colour: str
    keys: tuple[KeyView, ...]
    enter: str
    can_enter: bool
    back: str
    time_clock: str
    set_up: str
    pair: str
    progress: str


class SignInPresenter(Presenter[SignInView]):
    """Holds the digits of a PIN only until they are sent; they are never shown."""

    topics = (SessionView, ShopView, ServerView)
    _person: str | None = None
    _digits = ""
    _waits_for_answer = False

    def __init__(
        self,
        send: Send,
        words: Words,
        open_clock: Callable[[], None],
        open_server: Callable[[], None],
        *,
        open_overlay: Open,
        now_ms: NowMs,
    ) -> None:
        """`open_clock` opens the card of the time clock for whoever has no badge at hand.

        `open_server` opens the sheet of the LAN server, where a register without people can be paired.
        """
        self._open_clock = open_clock
        self._open_server = open_server
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    def time_clock(self) -> None:
        """Only punch, and sign in not at all."""
        self._open_clock()

    def set_up(self) -> None:
        """Set up a register at which nobody works yet."""
        self.send(OpenFirstStart())

    def server(self) -> None:
        """Pair a register at which nobody works yet."""
        self._open_server()

    def choose(self, person: str) -> None:
        """This is me."""
        self._person, self._digits = person, ""
        self.refresh()

    def back(self) -> None:
        """Somebody else."""
        self._person, self._digits = None, ""
        self.refresh()

    def key(self, name: str) -> None:
        """A key of the pad."""
        if self._wait_ms() > 0:
            return
        self._digits = pin.keyed(self._digits, name)
        self.refresh()

    def enter(self) -> None:
        """That was the PIN."""
        if self._person is not None and self.view.can_enter:
            self._waits_for_answer = True
            self.send(SignIn(self._person, self._digits))

    def tick(self) -> None:
        """Once a second: the clock and the waiting time."""
        self.refresh()

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """A refused PIN is forgotten; once somebody is in, so is who it was."""
        session = self.seen.session
        if not isinstance(snapshot, SessionView) or session is None:
            return
        if session.chosen is not None and (
            before.session is None or session.chosen != before.session.chosen
        ):
            self._person, self._digits = session.chosen, ""
        if session.employee is not None:
            self._person, self._digits = None, ""
        elif self._waits_for_answer and session.refused:
            self._digits = ""
        self._waits_for_answer = False
        if self._person not in {person.id for person in session.people}:
            self._person = None

    def _wait_ms(self) -> int:
        session = self.seen.session
        return max(0, session.wait_until_ms - self.now_ms()) if session else 0

    def draw(self) -> SignInView:
        """The page for now."""
        session, shop, words, now = self.seen.session, self.seen.shop, self.words, self.now_ms()
        people = session.people if session else ()
        person = next((one for one in people if one.id == self._person), None)
        waiting = self._wait_ms() > 0
        return SignInView(
            choosing=person is None,
            keying=person is not None,
            shop=shop.name if shop else "",
            register=words("sign_in.register", name=shop.register) if shop else "",
            clock=self.formats.clock(now),
            date=self.formats.date(now),
            title=words("sign_in.who"),
            people=tuple(self._tile(one) for one in people),
            nobody=not people,
            nobody_text=words("sign_in.nobody"),
            initials=initials(person.name) if person else "",
            name=person.name if person else "",
            dots=pin.dots(self._digits),
            message=pin.message(
                self.formats,
                session.refused if session else "",
                self._wait_ms(),
                has_digits=bool(self._digits),
            ),
            message_colour="danger_ink" if session and session.refused else "muted",
            keys=digit_pad(corner=NO_KEY),
            enter=words("sign_in.enter"),
            can_enter=bool(self._digits) and not waiting,
            back=words("sign_in.back"),
            time_clock=words("time_clock.title"),
            set_up=words("sign_in.set_up"),
            pair=words("sign_in.server" if self.seen.server.shop else "sign_in.pair"),
            progress=self._progress(),
        )

    def _progress(self) -> str:
        """How much of the shop has come from the LAN server, while some is lacking."""
        server = self.seen.server
        if not server.shop or server.pulled >= server.total:
            return ""
        number = self.formats.number
        return self.words("server.progress", part=number(server.pulled), total=number(server.total))

    def _tile(self, person: PersonView) -> PersonTile:
        key = f"role.{person.role}"
        role = self.words(key) if self.words.has(key) else person.role
        return PersonTile(person.id, initials(person.name), person.name, role)
