"""Wages to take along: slips as PDF, and the record of 29 CFR 516.2(a) as CSV. Nothing is kept on the server."""

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from appliance import wage_sheets, wage_text
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages.page import words, words_of
from appliance.lan_server.pages.team import asked_day
from appliance.lan_server.room import here
from appliance.services import pay_rules, people, shop, wage_record
from appliance.services.shop import ShopFacts
from appliance.services.wage_record import NoWages, WageRecord

BLUEPRINT: Final = Blueprint("wage_files", __name__, url_prefix="/wages")
_LETTER: Final = frozenset({"USD", "CAD", "MXN"})
"""Where paper is Letter rather than A4, by the shop's currency."""


@BLUEPRINT.route("/slips.pdf")
@needs("manager")
def slips() -> ResponseReturnValue:
    """A slip for each who has wages in the period, or for one; in the shop's language."""
    records, facts = _records(request.args.get("employee", ""))
    paper = "letter" if facts.currency.code in _LETTER else "a4"
    pdf = wage_sheets.slips_pdf(records, facts.name, facts.address, words_of(facts.language), paper)
    return _file(pdf, "application/pdf", records, "pdf")


@BLUEPRINT.route("/wages.csv")
@needs("manager")
def table() -> ResponseReturnValue:
    """The record, a row for each line, day, workweek, adjustment and payment."""
    records, facts = _records(request.args.get("employee", ""))
    return _file(wage_text.csv_bytes(records, words(), facts.currency), "text/csv", records, "csv")


@BLUEPRINT.route("/own.pdf")
@needs("cashier")
def own() -> ResponseReturnValue:
    """One's own slip of an approved period."""
    records, facts = _records(me().id)
    if not records[0].approved:
        raise NoWages(from_day=records[0].from_day, to_day=records[0].to_day)
    paper = "letter" if facts.currency.code in _LETTER else "a4"
    pdf = wage_sheets.slips_pdf(records, facts.name, facts.address, words(), paper)
    return _file(pdf, "application/pdf", records, "pdf")


def _records(employee: str) -> tuple[Sequence[WageRecord], ShopFacts]:
    """The records of the period that the address names. Raises `NotADay`, `NoSuchEmployee`, `NoWages`."""
    day, now_ms = asked_day(), here().now_ms()
    with here().readers.reading() as db:
        facts = shop.read(db)
        first, last = (one.isoformat() for one in pay_rules.period_at(db, day))
        if employee:
            found = people.known(db, employee).id
            return [wage_record.record(db, found, first, last, now_ms)], facts
        records = wage_record.records(db, first, last, now_ms)
    if not records:
        raise NoWages(from_day=first, to_day=last)
    return records, facts


def _file(
    content: bytes, mimetype: str, records: Sequence[WageRecord], ending: str
) -> ResponseReturnValue:
    """Named by the period, which is letters and digits only."""
    name = f"wages-{records[0].from_day}-{records[0].to_day}.{ending}"
    return Response(
        content,
        mimetype=mimetype,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
