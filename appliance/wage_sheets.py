"""Wages on paper: a slip for each employee, and the chart of labour against sales. No table is asked here.

A slip has every line with how it was reckoned, the hours of each day and week, what was paid and is still owed, what is
open, and room for two signatures: the fields of 29 CFR 516.2(a).
"""

from collections.abc import Sequence
from typing import Final

from appliance.domain.money import CURRENCIES, Minor, divide_half_up
from appliance.domain.receipt import Writing
from appliance.paper import SIZES, Paper, wrapped
from appliance.services.labour import Labour
from appliance.services.wages import WageRecord
from appliance.wage_text import adjustment, asked, hours, reckoned, remarked, sex, what, when
from appliance.words import Words

ROW_MM: Final = 5.2
SMALL_MM: Final = 3.6
LABEL_MM: Final = 42.0
DAYS_ACROSS: Final = 7
_GREY: Final = 225
_DARK: Final = 90
_LIGHT: Final = 190


def slips_pdf(
    records: Sequence[WageRecord],
    shop_name: str,
    shop_address: Sequence[str],
    words: Words,
    paper: str = "a4",
) -> bytes:
    """Wage slips as PDF, each employee's on a page of its own, or several. Takes some tens of milliseconds a page.

    Raises `FontsMissing`.
    """
    sheet = Paper(*SIZES[paper])
    for record in records:
        _Slip(sheet, record, shop_name, shop_address, words).draw()
    return sheet.finished()


