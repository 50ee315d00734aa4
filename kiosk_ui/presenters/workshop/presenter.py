"""What is done on the page of devices. What a person is typing is remembered here alone, until it is saved."""

from collections.abc import Callable
from typing import Final

import msgspec

from appliance.messages import (
    AnswerCheck,
    BadgesView,
    CheckDevices,
    CloseWorkshop,
    Command,
    Fields,
    FindDevices,
    FoundView,
    GiveBadge,
    Options,
    PairScanner,
    PrintChecks,
    RemoveDevice,
    ServerView,
    SetDevice,
    Snapshot,
    StatusView,
    StopChecks,
    WorkshopView,
)
from kiosk_ui.presenters.ask import Ask, Question
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Seen, Send
from kiosk_ui.presenters.keys import BACKSPACE
from kiosk_ui.presenters.workshop.badges import (
    badges_part,
    badges_row,
    reader_trouble,
    take_back,
)
from kiosk_ui.presenters.workshop.checks import CODE_PAGE, asking, checks_view
from kiosk_ui.presenters.workshop.form import (
    NAME,
    Draft,
    Form,
    begun,
    device_of,
    label_of,
    opened,
)
from kiosk_ui.presenters.workshop.pairing import modules_of, pair_view, paired
from kiosk_ui.presenters.workshop.rows import (
    SERIAL,
    device_row,
    finding_rows,
    kind_name,
    offers,
    server_row,
    trouble_of,
    ways_of,
)
from kiosk_ui.presenters.workshop.typing import SHIFT, capital, edit_view
from kiosk_ui.presenters.workshop.views import (
    BadgesPartView,
    EditView,
    FormView,
    Mode,
    PairView,
    WorkshopPageView,
)
from kiosk_ui.strings import Words

LONGEST: Final = 200
GUARD_MS: Final = 600
"""So long a second tap on Save counts as the same: nobody has seen the answer by then."""

NOTHING: Final[tuple[str, Fields]] = ("", ())


