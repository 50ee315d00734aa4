"""What the commands of `open-pos` do that show no screen. Each prints what it found and answers the exit code."""

import argparse
import contextlib
import getpass
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from appliance import config, label_sheets, play
from appliance.clock import SystemClock
from appliance.demo_shop import open_demo_shop
from appliance.domain.money import CURRENCIES, Minor, format_amount
from appliance.journal import chain
from appliance.journal.kinds import ShopChanged
from appliance.journal.lines import to_line
from appliance.journal.wire import Mark
from appliance.mirror import seals
from appliance.problems import Refusal
from appliance.services import catalogue_csv, people, reports, shelf_labels, shop
from appliance.services.desk import Desk
from appliance.store import schema
from appliance.store.database import Database
from appliance.store.shelf import Shelf, entries, hash_at
from appliance.store.sqlite import SqliteDatabase
from appliance.words import Words
from drivers.label import Label

FOUND_WRONG: Final = 1
_Value = TypeVar("_Value")


class NoSuchSheet(Refusal):
    """No sheet of labels has this name: `sheet`, `known`."""

    code = "no_such_sheet"


class BadStart(Refusal):
    """The sheet has no such place: `start`, `most`."""

    code = "bad_start"


class NoSuchFile(Refusal):
    """There is no such file."""

    code = "no_such_file"


def play_script(chosen: argparse.Namespace, _words: Words) -> int:
    """A script of commands, without a screen."""
    with _written(chosen) as shelf, _lines_of(chosen.script) as lines:
        if chosen.demo:
            open_demo_shop(Desk(shelf.db, shelf.book(SystemClock())), people.pins(shelf.db.folder))
        file = config.load(Path(chosen.config)) if chosen.config else config.Config()
        player = play.Player(shelf, acts=msgspec.structs.asdict(file.acts))
        for answer in player.play(lines):
            print(answer, flush=True)
    return 0


def report_day(chosen: argparse.Namespace, words: Words) -> int:
    """What a business day came to."""
    with reading(chosen) as db:
        day = reports.day(db, chosen.day)
    if chosen.json:
        print(json.dumps(msgspec.to_builtins(day), ensure_ascii=False, indent=1))
    else:
        _print_day(day, words)
    return 0


def list_days(chosen: argparse.Namespace, _words: Words) -> int:
    """All business days."""
    with reading(chosen) as db:
        for day, number, closed_at_ms in reports.day_ids(db):
            print(f"{day}\t{number}\t{'' if closed_at_ms is None else closed_at_ms}")
    return 0


def import_catalogue(chosen: argparse.Namespace, words: Words) -> int:
    """Products from a CSV file."""
    with _written(chosen) as shelf:
        desk = Desk(shelf.db, shelf.book(SystemClock()))
        return catalogue_csv.command(
            desk,
            Path(chosen.file),
            words,
            _bar(words("cli.importing")),
            dry_run=chosen.dry_run,
            skip_bad=chosen.skip_bad,
        )


def export_catalogue(chosen: argparse.Namespace, _words: Words) -> int:
    """Products as CSV."""
    with reading(chosen) as db:
        # Spreadsheets take a file for UTF-8 only with the mark at its beginning.
        _write_lines(chosen.file, catalogue_csv.export_catalogue(db), encoding="utf-8-sig")
    return 0


def make_labels(chosen: argparse.Namespace, words: Words) -> int:
    """Shelf labels as a PDF of label sheets."""
    sheets = label_sheets.SHEETS
    if chosen.sheet not in sheets:
        raise NoSuchSheet(sheet=chosen.sheet, known=", ".join(sheets))
    layout = sheets[chosen.sheet]
    if not 1 <= chosen.start <= layout.labels_per_sheet:
        raise BadStart(start=chosen.start, most=layout.labels_per_sheet)
    with reading(chosen) as db:
        texts = shelf_labels.texts(db, shelf_labels.products(db, chosen.barcode), words)
    labels = [Label(one.name, one.price, one.unit_price, one.barcode, one.note) for one in texts]
    label_sheets.write(Path(chosen.file), labels, layout, start=chosen.start - 1)
    print(words("cli.labels_made", count=len(labels), file=chosen.file))
    return 0


