"""The first start on the screen: one step after another, what is typed, and what each tap asks of the register.

What is filled in is remembered here until it is taken over, also while somebody goes back; whatever was taken over is
in the register's snapshot.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from appliance.domain.countries import CODES
from appliance.messages import (
    STEPS,
    AddOwner,
    ChooseFirstLanguage,
    ChooseServer,
    ChooseWay,
    CloseFirstStart,
    Command,
    FirstStartView,
    GoToStep,
    JoinWifi,
    LookAtNetwork,
    LookForFiles,
    OpenWorkshop,
    PassStep,
    RestoreShop,
    ServerView,
    SkipStep,
    Snapshot,
    StandIn,
    TakeGoods,
    TakeShop,
)
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Seen, Send
from kiosk_ui.presenters.first_start import country, steps
from kiosk_ui.presenters.first_start.typing import Typing
from kiosk_ui.presenters.first_start.views import Content, FirstStartPageView
from kiosk_ui.strings import Words

HOW: Final = {"pin": "secret", "pin_again": "secret", "wifi": "password", "passphrase": "password"}
"""How a field is typed, if not as a text."""
NEXT: Final = {"name": "street", "street": "town", "owner": "pin", "pin": "pin_again"}
"""What is typed after a field, while it is still empty."""
_ADDRESS_LINES: Final = 2


class FirstStartPresenter(Presenter[FirstStartPageView]):
    """Leads through the steps."""

    topics = (FirstStartView, ServerView)
    _typing: Typing | None = None
    _country: str | None = None
    _lists_steps = False
    """Whether all steps are listed where there is no room for them beside the page."""
    _wifi = ""
    """The Wi-Fi whose password is typed."""
    _wifi_typed = False
    _file = ""
    """The backup whose passphrase is typed."""
    _wrong = ""
    _waits_from: int | None = None

    def __init__(
        self,
        send: Send,
        words: Words,
        open_server: Callable[[], None],
        *,
        open_overlay: Open,
        now_ms: NowMs,
    ) -> None:
        """`open_server` opens the sheet where a register is paired with a LAN server."""
        self._open_server = open_server
        self._values: dict[str, str] = {}
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    # ------------------------------------------------------------------ from step to step

    def back(self) -> None:
        """Leave what is typed or listed; else the step before."""
        seen = self.seen.first_start
        if self._lists_steps or self._typing is not None:
            self._lists_steps, self._typing = False, None
        elif seen.step == "country" and self._country is not None:
            self._country = None
        else:
            before = self._before()
            if before is not None:
                self._send(GoToStep(before))
        self._wrong = ""
        self.refresh()

    def leave(self) -> None:
        """The rest comes later."""
        self.send(CloseFirstStart())

    def skip(self) -> None:
        """This step comes later."""
        self._send(SkipStep(self.seen.first_start.step))

    def list_steps(self) -> None:
        """Show all steps, or no longer."""
        self._lists_steps, self._typing = not self._lists_steps, None
        self.refresh()

    def again(self) -> None:
        """Look again: for Wi-Fi, or for what is on a stick."""
        is_network = self.seen.first_start.step == "network"
        self.send(LookAtNetwork() if is_network else LookForFiles())

    def go_on(self) -> None:
        """Take the step over."""
        if not self.view.can_go_on or self._waits_from is not None:
            return
        self._wrong = ""
        if self.seen.first_start.step == "owner" and self._pins_differ():
            self._wrong = self.words("first.pins_differ")
            self._values["pin"] = self._values["pin_again"] = ""
        else:
            self._send(self._answer())
        self.refresh()

    def _answer(self) -> Command:
        """What the strong button asks of the register."""
        seen, values = self.seen.first_start, self._values
        if seen.step == "country" and self._country is not None:
            return country.command(self._country, values)
        if seen.step == "shop":
            address = (values.get("street", ""), values.get("town", ""))
            more = seen.address[_ADDRESS_LINES:]
            return TakeShop(values["name"], (*address, *more), values.get("tax_number", ""))
        if seen.step == "owner" and not seen.people:
            return AddOwner(values["owner"], values["pin"])
        is_on = "connected" in {seen.network.wired, seen.network.wifi}
        if seen.step == "network" and not is_on:
            return SkipStep("network")
        return PassStep(seen.step)

    def _pins_differ(self) -> bool:
        return self._values.get("pin") != self._values.get("pin_again")

    def _before(self) -> "steps.StepName | None":
        seen = self.seen.first_start
        order = STEPS[seen.way]
        place = order.index(seen.step) if seen.step in order else 0
        return order[place - 1] if place else None

    def _send(self, command: Command) -> None:
        self._waits_from = self.seen.first_start.answered
        self.send(command)

    # ------------------------------------------------------------------ rows, cells and fields

    def choose(self, key: str) -> None:
        """A row or a cell was tapped."""
        what, _, name = key.partition(":")
        act = {
            "step": self._choose_step,
            "language": lambda one: self._send(ChooseFirstLanguage(one)),
            "way": lambda one: self._send(ChooseWay(one)),
            "country": self._choose_country,
            "wifi": self._choose_wifi,
            "ssid": lambda _: self._type("ssid"),
            "devices": lambda _: self.send(OpenWorkshop()),
            "server": self._choose_server,
            "goods": lambda one: self._send(TakeGoods(one)),
            "file": self._choose_file,
        }.get(what)
        self._wrong = ""
        if act is not None:
            act(name)
        self.refresh()

    def _choose_step(self, step: str) -> None:
        self._lists_steps = False
        if step != self.seen.first_start.step:
            self._send(GoToStep(msgspec.convert(step, steps.StepName)))

    def _choose_country(self, code: str) -> None:
        if self.seen.first_start.way == "join":
            self._send(StandIn("" if code == country.OTHER else code))
            return
        self._country = code
        for letter in CODES:
            self._values.pop(f"rate:{letter}", None)
        self._values.update(country.suggested(code, self.seen.first_start))

    def _choose_wifi(self, name: str) -> None:
        network = self.seen.first_start.network
        wifi = next((one for one in network.networks if one.name == name), None)
        if wifi is None or network.joining:
            return
        if wifi.security:
            self._wifi, self._wifi_typed = name, False
            self._type("wifi")
        else:
            self._send(JoinWifi(name))

    def _choose_server(self, name: str) -> None:
        if name == "join":
            self._open_server()
        else:
            self._send(ChooseServer("here" if name == "here" else "none"))

    def _choose_file(self, place: str) -> None:
        files = self.seen.first_start.files
        if not place.isdecimal() or int(place) >= len(files):
            return
        file = files[int(place)]
        if file.kind == "csv":
            self._send(TakeGoods("file", file.path))
        else:
            self._file = file.path
            self._type("passphrase")

    def edit(self, key: str) -> None:
        """A field was tapped."""
        if key == "country":
            self._country = None
        else:
            self._type(key)
        self.refresh()

    def tap_chip(self, name: str) -> None:
        """A value was chosen, `key=value`."""
        key, _, value = name.partition("=")
        self._values[key] = value
        if key == "currency":
            self._values = country.with_currency(self._values)
        self.refresh()

    # ------------------------------------------------------------------ typing

    def _type(self, key: str) -> None:
        self._wrong = ""
        how = "rate" if key.startswith("rate:") else HOW.get(key, "text")
        keeps = how in {"text", "rate"}
        self._typing = Typing(key, how, self._values.get(key, "") if keeps else "")

    def key(self, name: str) -> None:
        """A key of the keyboard or of the pad, or of a real keyboard."""
        if self._typing is not None:
            self._typing = self._typing.keyed(name)
            self.refresh()

    def take(self) -> None:
        """What was typed is the value, or joins the Wi-Fi."""
        typing, self._typing = self._typing, None
        if typing is None:
            return
        if typing.key == "ssid":
            if typing.text:
                self._wifi, self._wifi_typed = typing.text, True
                self._type("wifi")
        elif typing.key == "wifi":
            self._send(JoinWifi(self._wifi, typing.text, typed=self._wifi_typed))
        elif typing.key == "passphrase":
            self._send(RestoreShop(self._file, typing.text))
        else:
            self._values[typing.key] = typing.text.strip() if typing.how == "text" else typing.text
            following = NEXT.get(typing.key, "")
            if typing.text and following and not self._values.get(following):
                self._type(following)
        self.refresh()

    def cancel(self) -> None:
        """What was typed is forgotten."""
        self._typing = None
        self.refresh()

    # ------------------------------------------------------------------ what follows from the register

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """At another step nothing is typed; a page that was just opened shows what the shop has."""
        seen = self.seen.first_start
        if not isinstance(snapshot, FirstStartView):
            return
        if self._waits_from is not None and seen.answered > self._waits_from:
            self._waits_from = None
        if not seen.open or not before.first_start.open:
            self._forget()
        if seen.open and (seen.step != before.first_start.step or not before.first_start.open):
            self._typing, self._lists_steps, self._wrong = None, False, ""
            self._enter(seen)
        if seen.people:
            # It is a hash by now, and nobody's business any more.
            self._values.pop("pin", None)
            self._values.pop("pin_again", None)

    def _forget(self) -> None:
        self._values, self._country, self._typing, self._wrong = {}, None, None, ""
        self._waits_from = None

    def _enter(self, seen: FirstStartView) -> None:
        """What the shop has stands in the fields, unless something else was typed there before."""
        address = (*seen.address, "", "")
        held = {
            "name": seen.name,
            "street": address[0],
            "town": address[1],
            "tax_number": seen.tax_number,
        }
        for key, value in held.items():
            if not self._values.get(key):
                self._values[key] = value
        is_asked = seen.step == "country" and seen.way != "join"
        if is_asked and self._country is None and seen.country:
            self._choose_country(seen.country)

    # ------------------------------------------------------------------ drawing

    def draw(self) -> FirstStartPageView:
        """The page for now; next to nothing while it is not open."""
        seen, words = self.seen.first_start, self.words
        if not seen.open:
            return FirstStartPageView()
        order = STEPS[seen.way]
        place = order.index(seen.step) if seen.step in order else 0
        shown = self._content()
        typing = self._typing
        note, kind = self._note()
        is_typing, is_busy = typing is not None, bool(seen.busy)
        is_plain = not is_typing and not is_busy
        fields = {"part": place + 1, "total": len(order)}
        return FirstStartPageView(
            title=words("first.title"),
            heading=self._heading(shown),
            step_text=words("first.part_of", **fields),
            percent=100 * (place + 1) // len(order),
            has_back=is_typing or self._lists_steps or place > 0,
            leave=words("first.later" if seen.is_first else "first.close"),
            steps=steps.step_rows(seen, words),
            text=shown.text,
            has_text=bool(shown.text) and is_plain and not (note and kind == "danger"),
            note=note,
            note_colour=f"{kind}_ink",
            note_back=f"{kind}_soft",
            has_note=bool(note) and is_plain,
            is_rows=is_plain and bool(shown.rows),
            is_cells=is_plain and bool(shown.cells),
            is_fields=is_plain and bool(shown.fields),
            is_keys=is_typing and not (typing and typing.is_pad),
            is_pad=bool(typing and typing.is_pad),
            is_bare=is_plain and not (shown.rows or shown.cells or shown.fields),
            rows=shown.rows,
            cells=shown.cells,
            fields=shown.fields,
            edited=typing.shown if typing else "",
            keys=typing.keys(words) if typing else (),
            pad=typing.pad() if typing else (),
            take=words("first.take"),
            cancel=words("first.cancel"),
            is_typing=is_typing,
            is_busy=is_busy,
            busy=words(f"first.busy_{seen.busy}") if is_busy else "",
            busy_percent=100 * seen.busy_done // max(1, seen.busy_total),
            skip=words("first.skip"),
            can_skip=is_plain and shown.can_skip and not self._lists_steps,
            again=shown.again,
            has_again=is_plain and bool(shown.again),
            go_on=shown.go_on,
            has_go_on=is_plain and bool(shown.go_on),
            can_go_on=shown.can_go_on and self._waits_from is None,
        )

    def _content(self) -> Content:
        seen, words = self.seen.first_start, self.words
        if self._lists_steps:
            return Content(head=words("first.steps"), rows=steps.step_rows(seen, words))
        return steps.content(
            steps.Asked(seen, self.seen.server, words, self.formats, self._values, self._country)
        )

    def _heading(self, shown: Content) -> str:
        typing, words = self._typing, self.words
        if typing is None:
            return shown.head
        if typing.key == "wifi":
            return words("first.wifi_password", name=self._wifi)
        if typing.key == "ssid":
            return words("first.wifi_name")
        if typing.how == "rate":
            return words("first.rate", code=typing.key.partition(":")[2])
        return words(f"first.{typing.key}")

    def _note(self) -> tuple[str, str]:
        """What is wrong, or what is good to know, and its colour."""
        seen = self.seen.first_start
        if self._wrong:
            return self._wrong, "danger"
        if seen.problem and self._waits_from is None:
            return self.formats.problem(seen.problem, seen.problem_fields), "danger"
        if seen.file_errors and seen.step in {"language", "way"}:
            return "\n".join((self.words("first.file_wrong"), *seen.file_errors)), "danger"
        if seen.step == "country" and self._country is not None:
            said = country.remark(self._country, self.words)
            return said, "amber"
        return "", "brand"