class _Slip:
    """One employee's slip while it is drawn, from above to below."""

    def __init__(
        self,
        paper: Paper,
        record: WageRecord,
        shop_name: str,
        shop_address: Sequence[str],
        words: Words,
    ) -> None:
        self._paper = paper
        self._record = record
        self._shop = (shop_name, *shop_address)
        self._words = words
        self._writing = Writing(words.section("receipt"), CURRENCIES[record.currency])
        self._y = 0.0
        self._page = 0

    def draw(self) -> None:
        self._new_page()
        self._who()
        self._lines()
        self._sums()
        self._hours()
        self._notes()
        self._signatures()

    # ------------------------------------------------------------------ parts of the slip

    def _who(self) -> None:
        record, words = self._record, self._words
        begins = words(
            "slip.midnight", weekday=words(f"slip.weekday.{record.week_starts}"), zone=record.zone
        )
        rounded = words("slip.minutes", count=record.round_minutes) if record.round_minutes else ""
        approved = record.approved or words("slip.not_approved")
        self._facts(("employee", record.name))
        self._facts(("address", record.address))
        self._facts(("number", record.number), ("occupation", record.occupation))
        self._facts(("born", record.born_day), ("sex", sex(record.sex, words)))
        self._facts(("period", f"{record.from_day} – {record.to_day}"))
        self._facts(("approval", approved))
        self._facts(("week_begins", begins))
        self._facts(("rules", words(f"slip.overtime.{record.rules}")))
        self._facts(("rounding", rounded))
        self._down(3)

    def _facts(self, *facts: tuple[str, str]) -> None:
        """What is known of some facts, side by side; a row of which nothing is known is left out."""
        known = [(key, value) for key, value in facts if value]
        half = (self._paper.right - self._paper.left) / 2
        for place, (key, value) in enumerate(known):
            x = self._paper.left + place * half
            width = half if len(known) > 1 else 2 * half
            name = self._words(f"slip.{key}")
            self._paper.text(x, self._y, name, width=LABEL_MM - 1, size=SMALL_MM)
            bold = key == "employee"
            self._paper.text(
                x + LABEL_MM, self._y - 0.4, value, width=width - LABEL_MM - 2, bold=bold
            )
        if known:
            self._down()

    def _lines(self) -> None:
        record, words = self._record, self._words
        self._table_head()
        for line in record.lines:
            self._row(
                when(line, words),
                what(line, words),
                reckoned(line, self._writing),
                self._amount(line.amount_minor),
            )
        for one in record.adjustments:
            self._row(one.day, adjustment(one, words), "", self._amount(one.amount_minor))
        self._down(2)

    def _sums(self) -> None:
        record, words = self._record, self._words
        rows = [
            (words("slip.straight"), record.straight_minor, False),
            (words("slip.premium"), record.premium_minor, False),
            (words("slip.other"), record.other_minor, False),
            (words("slip.total"), record.total_minor, True),
            (words("slip.additions"), record.additions_minor, False),
            (words("slip.deductions"), -record.deductions_minor, False),
            (words("slip.net"), record.net_minor, True),
            *(
                (words("slip.paid_on", day=one.day), -one.amount_minor, False)
                for one in record.payments
            ),
            (words("slip.still_owed"), record.owed_minor, True),
        ]
        rows = [row for row in rows if row[1] or row[2]]
        self._room(ROW_MM * len(rows))
        left = self._paper.left + 80
        for name, amount, bold in rows:
            if bold:
                self._paper.rule(self._y, left)
            self._paper.text(left, self._y + 0.5, name, bold=bold, width=70)
            self._paper.text(
                self._paper.right, self._y + 0.5, self._amount(amount), bold=bold, right=True
            )
            self._down()
        self._down(4)

    def _hours(self) -> None:
        record, words = self._record, self._words
        if not record.days:
            return
        self._room(4 * ROW_MM)
        self._paper.text(self._paper.left, self._y, words("slip.days"), bold=True)
        total = f"{words('slip.all')} {hours(record.worked_ms)}"
        self._paper.text(self._paper.right, self._y, total, bold=True, right=True)
        self._down()
        across = (self._paper.right - self._paper.left) / DAYS_ACROSS
        for first in range(0, len(record.days), DAYS_ACROSS):
            days = record.days[first : first + DAYS_ACROSS]
            self._room(2 * ROW_MM)
            for place, day in enumerate(days):
                x = self._paper.left + place * across
                self._paper.text(x, self._y, day.day, size=SMALL_MM)
                self._paper.text(x, self._y + 4, hours(day.worked_ms), width=across - 2)
            self._down(2 * ROW_MM)
        for week in record.weeks:
            self._room(ROW_MM)
            rate = words("slip.regular_rate", rate=self._amount(week.regular_rate_minor))
            said = f"{words('slip.week', day=week.week)}: {hours(week.worked_ms)}, {rate}"
            self._paper.text(self._paper.left, self._y, said, size=SMALL_MM)
            self._down(ROW_MM - 1)
        self._down(3)

    def _notes(self) -> None:
        record, words = self._record, self._words
        self._sentences(
            words("slip.open"), [asked(one, words, self._writing) for one in record.questions]
        )
        self._sentences(words("slip.notes"), [remarked(one, words) for one in record.remarks])

    def _sentences(self, head: str, sentences: Sequence[str]) -> None:
        if not sentences:
            return
        self._room(3 * ROW_MM)
        self._paper.text(self._paper.left, self._y, head, bold=True)
        self._down()
        for sentence in sentences:
            for row in wrapped(sentence, SMALL_MM, self._paper.right - self._paper.left - 4):
                self._room(ROW_MM)
                self._paper.text(self._paper.left + 4, self._y, row, size=SMALL_MM)
                self._down(ROW_MM - 0.7)
        self._down(3)

    def _signatures(self) -> None:
        self._room(26)
        y = max(self._y + 18, self._paper.bottom - 12)
        middle = self._paper.width / 2
        shop = self._shop[0] or self._words("slip.the_shop")
        for x, to, key, name in (
            (self._paper.left, middle - 6, "signed_by_employee", self._record.name),
            (middle + 6, self._paper.right, "signed_by_shop", shop),
        ):
            self._paper.rule(y, x, to)
            said = self._words(f"slip.{key}", name=name)
            self._paper.text(x, y + 1, said, size=SMALL_MM, width=to - x)

    # ------------------------------------------------------------------ the page

    def _new_page(self) -> None:
        self._paper.begin()
        self._page += 1
        self._y = self._paper.left
        if self._page > 1:
            said = self._words("slip.page", name=self._record.name, page=self._page)
            self._paper.text(self._paper.left, self._y, said, size=SMALL_MM)
            self._down(9)
            return
        title = self._words("slip.title")
        self._paper.text(self._paper.right, self._y, title, size=8, bold=True, right=True)
        for place, text in enumerate(self._shop):
            self._paper.text(self._paper.left, self._y, text, bold=place == 0, width=110)
            self._down()
        self._y = max(self._y, self._paper.left + 12) + 3
        self._paper.rule(self._y)
        self._down(3)

    def _table_head(self) -> None:
        self._paper.bar(
            self._paper.left, self._y, self._paper.right - self._paper.left, ROW_MM, _GREY
        )
        names = (self._words(f"slip.{key}") for key in ("when", "what", "reckoned", "amount"))
        self._cells(*names, bold=True)
        self._down(ROW_MM + 0.6)

    def _row(self, when_: str, what_: str, how: str, amount: str) -> None:
        width = self._columns[2] - self._columns[1] - 2
        rows = wrapped(what_, 4.2, width) or [""]
        if self._y + ROW_MM * len(rows) > self._paper.bottom:
            self._new_page()
            self._table_head()
        self._cells(when_, rows[0], how, amount)
        for more in rows[1:]:
            self._down(ROW_MM - 0.6)
            self._paper.text(self._columns[1], self._y + 0.4, more, width=width)
        self._down()

    @property
    def _columns(self) -> tuple[float, float, float, float]:
        left = self._paper.left
        return left, left + 48, left + 108, self._paper.right

    def _cells(self, *texts: str, bold: bool = False) -> None:
        first, second, third, last = self._columns
        y = self._y + 0.4
        for x, until, text in zip(
            (first, second, third), (second, third, last), texts, strict=False
        ):
            # What was reckoned stands beside the amount, which is never cut.
            self._paper.text(x, y, text, bold=bold, width=until - x - (24 if until == last else 2))
        self._paper.text(last, y, texts[-1], bold=bold, right=True)

    def _down(self, by: float = ROW_MM) -> None:
        self._y += by

    def _room(self, height: float) -> None:
        if self._y + height > self._paper.bottom:
            self._new_page()

    def _amount(self, minor: int) -> str:
        return self._writing.amount(Minor(minor))


