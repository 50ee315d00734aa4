"""The self-test: its steps, what it asks, and what came of it."""

from typing import Final

from appliance.messages import CheckStepView, WorkshopView
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.tiles import chip
from kiosk_ui.presenters.workshop.views import ChecksView, RowView

CODE_PAGE: Final = "code_page"
LOOKS: Final = {
    "waiting": ("clock-outline", "muted"),
    "running": ("progress-clock", "blue_ink"),
    "asking": ("account-question-outline", "blue_ink"),
    "passed": ("check-circle", "brand_ink"),
    "failed": ("alert-circle-outline", "danger_ink"),
    "skipped": ("minus-circle-outline", "muted"),
}
ENDED: Final = ("passed", "failed", "skipped")


def asking(seen: WorkshopView) -> CheckStepView | None:
    """The step that waits for a person."""
    return next((one for one in seen.steps if one.state == "asking"), None)


def checks_view(
    formats: Formats, seen: WorkshopView, answered: tuple[str, str] | None, modules: str
) -> ChecksView:
    """The self-test. `answered` is the step that was answered already, though it still seems to ask.

    `modules` are the bars of the barcode that it wants scanned.
    """
    words, step = formats.words, asking(seen)
    by_hand = step is not None and step.by_hand
    choices = () if step is None else step.choices
    counts = {state: sum(one.state == state for one in seen.steps) for state in ENDED}
    return ChecksView(
        has_question=step is not None,
        question="" if step is None else _question(formats, seen, step),
        yes=words("workshop.go_on" if by_hand else "workshop.yes"),
        no=words("workshop.skip" if by_hand else "workshop.no"),
        # Where something is to be done by hand, the register sees when it is done; only a weight it cannot know.
        has_yes=step is not None and (not by_hand or step.step == "scale_weighs"),
        can_answer=step is not None and (step.device, step.step) != answered,
        modules=modules if step is not None and step.symbol else "",
        has_choices=bool(choices),
        choices=tuple(chip(f"{CODE_PAGE}={name}", name, active=False) for name in choices),
        steps=_rows(formats, seen),
        sum=words("workshop.sum", **counts) if seen.steps else "",
        stop=words("workshop.stop"),
        can_stop=seen.checking,
        print=words("workshop.print"),
        can_print=bool(seen.steps) and not seen.checking,
    )


def _rows(formats: Formats, seen: WorkshopView) -> tuple[RowView, ...]:
    """While it runs the newest is on top; afterwards the faults."""
    steps = list(seen.steps)
    if seen.checking:
        steps.reverse()
    else:
        steps.sort(key=lambda one: one.state != "failed")
    return tuple(_row(formats, one) for one in steps)


def _question(formats: Formats, seen: WorkshopView, step: CheckStepView) -> str:
    asked = formats.sentence(f"check.ask.{step.step}", step.fields)
    if step.code:
        asked = f"{formats.problem(step.code, step.fields)} {asked}"
    if step.step == "scale_is_right":
        weighed = next(
            (one for one in seen.steps if (one.device, one.step) == (step.device, "scale_weighs")),
            step,
        )
        asked = f"{_measured(formats, weighed)}  ·  {asked}"
    return formats.words("workshop.of", device=step.device, text=asked)


def _row(formats: Formats, step: CheckStepView) -> RowView:
    icon, colour = LOOKS[step.state]
    title, text = _of_machine(formats, step) if step.kind == "machine" else _said(formats, step)
    return RowView(
        key=f"step:{step.device}:{step.step}",
        icon=icon,
        colour=colour,
        title=title,
        text=text,
        text_colour="danger_ink" if step.state == "failed" else "muted",
        back="clear",
        border="clear",
        enabled=False,
    )


def _of_machine(formats: Formats, step: CheckStepView) -> tuple[str, str]:
    title = formats.sentence(f"health.{step.code}", step.fields)
    if step.state != "failed":
        return title, ""
    return title, formats.sentence(f"health.{step.code}_mend", step.fields)


def _said(formats: Formats, step: CheckStepView) -> tuple[str, str]:
    words = formats.words
    title = words("workshop.of", device=step.device, text=words(f"check.step.{step.step}"))
    if step.code and step.state in {"passed", "failed", "skipped"}:
        return title, formats.problem(step.code, step.fields)
    if step.state == "passed" and step.fields:
        return title, _measured(formats, step)
    return title, words(f"check.state.{step.state}")


def _measured(formats: Formats, step: CheckStepView) -> str:
    return "  ".join(
        formats.quantity(value, "kilogram")
        if name == "grams" and isinstance(value, int)
        else str(value)
        for name, value in step.fields
    )
