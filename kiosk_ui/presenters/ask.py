"""A question before something that cannot be taken back."""

from collections.abc import Callable

import msgspec

from appliance.messages import Command
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.base import Presenter


class Question(msgspec.Struct, frozen=True):
    """What is asked, and the command that a yes sends."""

    title: str
    text: str
    yes: str
    no: str
    command: Command | None = None
    destroys: bool = True


Ask = Callable[[Question], None]


class AskView(msgspec.Struct, frozen=True):
    """The question as it is drawn."""

    title: str = ""
    text: str = ""
    yes: str = ""
    no: str = ""
    yes_colour: str = "danger"
    yes_press: str = "danger_press"


class AskPresenter(Presenter[AskView]):
    """Holds one question at a time."""

    _question: Question | None = None

    def ask(self, question: Question) -> None:
        """Put the question."""
        self._question = question
        self.refresh()
        self.open_overlay(Overlay.ASK)

    def yes(self) -> None:
        """Send what the question was about."""
        question, self._question = self._question, None
        self.open_overlay(Overlay.NONE)
        if question is not None and question.command is not None:
            self.send(question.command)

    def no(self) -> None:
        """Leave everything as it is."""
        self._question = None
        self.open_overlay(Overlay.NONE)

    def draw(self) -> AskView:
        """The question, or the last one while it disappears."""
        question = self._question
        if question is None:
            return getattr(self, "view", AskView())
        colour = "danger" if question.destroys else "brand"
        return AskView(
            title=question.title,
            text=question.text,
            yes=question.yes,
            no=question.no,
            yes_colour=colour,
            yes_press=f"{colour}_press",
        )