def labour_pdf(labour: Labour, shop_name: str, words: Words, paper: str = "a4") -> bytes:
    """Labour against sales as a chart of bars, and as a table. Raises `FontsMissing`."""
    sheet = Paper(*SIZES[paper])
    sheet.begin()
    writing = Writing(words.section("receipt"), CURRENCIES[labour.currency])
    y = sheet.left
    sheet.text(sheet.left, y, words("pay.labour.title"), size=8, bold=True)
    sheet.text(sheet.left, y + 11, f"{shop_name}  {labour.from_day} – {labour.to_day}".strip())
    _bars(sheet, labour, y + 22, words, writing)
    _table(sheet, labour, y + 102, words, writing)
    return sheet.finished()


def _bars(sheet: Paper, labour: Labour, top: float, words: Words, writing: Writing) -> None:
    """Two bars for each hour: wages dark, sales light, on one scale."""
    height, label = 60.0, 5.0
    most = max(1, *(max(one.cost_minor, one.sales_minor) for one in labour.hours))
    across = (sheet.right - sheet.left) / len(labour.hours)
    ground = top + height
    sheet.text(sheet.left, top - label, writing.amount(Minor(most)), size=SMALL_MM)
    sheet.rule(top)
    for place, one in enumerate(labour.hours):
        x = sheet.left + place * across
        for at, amount, grey in (
            (x + across * 0.1, one.cost_minor, _DARK),
            (x + across * 0.5, one.sales_minor, _LIGHT),
        ):
            tall = height * max(0, amount) / most
            if tall:
                sheet.bar(at, ground - tall, across * 0.4, tall, grey)
        sheet.text(x + across * 0.2, ground + 1, str(one.hour), size=SMALL_MM)
    sheet.rule(ground)
    for place, (key, grey) in enumerate((("cost", _DARK), ("sales", _LIGHT))):
        x = sheet.left + place * 60
        sheet.bar(x, ground + 8, 4, 4, grey)
        sheet.text(x + 6, ground + 8, words(f"pay.labour.{key}"))


def _table(sheet: Paper, labour: Labour, top: float, words: Words, writing: Writing) -> None:
    ends = (sheet.left + 48, sheet.left + 82, sheet.left + 134, sheet.right)
    rows = [
        [words(f"pay.labour.{key}") for key in ("hour", "worked", "cost", "sales", "ratio")],
        *(
            [
                f"{one.hour}",
                *_cells(one.worked_ms, one.cost_minor, one.sales_minor, one.ratio_ppm, writing),
            ]
            for one in labour.hours
            if one.worked_ms or one.sales_minor
        ),
        [
            words("pay.labour.total"),
            *_cells(
                labour.worked_ms, labour.cost_minor, labour.sales_minor, labour.ratio_ppm, writing
            ),
        ],
    ]
    for place, row in enumerate(rows):
        y = top + place * ROW_MM
        bold = place in {0, len(rows) - 1}
        if bold and place:
            sheet.rule(y)
        sheet.text(sheet.left, y + 0.4, row[0], bold=bold)
        for end, text in zip(ends, row[1:], strict=True):
            sheet.text(end, y + 0.4, text, bold=bold, right=True)


def _cells(
    worked_ms: int, cost_minor: int, sales_minor: int, ratio_ppm: int | None, writing: Writing
) -> list[str]:
    ratio = (
        "–" if ratio_ppm is None else f"{writing.decimals(divide_half_up(ratio_ppm, 1000), 1, 1)} %"
    )
    return [
        hours(worked_ms),
        writing.amount(Minor(cost_minor)),
        writing.amount(Minor(sales_minor)),
        ratio,
    ]
