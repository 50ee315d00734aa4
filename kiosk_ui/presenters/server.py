"""The sheet of the LAN server: pairing by a scan or by a typed code, how it goes, and forgetting the server.

While it is open the register takes a scan for a pairing code and nothing else. What is typed (an address, the eight
digits) is remembered here alone.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from appliance.messages import (
    CloseServer,
    FindServers,
    ForgetServer,
    OpenServer,
    PairByCode,
    ServerView,
    SessionView,
    Snapshot,
    StatusView,
)
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.ask import Ask, Question
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Seen, Send
from kiosk_ui.presenters.keys import BACKSPACE, NO_KEY, KeyView, digit_pad
from kiosk_ui.presenters.strip import mirror_icon, mirror_text
from kiosk_ui.presenters.workshop.typing import CARET, SHIFT, capital, keyboard
from kiosk_ui.presenters.workshop.views import RowView
from kiosk_ui.strings import Words

DIGITS: Final = 8
USUAL_PORT: Final = 8443
MOST_PORT: Final = 65_535
LONGEST: Final = 253
"""The longest name of a machine (RFC 1035)."""


class ServerPageView(msgspec.Struct, frozen=True):
    """The sheet: a list, or a keyboard for the address, or a pad for the code."""

    title: str = ""
    text: str = ""
    has_text: bool = False
    note: str = ""
    note_colour: str = "muted"
    note_back: str = "soft"
    has_note: bool = False
    is_list: bool = True
    is_keys: bool = False
    is_pad: bool = False
    rows: tuple[RowView, ...] = ()
    edited: str = ""
    keys: tuple[tuple[KeyView, ...], ...] = ()
    pad: tuple[KeyView, ...] = ()
    take: str = ""
    can_take: bool = False
    cancel: str = ""
    has_progress: bool = False
    progress: str = ""
    progress_percent: int = 0
    again: str = ""
    can_search: bool = False
    forget: str = ""
    can_forget: bool = False
    close: str = ""


class ServerPresenter(Presenter[ServerPageView]):
    """Pairs the register, and shows what it is paired with."""

    topics = (ServerView, StatusView, SessionView)
    _typing = ""
    """What is typed now: `address` or `code`; empty for the list."""
    _text = ""
    _shifted = False
    _chosen: tuple[str, int, str] | None = None
    """The server for whose code is asked: host, port, and what it is called."""

    def __init__(
        self, send: Send, words: Words, ask: Ask, *, open_overlay: Open, now_ms: NowMs
    ) -> None:
        """`ask` asks before the server is forgotten."""
        self._ask = ask
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    # ------------------------------------------------------------------ gestures

    def open(self) -> None:
        """Show the sheet."""
        self._typing, self._chosen = "", None
        self.open_overlay(Overlay.SERVER)
        self.refresh()

    def entered(self) -> None:
        """The sheet is there, perhaps again after a defect was read."""
        self.send(OpenServer())

    def left(self) -> None:
        """The sheet is shut, whatever shut it."""
        self._typing, self._text = "", ""
        self.send(CloseServer())
        self.refresh()

    def close(self) -> None:
        """Shut the sheet, or leave what is typed."""
        if self._typing:
            self._typing, self._text = "", ""
            self.refresh()
        else:
            self.open_overlay(Overlay.NONE)

    def again(self) -> None:
        """Look again which servers there are."""
        self.send(FindServers())

    def choose(self, key: str) -> None:
        """A row was tapped: a server that was found, or an address by hand."""
        what, _, number = key.partition(":")
        found = self.seen.server.found
        if what == "server" and int(number) < len(found):
            one = found[int(number)]
            self._ask_code(one.host, one.port, one.shop or one.host)
        elif what == "address":
            self._typing, self._text, self._shifted = "address", "", False
        self.refresh()

    def forget(self) -> None:
        """Ask whether to forget the server."""
        words, shop = self.words, self.seen.server.shop
        self._ask(
            Question(
                title=words("server.forget_title", shop=shop),
                text=words("server.forget_text"),
                yes=words("server.forget_yes"),
                no=words("server.keep"),
                command=ForgetServer(),
            )
        )

    def key(self, name: str) -> None:
        """A key of the keyboard, of the pad, or of a real keyboard."""
        if name == SHIFT:
            self._shifted = not self._shifted
        elif name == BACKSPACE:
            self._text = self._text[:-1]
        elif self._typing == "code" and name.isdecimal() and name.isascii():
            self._text = (self._text + name)[:DIGITS]
        elif self._typing == "address" and name.isprintable():
            sign = capital(name) if self._shifted else name
            self._text = (self._text + sign)[:LONGEST]
        self.refresh()

    def take(self) -> None:
        """The address: go on to the code. The code: pair."""
        if not self.view.can_take:
            return
        if self._typing == "address":
            host, port = address_of(self._text)
            self._ask_code(host, port, host)
        elif self._chosen is not None:
            host, port, _ = self._chosen
            self.send(PairByCode(host, port, self._text))
            self._typing, self._text = "", ""
        self.refresh()

    def _ask_code(self, host: str, port: int, name: str) -> None:
        self._chosen = (host, port, name)
        self._typing, self._text = "code", ""

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """Once it is paired, nothing is typed any more."""
        del before
        if isinstance(snapshot, ServerView) and snapshot.shop:
            self._typing, self._text = "", ""

    # ------------------------------------------------------------------ drawing

    def draw(self) -> ServerPageView:
        """The sheet for now."""
        seen, words, typing = self.seen.server, self.words, self._typing
        note, kind = self._note()
        is_paired = bool(seen.shop)
        lacks = is_paired and seen.total > seen.pulled
        text = "" if is_paired else words("server.how")
        if typing == "code" and self._chosen is not None:
            text = words("server.code_text", name=self._chosen[2])
        elif typing == "address":
            text = words("server.address_text", port=USUAL_PORT)
        return ServerPageView(
            title=words(f"server.head_{typing}") if typing else words("server.title"),
            text=text,
            has_text=bool(text),
            note=note,
            note_colour=f"{kind}_ink",
            note_back=f"{kind}_soft",
            has_note=bool(note) and not typing,
            is_list=not typing,
            is_keys=typing == "address",
            is_pad=typing == "code",
            rows=tuple(self._facts() if is_paired else self._offers()) if not typing else (),
            edited=self._edited(),
            keys=keyboard(words, shifted=self._shifted) if typing == "address" else (),
            pad=digit_pad(corner=NO_KEY) if typing == "code" else (),
            take=words("server.pair" if typing == "code" else "server.go_on"),
            can_take=self._can_take(),
            cancel=words("sheet.cancel"),
            has_progress=lacks,
            progress=words(
                "server.progress",
                part=self.formats.number(seen.pulled),
                total=self.formats.number(seen.total),
            ),
            progress_percent=100 * seen.pulled // max(1, seen.total),
            again=words("workshop.searching" if seen.searching else "workshop.again"),
            can_search=not is_paired and not typing,
            forget=words("server.forget"),
            can_forget=is_paired and self._may_forget(),
            close=words("common.close"),
        )

    def _may_forget(self) -> bool:
        """Managers may; and whoever sets up a register at which nobody works yet."""
        session = self.seen.session
        return session is not None and (session.employee is not None or not session.people)

    def _note(self) -> tuple[str, str]:
        seen, words = self.seen.server, self.words
        if seen.step:
            return words(f"server.step_{seen.step}"), "blue"
        if seen.problem:
            return self.formats.problem(seen.problem, seen.problem_fields), "danger"
        if not seen.shop:
            return words("server.waiting"), "blue"
        return "", "brand"

    def _offers(self) -> Iterator[RowView]:
        words = self.words
        for number, found in enumerate(self.seen.server.found):
            yield RowView(
                key=f"server:{number}",
                icon="server-network",
                colour="blue_ink",
                title=found.shop or found.host,
                text=words("server.found", address=f"{found.host}:{found.port}", mark=found.mark),
            )
        yield RowView(
            key="address:",
            icon="keyboard-outline",
            colour="muted",
            title=words("server.type_address"),
            text=words("server.type_address_hint"),
        )

    def _facts(self) -> Iterator[RowView]:
        seen, status, words = self.seen.server, self.seen.status, self.words
        icon = mirror_icon(status)
        state = mirror_text(self.formats, status, self.now_ms())
        ink = "amber_ink" if icon.colour == "amber_ink" else "muted"
        yield self._fact("state", icon.icon, seen.shop, state, icon.colour, ink)
        since = self.formats.day_and_clock(seen.since_ms, self.now_ms())
        address = words("server.address", address=seen.address, server=seen.server)
        yield self._fact("address", "server-network", address, words("server.since", when=since))
        if seen.name:
            named = words("server.name", name=seen.name)
            replaces = words("server.replaces", origin=seen.replaces) if seen.replaces else ""
            yield self._fact("name", "cash-register", named, replaces)

    @staticmethod
    def _fact(
        key: str, icon: str, title: str, text: str, colour: str = "muted", ink: str = "muted"
    ) -> RowView:
        return RowView(
            key=f"fact:{key}",
            icon=icon,
            colour=colour,
            title=title,
            text=text,
            text_colour=ink,
            back="clear",
            border="clear",
            enabled=False,
        )

    def _edited(self) -> str:
        if self._typing == "code":
            half = DIGITS // 2
            return f"{self._text[:half]} {self._text[half:]}".strip() + CARET
        return self._text + CARET

    def _can_take(self) -> bool:
        if self._typing == "code":
            return len(self._text) == DIGITS
        host, port = address_of(self._text)
        return self._typing == "address" and bool(host) and 0 < port <= MOST_PORT


def address_of(text: str) -> tuple[str, int]:
    """The host and port of what was typed: `shop.local`, `192.0.2.7:9000`, `[2001:db8::7]:9000`. 0 is no port."""
    text = text.strip()
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") > 1:
        host, port = text, ""
    else:
        host, _, port = text.partition(":")
    if not port:
        return host, USUAL_PORT
    return host, int(port) if port.isascii() and port.isdigit() else 0