def verify_journal(chosen: argparse.Namespace, words: Words) -> int:
    """Check the chain; names the first bad entry."""
    bar = _bar(words("cli.verifying"))
    with reading(chosen) as db:
        total = db.sql("SELECT count(*) FROM entry")[0][0]
        verdict = chain.verify(entries(db), lambda done: bar(done, total))
        unlike = _unlike_what_was_signed(db)
    if verdict.bad is not None:
        print(words(f"cli.bad_{verdict.bad.why}", entry=verdict.bad.entry))
        return FOUND_WRONG
    print(words("cli.verified", count=verdict.entries))
    for origin, (seq, head) in sorted(verdict.heads.items()):
        print(f"{origin}\t{seq}\t{head.hex()}")
    for mark, held in unlike:
        print(words(held, origin=mark.origin, seq=mark.seq))
    return FOUND_WRONG if unlike else 0


def _unlike_what_was_signed(db: Database) -> list[tuple[Mark, str]]:
    """The marks that the LAN server signed and this journal does not have, each with the key of what that means."""
    found = []
    for mark in seals.read(db.folder).values():
        held = hash_at(db, mark.origin, mark.seq)
        if held is None:
            found.append((mark, "cli.signed_missing"))
        elif held.hex() != mark.head:
            found.append((mark, "cli.signed_otherwise"))
    return found


def export_journal(chosen: argparse.Namespace, _words: Words) -> int:
    """The journal as JSON lines."""
    with reading(chosen) as db:
        _write_lines(chosen.file, map(to_line, entries(db)))
    return 0


def import_journal(chosen: argparse.Namespace, words: Words) -> int:
    """Entries from JSON lines, all or nothing."""
    bar = _bar(words("cli.importing"))
    with _written(chosen) as shelf, _lines_of(chosen.file) as lines:
        taken = shelf.book(SystemClock()).import_lines(lines, lambda done: bar(done, 0))
        waiting = len(shelf.unapplied())
    print(words("cli.imported_entries", count=taken))
    if waiting:
        print(words("cli.unapplied", count=waiting))
    return 0


def rebuild_journal(chosen: argparse.Namespace, words: Words) -> int:
    """The tables made anew, or compared with what they would be."""
    bar = _bar(words("cli.rebuilding"))
    with _written(chosen) as shelf:
        if chosen.check:
            found = shelf.differences(bar)
            if found:
                print(words("cli.differ", tables=", ".join(found)))
                return FOUND_WRONG
            print(words("cli.same"))
        else:
            schema.back_up(shelf.db, shelf.db.folder / "backups" / "shop-before-rebuild.db")
            shelf.rebuild(bar)
            print(words("cli.rebuilt"))
    return 0


def set_shop(chosen: argparse.Namespace, words: Words) -> int:
    """The shop's own facts; those not named stay as they are."""
    edit = ShopChanged(
        name=_or_unset(chosen.name),
        address=_or_unset(tuple(chosen.address) if chosen.address else None),
        tax_number=_or_unset(chosen.tax_number),
        currency=_or_unset(chosen.currency),
        cash_step_minor=_or_unset(chosen.cash_step),
        language=_or_unset(chosen.language),
        basis=_or_unset(chosen.basis),
        footer=_or_unset(tuple(chosen.footer) if chosen.footer else None),
    )
    with _written(chosen) as shelf:
        shop.change(Desk(shelf.db, shelf.book(SystemClock())), edit, actor="")
    print(words("cli.done"))
    return 0


