"""The self-test as a document: which register, when, by whom, with which program, each step and what was measured."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from appliance import __version__
from appliance.domain.money import CURRENCIES
from appliance.domain.receipt import (
    Align,
    Blank,
    Cut,
    PairLine,
    ReceiptLine,
    Rule,
    TextLine,
    Writing,
)
from appliance.domain.ticket import Unit
from appliance.journal.entry import Entry
from appliance.messages import CheckStepView, Fields
from appliance.services import receipts
from appliance.services.shop import ShopFacts
from appliance.words import Words

_INDENT: Final = "  "


def compose(
    steps: Iterable[CheckStepView], noted: Entry, person: str, facts: ShopFacts, words: Words
) -> tuple[ReceiptLine, ...]:
    """The lines of the slip. `noted` is the entry that keeps the test in the journal, `person` who had it done.

    It is empty where nobody is signed in.
    """
    known = tuple(steps)
    lines: list[ReceiptLine] = [
        TextLine(facts.name, Align.CENTER, bold=True, large=True),
        *(TextLine(text, Align.CENTER) for text in facts.address),
        Blank(),
        TextLine(words("check.title"), bold=True),
        TextLine(receipts.date_text(noted.at_ms, words)),
        TextLine(f"{words('receipt.register')} {noted.origin}"),
        *([TextLine(words("check.tested_by", name=person))] if person else []),
        TextLine(words("check.program", version=__version__)),
        TextLine(words("check.noted", entry=noted.id)),
    ]
    if not noted.clock_ok:
        lines.append(TextLine(words("receipt.time_not_confirmed")))
    lines.append(Rule())
    for step in known:
        lines += _machine(step, words) if step.kind == "machine" else _device(step, words)
    states = Counter(step.state for step in known)
    counts = {state: states[state] for state in ("passed", "failed", "skipped")}
    return (*lines, Rule(), TextLine(words("check.sum", **counts), bold=True), Blank(), Cut())


def measured(fields: Fields, words: Words) -> str:
    """What a step found, with units: `0.500 kg`, or the text that was read."""
    writing = Writing(words.section("receipt"), CURRENCIES["EUR"])
    return "  ".join(
        writing.quantity(value, Unit.KILOGRAM)
        if name == "grams" and isinstance(value, int)
        else str(value)
        for name, value in fields
    )


def _machine(step: CheckStepView, words: Words) -> list[ReceiptLine]:
    fields = dict(step.fields)
    # What the machine does not tell was not left out by anybody.
    state = "unknown" if step.state == "skipped" else step.state
    said: list[ReceiptLine] = [
        PairLine(words(f"health.{step.code}", **fields), words(f"check.state.{state}"))
    ]
    if step.state == "failed":
        said.append(TextLine(_INDENT + words(f"health.{step.code}_mend", **fields)))
    return said


def _device(step: CheckStepView, words: Words) -> list[ReceiptLine]:
    name = f"{step.device}: {words('check.step.' + step.step)}"
    said: list[ReceiptLine] = [PairLine(name, words(f"check.state.{step.state}"))]
    if step.code:
        sentence = words.problem(step.code, {**dict(step.fields), "device": step.device})
        said.append(TextLine(_INDENT + sentence))
    elif step.fields:
        said.append(TextLine(_INDENT + measured(step.fields, words)))
    return said