class WorkshopPresenter(Presenter[WorkshopPageView]):
    """Knows what is being done, and what was typed and not saved yet."""

    topics = (WorkshopView, BadgesView, ServerView, StatusView)
    _mode = Mode.ADD
    _draft: Draft | None = None
    _all_options = False
    _field = ""
    _text = ""
    _shifted = False
    _doubtful: FoundView | None = None
    """Something that is plugged in, of which is asked what it is."""
    _by_hand = ""
    """The class of devices that is being added by hand."""
    _awaited = ""
    """The new name of what was saved: once the register knows it, that is the device in the form."""
    _saved_ms = 0
    _read: tuple[str, Fields] = NOTHING
    """The refusal that was read: a person went on to something else."""
    _answered: tuple[str, str] | None = None
    _symbol = ""
    _modules = ""

    def __init__(
        self,
        send: Send,
        words: Words,
        ask: Ask,
        open_server: Callable[[], None],
        *,
        open_overlay: Open,
        now_ms: NowMs,
    ) -> None:
        """`ask` asks before a device is removed, `open_server` opens the sheet of the LAN server."""
        self._ask = ask
        self._open_server = open_server
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    # ------------------------------------------------------------------ gestures: the list

    def leave(self) -> None:
        """Back to the sale."""
        self._go(Mode.ADD)
        self._do(CloseWorkshop())

    def back(self) -> None:
        """Back to the list, from what takes the whole page."""
        if self._mode is Mode.EDIT:
            self.cancel()
        else:
            self.add()

    def again(self) -> None:
        """Look again what is plugged in."""
        self._do(FindDevices())

    def add(self) -> None:
        """Show what is plugged in and what can be set up by hand."""
        self._go(Mode.ADD)
        self.refresh()

    def check_all(self) -> None:
        """Test everything; while a test runs, show it."""
        self._go(Mode.CHECKS)
        if not self.seen.workshop.checking:
            self._do(CheckDevices())
        self.refresh()

    def choose(self, key: str) -> None:
        """A row was tapped: a device, something that is plugged in, a class or a driver by hand, or pairing."""
        what, _, name = key.partition(":")
        seen = self.seen.workshop
        if what == "device":
            self._open(name)
        elif what == "found":
            self._take_found(int(name))
        elif what == "kind" and self._doubtful is not None:
            found = self._doubtful
            self._begin(name, ways_of(seen.kinds, found)[name], found.options)
        elif what == "kind":
            self._go(Mode.ADD)
            self._by_hand = name
        elif what == "type":
            self._begin(self._by_hand, name, {})
        elif what == "pair":
            self.pair()
        elif what == "badges":
            self._go(Mode.BADGES)
        elif what == "server":
            self._open_server()
        self.refresh()

    # ------------------------------------------------------------------ gestures: the form

    def edit(self, key: str) -> None:
        """A field was tapped: type into it."""
        form = self._form()
        if form is not None:
            self._field, self._mode, self._shifted = key, Mode.EDIT, False
            self._text = form.text(key)
            self.refresh()

    def tap_chip(self, name: str) -> None:
        """A value was chosen, `key=value`, or a code page in the self-test."""
        key, _, value = name.partition("=")
        form = self._form()
        if self._mode is Mode.CHECKS and key == CODE_PAGE:
            self._answer(AnswerCheck(yes=True, text=value))
        elif form is not None:
            self._draft = form.with_chip(key, value)
        self.refresh()

    def toggle_more(self) -> None:
        """All options, or those that most shops need."""
        self._all_options = not self._all_options
        self.refresh()

    def save(self) -> None:
        """Write it down."""
        form = self._form()
        if form is None or self.now_ms() - self._saved_ms < GUARD_MS:
            return
        draft, self._saved_ms = form.draft, self.now_ms()
        is_taken = device_of(self.seen.workshop, draft.name) is not None
        self._awaited = "" if is_taken else draft.name
        self._do(SetDevice(draft.name, draft.kind, draft.type, form.given, draft.was))
        self.refresh()

    def check(self) -> None:
        """Test this device."""
        if self._draft is not None and self._draft.was is not None:
            name = self._draft.was
            self._go(Mode.CHECKS)
            self._do(CheckDevices(name))
            self.refresh()

    def remove(self) -> None:
        """Ask whether to take it out."""
        name = self._draft.was if self._draft is not None else None
        if name is None:
            return
        words = self.words
        self._read = NOTHING
        self._ask(
            Question(
                title=words("workshop.remove_title", name=name),
                text=words("workshop.remove_text"),
                yes=words("workshop.remove"),
                no=words("workshop.keep"),
                command=RemoveDevice(name),
            )
        )

    # ------------------------------------------------------------------ gestures: typing

    def key(self, name: str) -> None:
        """A key of the keyboard on the screen, or a real one."""
        if self._mode is not Mode.EDIT:
            return
        if name == SHIFT:
            self._shifted = not self._shifted
        elif name == BACKSPACE:
            self._text = self._text[:-1]
        elif name.isprintable():
            self._text = (self._text + (capital(name) if self._shifted else name))[:LONGEST]
        self.refresh()

    def take(self) -> None:
        """What was typed is the value; nothing typed is the default."""
        form = self._form()
        if form is not None:
            self._draft = form.with_text(self._field, self._text)
        self.cancel()

    def cancel(self) -> None:
        """Leave the value as it was."""
        self._mode = Mode.ADD if self._draft is None else Mode.FORM
        self.refresh()

    # ------------------------------------------------------------------ gestures: pairing and testing

    def pair(self) -> None:
        """Show the code and listen, or listen once more."""
        self._go(Mode.PAIR)
        self._do(PairScanner(on=True))
        self.refresh()

    def use(self) -> None:
        """Take the scanner that read the code, and write it down at once."""
        seen = self.seen.workshop
        found = seen.pairing.found
        if found is None:
            return
        draft = paired(seen, found) or begun(
            seen, self.words, found.kind, found.type, found.options
        )
        self._go(Mode.FORM)
        self._draft = draft
        self.save()

    def yes(self) -> None:
        """It was so; go on."""
        self._answer(AnswerCheck(yes=True))

    def no(self) -> None:
        """It was not; or skip."""
        self._answer(AnswerCheck(yes=False))

    def stop(self) -> None:
        """End the self-test."""
        self._do(StopChecks())

    def print_checks(self) -> None:
        """On paper."""
        self._do(PrintChecks())

    # ------------------------------------------------------------------ gestures: badges

    def give_badge(self, person: str) -> None:
        """The next badge that is held to a reader is this person's."""
        self._do(GiveBadge(person))

    def cancel_badge(self) -> None:
        """No badge is waited for any more."""
        self._do(GiveBadge(None))

    def take_badge(self, person: str) -> None:
        """Ask whether this person's badges are to be nobody's."""
        question = take_back(self.words, self.seen.badges, person)
        if question is not None:
            self._read = NOTHING
            self._ask(question)

    # ------------------------------------------------------------------ what follows from them

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """Each visit begins anew; a device that was saved or removed changes what is in the form."""
        seen = self.seen.workshop
        if not isinstance(snapshot, WorkshopView):
            return
        step = asking(seen)
        symbol = seen.pairing.code or ("" if step is None else step.symbol)
        if symbol != self._symbol:
            self._symbol, self._modules = symbol, modules_of(symbol)
        if step is None or (step.device, step.step) != self._answered:
            self._answered = None
        if seen.open and not before.workshop.open:
            self._go(Mode.ADD, tell=False)
            self._read = NOTHING
        self._follow_device(seen)

    def _follow_device(self, seen: WorkshopView) -> None:
        draft = self._draft
        if draft is None:
            return
        saved = device_of(seen, self._awaited) if self._awaited else None
        if saved is not None:
            self._awaited, self._draft = "", opened(saved)
        elif draft.was is not None and device_of(seen, draft.was) is None:
            self._go(Mode.ADD, tell=False)
        elif draft.was is not None and draft.changed and not Form(draft, seen).is_changed:
            # What is set up now counts again, such as what the self-test learns.
            self._draft = msgspec.structs.replace(draft, changed={})

    def _go(self, mode: Mode, *, tell: bool = True) -> None:
        """Begin something else: what was typed and not saved is given up, and so is listening for a scanner."""
        seen = self.seen.workshop
        if tell and self._mode is Mode.PAIR and seen.pairing.found is None:
            self.send(PairScanner(on=False))
        if tell and self._mode is Mode.BADGES and self.seen.badges.waiting_for:
            self.send(GiveBadge(None))
        self._mode, self._draft, self._all_options = mode, None, False
        self._doubtful = None
        self._by_hand = self._awaited = ""
        self._read = (seen.problem, seen.problem_fields)

    def _do(self, command: Command) -> None:
        """Ask the register; what it refuses from now on is news, even if it is the same as before."""
        self._read = NOTHING
        self.send(command)

    def _answer(self, command: AnswerCheck) -> None:
        """Answer a step once: a second tap must not answer the next one."""
        step = asking(self.seen.workshop)
        if step is not None and (step.device, step.step) != self._answered:
            self._answered = (step.device, step.step)
            self._do(command)
            self.refresh()

    def _open(self, name: str) -> None:
        device = device_of(self.seen.workshop, name)
        if device is not None:
            self._go(Mode.FORM)
            self._draft = opened(device)

    def _take_found(self, number: int) -> None:
        found = self.seen.workshop.found
        if number >= len(found):
            return
        one = found[number]
        if one.used_by:
            self._open(one.used_by)
        elif one.kind == SERIAL or one.also:
            self._go(Mode.ADD)
            self._doubtful = one
        elif one.type:
            self._begin(one.kind, one.type, one.options)

    def _begin(self, kind: str, type_: str, options: Options) -> None:
        self._go(Mode.FORM)
        self._draft = begun(self.seen.workshop, self.words, kind, type_, options)

    def _form(self) -> Form | None:
        return None if self._draft is None else Form(self._draft, self.seen.workshop)

    # ------------------------------------------------------------------ drawing

    def draw(self) -> WorkshopPageView:
        """The page for now; next to nothing while nobody looks at it."""
        seen, words, mode, form = self.seen.workshop, self.words, self._mode, self._form()
        note, kind = self._note(form)
        chosen = "" if form is None or form.draft.was is None else form.draft.was
        return WorkshopPageView(
            title=words("workshop.title"),
            has_list=mode not in {Mode.EDIT, Mode.PAIR},
            rows=(
                *(device_row(self.formats, one, chosen=one.name == chosen) for one in seen.devices),
                *badges_row(words, seen, chosen=mode is Mode.BADGES),
                server_row(self.formats, self.seen.server, self.seen.status, self.now_ms()),
                *finding_rows(self.formats, seen.health),
            ),
            add=words("workshop.add"),
            check_all=words("workshop.show_checks" if seen.checking else "workshop.check_all"),
            is_add=mode is Mode.ADD,
            is_form=mode is Mode.FORM,
            is_edit=mode is Mode.EDIT,
            is_pair=mode is Mode.PAIR,
            is_checks=mode is Mode.CHECKS,
            is_badges=mode is Mode.BADGES,
            heading=self._heading(form),
            note=note,
            note_colour=f"{kind}_ink",
            note_back=f"{kind}_soft",
            has_note=bool(note),
            again=words("workshop.searching" if seen.searching else "workshop.again"),
            found=offers(words, seen, self._doubtful, self._by_hand) if mode is Mode.ADD else (),
            form=FormView()
            if form is None or mode is not Mode.FORM
            else form.view(words, everything=self._all_options, checking=seen.checking),
            edit=edit_view(words, self._text, shifted=self._shifted)
            if mode is Mode.EDIT
            else EditView(),
            pair=pair_view(words, seen.pairing, self._modules) if mode is Mode.PAIR else PairView(),
            checks=checks_view(self.formats, seen, self._answered, self._modules),
            badges=badges_part(words, self.seen.badges)
            if mode is Mode.BADGES
            else BadgesPartView(),
        )

    def _heading(self, form: Form | None) -> str:
        words = self.words
        if self._mode is Mode.EDIT:
            return (
                words("workshop.its_name") if self._field == NAME else label_of(words, self._field)
            )
        if self._mode is Mode.CHECKS:
            is_running = self.seen.workshop.checking
            return words("workshop.head_checking" if is_running else "workshop.head_checks")
        if self._mode is Mode.FORM and form is not None:
            kind = kind_name(words, form.draft.kind)
            return form.draft.was or words("workshop.new", kind=kind)
        if self._mode is Mode.ADD and self._doubtful is not None:
            port = str(self._doubtful.options.get("port", ""))
            line = port.rpartition("/")[2]
            return words("workshop.what_hangs", line=line) if line else words("workshop.what_is_it")
        if self._mode is Mode.ADD and self._by_hand:
            return words("workshop.new", kind=kind_name(words, self._by_hand))
        return words(f"workshop.head_{self._mode.value}")

    def _note(self, form: Form | None) -> tuple[str, str]:
        """What is wrong, and how loud: with what was asked last, or with the device in the form."""
        seen = self.seen.workshop
        refused = (seen.problem, seen.problem_fields)
        if seen.problem and refused != self._read and self._mode is not Mode.EDIT:
            return self.formats.problem(*refused), "danger"
        if self._mode is Mode.BADGES:
            return reader_trouble(self.formats, seen), "amber"
        if self._mode is Mode.FORM and form is not None and form.device is not None:
            return trouble_of(self.formats, form.device), "amber"
        return "", "amber"