def define_tax(chosen: argparse.Namespace, words: Words) -> int:
    """A tax class of one tax."""
    with _written(chosen) as shelf:
        desk = Desk(shelf.db, shelf.book(SystemClock()))
        shop.define_tax(
            desk, chosen.code, chosen.name, chosen.rate, actor="", included=not chosen.added
        )
    print(words("cli.done"))
    return 0


def add_person(chosen: argparse.Namespace, words: Words) -> int:
    """An employee who may sign in. The PIN is asked for, or read from standard input."""
    pin = getpass.getpass(words("cli.pin")) if sys.stdin.isatty() else sys.stdin.readline().strip()
    with _written(chosen) as shelf:
        desk = Desk(shelf.db, shelf.book(SystemClock()))
        keeper = people.pins(shelf.db.folder)
        people.add(
            desk,
            keeper,
            number=chosen.number,
            name=chosen.name,
            role=chosen.role,
            pin=pin,
            actor="",
        )
    print(words("cli.done"))
    return 0


# --------------------------------------------------------------------------- parts


@contextlib.contextmanager
def _written(chosen: argparse.Namespace) -> Iterator[Shelf]:
    shelf = Shelf(Path(chosen.store))
    try:
        yield shelf
    finally:
        shelf.close()


@contextlib.contextmanager
def reading(chosen: argparse.Namespace) -> Iterator[Database]:
    """The store of a command, to look into; closed at the end."""
    db = SqliteDatabase(Path(chosen.store), read_only=True)
    try:
        yield db
    finally:
        db.close()


@contextlib.contextmanager
def _lines_of(name: str) -> Iterator[Iterable[str]]:
    if name == "-":
        yield sys.stdin
        return
    path = Path(name)
    if not path.is_file():
        raise NoSuchFile(file=name)
    with path.open(encoding="utf-8") as handle:
        yield handle


def _or_unset(value: _Value | None) -> _Value | UnsetType:
    return UNSET if value is None else value


def _write_lines(name: str, lines: Iterable[str], encoding: str = "utf-8") -> None:
    if name == "-":
        for line in lines:
            print(line)
        return
    unfinished = Path(f"{name}.unfinished")
    with unfinished.open("w", encoding=encoding, newline="") as handle:
        for line in lines:
            handle.write(line + "\n")
    unfinished.replace(name)


def _bar(what: str) -> Callable[[int, int], None]:
    """A progress line on a terminal; silent elsewhere."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None
    shown_at = 0.0

    def show(done: int, total: int) -> None:
        nonlocal shown_at
        now = time.monotonic()
        if now - shown_at < 0.1 and done != total:  # noqa: PLR2004 - ten times a second is enough
            return
        shown_at = now
        part = f"{done:,} / {total:,}" if total else f"{done:,}"
        sys.stderr.write(f"\r{what} {part} " + ("\n" if done == total else ""))
        sys.stderr.flush()

    return show


def _percent(rate_ppm: int) -> str:
    whole, rest = divmod(rate_ppm, 10_000)
    return f"{whole}.{rest:04}".rstrip("0").rstrip(".")


def _print_day(day: reports.DayReport, words: Words) -> None:
    currency = CURRENCIES.get(day.currency, CURRENCIES["EUR"])
    marks = words.section("receipt")

    def row(name: str, minor: int) -> None:
        shown = format_amount(Minor(minor), currency, marks["decimal_mark"], marks["group_mark"])
        print(f"{name:<40} {shown:>14}")

    print(words("report.day", number=day.number, register=day.register))
    row(words("report.sales", count=len(day.receipts)), day.total_minor)
    for part in day.categories:
        row(f"  {part.name or words('report.no_category')} ({part.count})", part.amount_minor)
    for tax in day.taxes:
        row(f"  {tax.name} {_percent(tax.rate_ppm)} %", tax.tax_minor)
    row(words("report.rounding"), day.rounding_minor)
    for tender in day.tenders:
        row(words(f"tender.{tender.name}"), tender.amount_minor)
