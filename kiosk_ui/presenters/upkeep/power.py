"""Restarting and switching off, with what that means for what is on the ticket."""

from appliance.messages import RestartMachine, RestartScreen, SwitchOff
from kiosk_ui.presenters.ask import Question
from kiosk_ui.presenters.upkeep.views import ActionView, Around, PartView, dangerous, fact


def draw(around: Around) -> PartView:
    """The part for now."""
    say, is_free = around.say, not around.seen.task.name
    rows = [
        fact("stored", "content-save-check-outline", say("power.stored"), say("power.stored_text"))
    ]
    if around.seen.restarts_at_close:
        rows.append(fact("later", "calendar-clock", say("power.at_close"), colour="brand_ink"))
    return PartView(
        intro=say("power.intro"),
        rows=tuple(rows),
        actions=(
            dangerous("off", "power", say("power.off")),
            ActionView("screen", "monitor-shimmer", say("power.screen"), is_free),
            ActionView("restart", "restart", say("power.restart"), is_free),
        ),
    )


def tapped(key: str, around: Around) -> None:
    """One of the buttons."""
    say = around.say
    if key == "restart":
        around.ask(restart_question(around))
    elif key == "off":
        around.ask(
            Question(
                title=say("power.off_title"),
                text=_means(around, "power.off_text"),
                yes=say("power.off"),
                no=say("power.no"),
                command=SwitchOff(anyway=True),
            )
        )
    elif key == "screen":
        around.send(RestartScreen())


def restart_question(around: Around) -> Question:
    """Asked before a restart: what is open stays stored."""
    say = around.say
    return Question(
        title=say("power.restart_title"),
        text=_means(around, "power.restart_text"),
        yes=say("power.restart_yes"),
        no=say("power.no"),
        command=RestartMachine(anyway=True),
        destroys=False,
    )


def _means(around: Around, key: str) -> str:
    told = [around.say(key)]
    lines = len(around.ticket.lines)
    if lines:
        told.append(around.formats.words.count("upkeep.power.lines", lines))
    elif around.session is not None and around.session.day is not None:
        told.append(around.say("power.day"))
    return " ".join(told)
