"""The first start at the register: which step is asked, what each answer records, and what the machine is asked to do.

The page is open to whoever stands before a register at which nobody works yet, until it has once come to its end; after
that to managers. A step that was answered is not asked again, and a power cut goes on at the first that was not.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.domain.countries import zones
from appliance.first_start_card import Around, CardFile
from appliance.first_start_outside import NotNow, Outside
from appliance.first_start_view import shop_view, terms_of
from appliance.messages import (
    STEPS,
    AddOwner,
    AnyJob,
    ChooseFirstLanguage,
    ChooseServer,
    ChooseWay,
    CloseFirstStart,
    ErrandFailed,
    Fields,
    FirstStartView,
    GoToStep,
    NetworkJoined,
    NoticeLevel,
    OpenFirstStart,
    PassStep,
    SkipStep,
    StandIn,
    StepName,
    TakeCountry,
    TakeGoods,
    TakeShop,
    TellLocality,
    Way,
)
from appliance.problems import Refusal
from appliance.services import first_start as service
from appliance.services import people, shop, tickets
from appliance.services.people import Pins
from appliance.till import Handlers, Till
from appliance.watchdog import notify
from appliance.words import Words


class NoSuchStep(Refusal):
    """The way that was chosen has no such step: `step`."""

    code = "no_such_step"


@dataclass(slots=True)
class _Page:
    """What the page knows. Lost with the power."""

    open: bool = False
    step: StepName = "language"
    problem: str = ""
    problem_fields: Fields = ()


class FirstStart:
    """The page. Each method does one command or event; jobs go to `run`, which answers whether they were taken."""

    def __init__(
        self,
        till: Till,
        keeper: Pins,
        run: Callable[[AnyJob], bool],
        notice: Callable[[NoticeLevel, str, Fields], None],
        show: Callable[[FirstStartView], None],
        around: Around,
        *,
        begins: bool,
    ) -> None:
        """It is closed; with `begins` it opens by itself when due. `show` shows it while a command is at work."""
        self._till: Final = till
        self._keeper: Final = keeper
        self._run: Final = run
        self._notice: Final = notice
        self._show: Final = show
        self._around: Final = around
        self._begins: Final = begins and till.place == "till"
        self._page = _Page()
        self._answered = 0
        self._outside: Final = Outside(till, run, notice, self._allowed, self._say)
        self._outside.restart, self._outside.pair = around.restart, around.pair_by_text
        self._card: Final = CardFile(till, keeper, run, notice, around)
        self._seen = FirstStartView()
        self._seen_at: object = None

    def begin(self) -> None:
        """At the start: apply what lies on the card, and open the page where that is due."""
        if self._begins:
            self._card.read()
        if self._begins and not self._is_over():
            self._open_at(self._first_open())
            self._speak()

    @property
    def handlers(self) -> Handlers:
        """What each message does."""
        commands: dict[Any, Callable[[Any], None]] = {
            OpenFirstStart: self.open,
            CloseFirstStart: self.leave,
            GoToStep: self.go_to,
            SkipStep: self.skip,
            PassStep: self.pass_by,
            ChooseFirstLanguage: self.choose_language,
            ChooseWay: self.choose_way,
            TakeCountry: self.take_country,
            StandIn: self.stand_in,
            TakeShop: self.take_shop,
            AddOwner: self.add_owner,
            ChooseServer: self.choose_server,
            TakeGoods: self.take_goods,
            **self._outside.commands,
        }
        return {
            **{kind: self._answering(act) for kind, act in commands.items()},
            **self._outside.events,
            NetworkJoined: self.network_joined,
            ErrandFailed: self.errand_failed,
        }

    @property
    def is_open(self) -> bool:
        """Whether the page is shown."""
        return self._page.open

    def _answering(self, act: Callable[[Any], None]) -> Callable[[Any], None]:
        def do(command: Any) -> None:  # noqa: ANN401 - a command of any kind
            self._answered += 1
            self._page.problem, self._page.problem_fields = "", ()
            try:
                if self._outside.known.busy == "restore":
                    # What was answered now would go with the store that makes way.
                    raise NotNow
                act(command)
            except Refusal as no:
                self._page.problem, self._page.problem_fields = no.code, tuple(no.fields.items())
                raise

        return do

    # ------------------------------------------------------------------ opening, and from step to step

    def open(self, command: OpenFirstStart) -> None:
        """Show the page. Raises `ManagersOnly`, `FinishPaymentFirst`."""
        if people.active(self._till.desk.db):
            people.refuse_but_managers(self._till.employee)
        tickets.refuse_while_paying(self._till.desk)
        self._open_at(command.step or self._first_open())

    def leave(self, _command: CloseFirstStart) -> None:
        """Leave the rest for later: somebody who can sign in finds it in the menu."""
        if people.active(self._till.desk.db) and not self._is_over():
            service.note(self._till.desk, service.END, "skipped", self._allowed())
        self.close()

    def close(self) -> None:
        """The page is shown no more; what was answered stays."""
        self._page = _Page()
        self._till.setting_up = False

    def go_to(self, command: GoToStep) -> None:
        """Look at a step. Raises `NoSuchStep`."""
        self._allowed()
        self._enter(command.step)

    def skip(self, command: SkipStep) -> None:
        """Leave a step for later."""
        actor = self._allowed()
        if command.step not in self._answers():
            service.note(self._till.desk, command.step, "skipped", actor)
        self._go_on(command.step)

    def pass_by(self, command: PassStep) -> None:
        """A step is as it should be; after the last one the page closes."""
        actor = self._allowed()
        before = self._answers().get(command.step)
        if before is None or before.how == "skipped":
            service.note(self._till.desk, command.step, "done", actor)
        if command.step == service.END:
            self.close()
        else:
            self._go_on(command.step)

    def _open_at(self, step: StepName) -> None:
        self._page = _Page(open=True)
        # Whoever stands here may go on; once it was at its end, only managers come here.
        self._till.setting_up = True
        self._enter(step)

    def _enter(self, step: StepName) -> None:
        if step not in STEPS[self._way()]:
            raise NoSuchStep(step=step)
        self._page.step = step
        if step == "network":
            self._outside.see_network()
        if step in {"goods", "stick"}:
            self._outside.see_files()

    def _go_on(self, after: StepName) -> None:
        """The next step, at the first start the next one that was not answered yet."""
        steps, told = STEPS[self._way()], self._answers()
        self._enter(service.step_after(after, steps, told, over=self._is_over()))

    def _first_open(self) -> StepName:
        """Where to begin."""
        return service.step_to_begin(STEPS[self._way()], self._answers(), over=self._is_over())

    def _allowed(self) -> str:
        """Who asks; raises `ManagersOnly` for anybody to whom the page is not open."""
        if not (self._page.open and self._till.setting_up):
            people.refuse_but_managers(self._till.employee)
        return "" if self._till.employee is None else self._till.employee.id

    def _answers(self) -> dict[str, service.Answer]:
        return service.answers(self._till.desk.db, self._till.desk.origin)

    def _is_over(self) -> bool:
        return service.is_over(self._till.desk.db, self._till.desk.origin)

    def _way(self) -> Way:
        chosen = self._answers().get("way")
        # A restored shop is there already: what is left to set up is what a new one has.
        if chosen is None or chosen.choice not in STEPS or self._is_over():
            return "new"
        return chosen.choice  # type: ignore[return-value]

    # ------------------------------------------------------------------ the answers

    def choose_language(self, command: ChooseFirstLanguage) -> None:
        """The screen speaks it at once; of a shop that exists already it changes nothing. Raises `UnknownSetting`."""
        desk, actor = self._till.desk, self._allowed()
        way = self._answers().get("way")
        if self._is_over() or (way is not None and way.choice == "new"):
            service.take_language(desk, command.language, actor)
        else:
            service.note_language(desk, command.language, actor)
        self._read_shop()
        self._speak()
        self._go_on("language")

    def choose_way(self, command: ChooseWay) -> None:
        """A new shop, which speaks the language of the screen, or one that exists already."""
        actor = self._allowed()
        service.note(self._till.desk, "way", "done", actor, command.way)
        if command.way == "new":
            service.take_language(self._till.desk, self._till.words.language, actor)
            self._read_shop()
        self._go_on("way")

    def take_country(self, command: TakeCountry) -> None:
        """What is usual there. The machine is told where it stands. Raises what the service raises."""
        actor = self._allowed()
        service.take_country(self._till.desk, terms_of(command), actor)
        self._read_shop()
        self._run(TellLocality(command.zone, command.country))
        self._go_on("country")

    def stand_in(self, command: StandIn) -> None:
        """The country of a register that joins a shop: for its clock and its Wi-Fi. Raises `UnknownSetting`."""
        service.note_country(self._till.desk, command.country, self._allowed())
        if command.country:
            self._run(TellLocality(zones(command.country)[0], command.country))
        self._go_on("country")

    def take_shop(self, command: TakeShop) -> None:
        """What stands on receipts. Raises what the service raises."""
        actor = self._allowed()
        service.take_shop(self._till.desk, command.name, command.address, command.tax_number, actor)
        self._read_shop()
        self._go_on("shop")

    def add_owner(self, command: AddOwner) -> None:
        """Whom the shop belongs to. Raises what the service raises."""
        service.add_owner(self._till.desk, self._keeper, command.name, command.pin, self._allowed())
        self._go_on("owner")

    def choose_server(self, command: ChooseServer) -> None:
        """No server, or this machine: that takes a moment. Raises `NotNow`."""
        actor = self._allowed()
        if command.choice == "here":
            self._outside.start_server()
            return
        service.note(self._till.desk, "server", "done", actor, command.choice)
        self._go_on("server")

    # ------------------------------------------------------------------ what the errands tell

    def network_joined(self, event: NetworkJoined) -> None:
        """A Wi-Fi was joined, or not."""
        self._answered += 1
        is_of_card = self._card.waits_for_network
        warn = functools.partial(self._notice, NoticeLevel.WARN)
        self._outside.network_joined(event, self._around.must_read if is_of_card else warn)
        self._card.network_joined()

    def errand_failed(self, event: ErrandFailed) -> None:
        """Something that nobody waits for was not done: selling goes on all the same."""
        self._notice(NoticeLevel.WARN, event.code, event.fields)

    def _say(self, code: str, fields: Fields) -> bool:
        """Show a problem where somebody waits for it; whether anybody sees it."""
        is_seen = self._page.open and self._page.step in {"network", "stick", "server"}
        if is_seen:
            self._page.problem, self._page.problem_fields = code, fields
        return is_seen

    # ------------------------------------------------------------------ goods

    def take_goods(self, command: TakeGoods) -> None:
        """Products to try with, a catalogue, or none. Raises `CatalogueBad`, `FileGone`."""
        actor = self._allowed()
        desk = self._till.desk
        if command.choice == "file":
            known = {one.path for one in self._outside.known.files if one.kind == "csv"}
            if command.path not in known:
                raise service.FileGone(file=Path(command.path).name)
            self._outside.begin("catalogue")
            self._progress(0, 0)
            try:
                service.take_catalogue(
                    desk, Path(command.path), self._till.words, actor, self._progress
                )
            finally:
                self._outside.known.busy = ""
        elif command.choice == "demo" and self._around.goods is not None:
            self._around.goods(desk, actor, "done")
        else:
            service.note(desk, "goods", "done", actor, "none")
        self._go_on("goods")

    def _progress(self, done: int, total: int) -> None:
        """A large file takes longer than the watchdog waits."""
        notify("WATCHDOG=1")
        known = self._outside.known
        known.busy_done, known.busy_total = done, total
        self._seen_at = None
        self._show(self.view())

    # ------------------------------------------------------------------ what is shown

    def _names(self) -> tuple[str, ...]:
        """The devices that are set up."""
        return tuple(one.name for one in self._around.file.configured)

    def _speak(self) -> None:
        """The language that was chosen here, until there is a shop that has one."""
        chosen = self._answers().get("language")
        if chosen is not None and not service.has_shop(self._till.desk.db):
            self._till.words = Words(chosen.choice)

    def _read_shop(self) -> None:
        self._till.facts = shop.read(self._till.desk.db)
        self._till.words = Words(self._till.facts.language)

    def view(self) -> FirstStartView:
        """The page; looked up anew only when the journal has grown or the page has changed."""
        page = self._page
        if not page.open:
            return FirstStartView()
        at = (
            replace(page),
            replace(self._outside.known),
            self._answered,
            self._till.desk.book.length,
            self._names(),
        )
        if at != self._seen_at:
            self._seen_at, self._seen = at, self._look_up(page)
        return self._seen

    def _look_up(self, page: _Page) -> FirstStartView:
        told, names, known = self._answers(), self._names(), self._outside.known
        shop_facts = shop_view(self._till, told, names, way=self._way())
        return msgspec.structs.replace(
            shop_facts,
            is_first=not self._is_over(),
            step=page.step,
            network=known.network,
            sticks=known.sticks,
            files=known.files,
            looked_for_files=known.looked_for_files,
            server_url=known.server_url,
            start_code=known.start_code,
            busy=known.busy,
            busy_done=known.busy_done,
            busy_total=known.busy_total,
            answered=self._answered,
            problem=page.problem,
            problem_fields=page.problem_fields,
            file_errors=self._card.errors,
        )
