"""The page: which part of it is looked at, what came of the last thing asked, and how far something is."""

from typing import Final

from appliance.messages import (
    CloseUpkeep,
    OpenUpkeep,
    SessionView,
    Snapshot,
    StopUpkeep,
    TicketView,
    UpkeepView,
)
from kiosk_ui.presenters.ask import Ask
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Seen, Send
from kiosk_ui.presenters.sheet import Fill
from kiosk_ui.presenters.tiles import chip
from kiosk_ui.presenters.upkeep import backup, power, screen, software, support
from kiosk_ui.presenters.upkeep.views import Around, UpkeepPageView
from kiosk_ui.strings import Words

PARTS: Final = {
    "backup": backup,
    "software": software,
    "support": support,
    "screen": screen,
    "power": power,
}

_NO_TROUBLE: Final = frozenset({"upkeep_stopped", "software_fetch_stopped", "only_simulated"})


class UpkeepPresenter(Presenter[UpkeepPageView]):
    """Goes from part to part; each knows its rows, its buttons and what they do."""

    topics = (UpkeepView, TicketView, SessionView)
    _part = "backup"
    _stick = ""

    def __init__(
        self, send: Send, words: Words, ask: Ask, fill: Fill, *, open_overlay: Open, now_ms: NowMs
    ) -> None:
        """`ask` asks before what one may regret, `fill` opens a sheet."""
        self._ask = ask
        self._fill = fill
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    # ------------------------------------------------------------------ gestures

    def open(self) -> None:
        """Show the page."""
        self._part, self._stick = "backup", ""
        self.send(OpenUpkeep())

    def leave(self) -> None:
        """Back to the sale. What is under way goes on."""
        self.send(CloseUpkeep())

    def stop(self) -> None:
        """Stop what is under way."""
        self.send(StopUpkeep())

    def tap_chip(self, name: str) -> None:
        """Another part, or a value of the screen's, `rotation=90`."""
        if name in PARTS:
            self._part = name
            self.refresh()
        else:
            self.choose(name)

    def choose(self, key: str) -> None:
        """A row or a button of the part."""
        what, _, which = key.partition(":")
        if what == "stick":
            self._stick = which
            self.refresh()
        else:
            PARTS[self._part].tapped(key, self._around())

    def edit(self, key: str) -> None:
        """A field of the screen's has chips and no text."""

    def tick(self) -> None:
        """Once a second: the time of support access runs down."""
        if self.seen.upkeep.support.until_ms:
            self.refresh()

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """A page that is opened anew begins with backups."""
        if isinstance(snapshot, UpkeepView) and snapshot.open and not before.upkeep.open:
            self._part, self._stick = "backup", ""

    # ------------------------------------------------------------------ drawing

    def draw(self) -> UpkeepPageView:
        """The page for now; next to nothing while nobody looks at it."""
        seen, words = self.seen.upkeep, self.words
        if not seen.open:
            return UpkeepPageView(part=self._part)
        part = PARTS[self._part].draw(self._around())
        note, kind = self._note()
        progress, percent = self._progress()
        return UpkeepPageView(
            title=words("upkeep.title"),
            part=self._part,
            chips=tuple(
                chip(name, words(f"upkeep.part.{name}"), active=name == self._part)
                for name in PARTS
            ),
            note=note,
            has_note=bool(note),
            note_colour=f"{kind}_ink",
            note_back=f"{kind}_soft",
            has_progress=bool(progress),
            progress=progress,
            progress_percent=percent,
            stop=words("upkeep.stop"),
            can_stop=seen.task.can_stop,
            intro=part.intro,
            has_intro=bool(part.intro) and not note,
            rows=part.rows,
            fields=part.fields,
            has_symbol=bool(part.symbol),
            symbol=part.symbol,
            secret=part.secret,
            label=part.label,
            has_label=bool(part.label),
            actions=part.actions,
            has_actions=bool(part.actions),
        )

    def _progress(self) -> tuple[str, int]:
        """What is under way: a task, or else an installation."""
        task, update = self.seen.upkeep.task, self.seen.upkeep.update
        if task.name:
            step = self.words(f"upkeep.step.{task.step or task.name}", percent=task.percent)
            return step, task.percent
        if update.state == "installing":
            version = update.version or "?"
            key = "upkeep.software.installing"
            return self.words(key, version=version, percent=update.percent), update.percent
        return "", 0

    def _note(self) -> tuple[str, str]:
        """What was refused, or what came of the last task."""
        seen = self.seen.upkeep
        if seen.problem:
            return self.formats.problem(seen.problem, seen.problem_fields), "danger"
        ended = seen.ended
        if not ended.name:
            return "", "brand"
        if ended.code:
            kind = "amber" if ended.code in _NO_TROUBLE else "danger"
            return self.formats.problem(ended.code, ended.fields), kind
        key = f"notice.upkeep_{ended.name}"
        return (self.formats.sentence(key, ended.fields) if self.words.has(key) else ""), "brand"

    def _around(self) -> Around:
        return Around(
            seen=self.seen.upkeep,
            ticket=self.seen.ticket,
            session=self.seen.session,
            formats=self.formats,
            now_ms=self.now_ms(),
            stick=self._stick,
            ask=self._ask,
            fill=self._fill,
            send=self.send,
        )
