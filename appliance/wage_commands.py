"""The commands of `open-pos` about wages: reports as text, JSON, CSV and PDF. Each answers the exit code."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from appliance import paper, wage_sheets, wage_text
from appliance.clock import SystemClock
from appliance.commands import FOUND_WRONG, reading
from appliance.domain.money import CURRENCIES, Currency, Minor
from appliance.domain.receipt import Writing
from appliance.services import labour, people, shop, wage_record, wages
from appliance.services.labour import Labour, LabourHour
from appliance.services.shop import ShopFacts
from appliance.services.wages import WageRecord, Wages
from appliance.store.database import Database
from appliance.words import Words


def report_wages(chosen: argparse.Namespace, words: Words) -> int:
    """What wages are owed for a period, line by line. 1 where something must be put right first."""
    _refuse_to_replace(chosen, chosen.csv, chosen.pdf)
    with reading(chosen) as db:
        found = _wages(db, chosen)
        facts = shop.read(db)
        records = (
            [wage_record.of_wages(db, one) for one in found] if chosen.csv or chosen.pdf else []
        )
    currency = CURRENCIES[facts.currency.code]
    # Files first: whoever reads the text may stop listening.
    written = _write(chosen, records, facts, currency, words)
    if chosen.json:
        print(json.dumps(msgspec.to_builtins(found), ensure_ascii=False, indent=1))
    else:
        writing = Writing(words.section("receipt"), currency)
        for text in wage_text.report_lines(found, words, writing):
            print(text)
        for file in written:
            print(words("cli.written", file=file))
    return FOUND_WRONG if any(one.questions for one in found) else 0


def report_labour(chosen: argparse.Namespace, words: Words) -> int:
    """What the hours of the day cost in wages and bring in sales."""
    _refuse_to_replace(chosen, chosen.pdf)
    with reading(chosen) as db:
        found = labour.report(db, getattr(chosen, "from"), chosen.to, SystemClock().now().at_ms)
        facts = shop.read(db)
    if chosen.json:
        print(json.dumps(msgspec.to_builtins(found), ensure_ascii=False, indent=1))
    elif not chosen.pdf:
        _print_labour(found, words)
    if chosen.pdf:
        pdf = wage_sheets.labour_pdf(found, facts.name, words, chosen.paper)
        paper.save(Path(chosen.pdf), pdf)
        if not chosen.json:
            print(words("cli.written", file=chosen.pdf))
    return 0


def _wages(db: Database, chosen: argparse.Namespace) -> tuple[Wages, ...]:
    from_day, now_ms = getattr(chosen, "from"), SystemClock().now().at_ms
    if chosen.employee is None:
        return wages.report(db, from_day, chosen.to, now_ms)
    employee = people.known(db, chosen.employee).id
    return (wages.of_employee(db, employee, from_day, chosen.to, now_ms),)


def _write(
    chosen: argparse.Namespace,
    records: Sequence[WageRecord],
    facts: ShopFacts,
    currency: Currency,
    words: Words,
) -> list[str]:
    made: list[tuple[str, bytes]] = []
    if chosen.csv:
        made.append((chosen.csv, wage_text.csv_bytes(records, words, currency)))
    if chosen.pdf:
        if not records:
            raise wage_record.NoWages(from_day=getattr(chosen, "from"), to_day=chosen.to)
        pdf = wage_sheets.slips_pdf(records, facts.name, facts.address, words, chosen.paper)
        made.append((chosen.pdf, pdf))
    for file, content in made:
        paper.save(Path(file), content)
    return [file for file, _ in made]


def _refuse_to_replace(chosen: argparse.Namespace, *files: str | None) -> None:
    for file in files:
        if file and not chosen.force:
            paper.refuse_to_replace(Path(file))


def _print_labour(found: Labour, words: Words) -> None:
    writing = Writing(words.section("receipt"), CURRENCIES[found.currency])
    keys = ("hour", "worked", "cost", "sales", "ratio")
    print("  ".join(f"{words(f'pay.labour.{key}'):>20}" for key in keys))
    rows: list[tuple[str, LabourHour | Labour]] = [
        *((str(one.hour), one) for one in found.hours if one.worked_ms or one.sales_minor),
        (words("pay.labour.total"), found),
    ]
    for hour, one in rows:
        ratio = "–" if one.ratio_ppm is None else f"{writing.decimals(one.ratio_ppm, 4, 1)} %"
        cells = (
            hour,
            wage_text.hours(one.worked_ms),
            writing.amount(Minor(one.cost_minor)),
            writing.amount(Minor(one.sales_minor)),
            ratio,
        )
        print("  ".join(f"{cell:>20}" for cell in cells))
