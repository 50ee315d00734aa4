"""A wage slip for the receipt printer: the same lines as on paper and in the file, on a narrow strip."""

from appliance import wage_text
from appliance.domain.money import Minor
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
from appliance.services.shop import ShopFacts
from appliance.services.wage_record import WageRecord
from appliance.words import Words


def compose(record: WageRecord, facts: ShopFacts, words: Words) -> tuple[ReceiptLine, ...]:
    """The lines of one employee's slip for a period; wages that are not approved say so."""
    writing = Writing(words.section("receipt"), facts.currency)

    def pair(left: str, minor: int, *, bold: bool = False) -> PairLine:
        return PairLine(left, writing.amount(Minor(minor)), bold=bold)

    lines: list[ReceiptLine] = [
        TextLine(facts.name, Align.CENTER, bold=True, large=True),
        Blank(),
        TextLine(words("slip.title"), bold=True),
        TextLine(record.name, large=True),
        TextLine(f"{record.from_day} – {record.to_day}"),
    ]
    if not record.approved:
        lines.append(TextLine(f"{words('slip.approval')}: {words('slip.not_approved')}"))
    lines.append(Rule())
    for line in record.lines:
        lines.append(pair(wage_text.what(line, words), line.amount_minor))
        how = wage_text.reckoned(line, writing)
        lines.append(TextLine("  " + ", ".join(filter(None, (how, wage_text.when(line, words))))))
    lines += [Rule(), pair(words("slip.total"), record.total_minor, bold=True)]
    if record.adjustments:
        lines += [
            pair(wage_text.adjustment(one, words), one.amount_minor) for one in record.adjustments
        ]
        lines.append(pair(words("slip.net"), record.net_minor, bold=True))
    lines += [pair(words("slip.paid_on", day=one.day), one.amount_minor) for one in record.payments]
    lines.append(pair(words("slip.still_owed"), record.owed_minor, bold=True))
    lines.append(TextLine(facts.currency.code, Align.RIGHT))
    signed = TextLine(words("slip.signed_by_employee", name=record.name))
    return (*lines, Blank(), Blank(), Rule(), signed, Blank(), Cut())
