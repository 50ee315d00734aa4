"""The `open-pos` command line. Each command calls one function; what it says comes from `strings/`."""

import argparse
import contextlib
import functools
import getpass
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from appliance import __version__, config, play, station
from appliance.bench import Bench
from appliance.clock import SystemClock
from appliance.domain.money import CURRENCIES, Minor, format_amount
from appliance.journal import chain
from appliance.journal.book import to_line
from appliance.journal.kinds import ShopChanged
from appliance.messages import Command
from appliance.problems import Refusal
from appliance.services import catalogue_csv, people, reports, shop
from appliance.services.desk import Desk
from appliance.store import schema
from appliance.store.database import Database
from appliance.store.shelf import Shelf, entries
from appliance.words import Words

_FAILED: Final = 1
_REFUSED: Final = 2
_STOPPED: Final = 130
_SIZE_PARTS: Final = 2
_Value = TypeVar("_Value")
BENCH_WIDTH: Final = 360
"""How wide the demo's bench is, beside the register; on large displays it grows with everything else."""


class NoSuchFile(Refusal):
    """There is no such file."""

    code = "no_such_file"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 found something wrong, 2 refused, 130 stopped."""
    words = Words(os.environ.get("LANG", "en")[:2])
    chosen = _parser(words).parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if chosen.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s",
    )
    try:
        return int(chosen.command(chosen, words))
    except Refusal as no:
        _say(sentence(no, words))
        return _REFUSED
    except KeyboardInterrupt:
        _say(words("cli.stopped"))
        return _STOPPED
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def sentence(no: Refusal, words: Words) -> str:
    """A refusal as a sentence, with its code so that it can be looked up."""
    key = f"problem.{no.code}"
    said = words(key, **no.fields)
    return f"{no} ({no.code})" if said == key else f"{said} ({no.code})"


# --------------------------------------------------------------------------- commands


def demo(chosen: argparse.Namespace, words: Words) -> int:
    """The demo shop in a window, beside a bench that plays its devices."""
    width, height = chosen.size
    folder = chosen.store or str(Path.home() / ".local" / "share" / "open-pos" / "demo")
    chosen_config = config.Config(
        store=config.StoreConfig(folder=folder, warn_mb=20, stop_mb=5, ballast_mb=1),
        screen=config.ScreenConfig(width=width, height=height, fullscreen=False, dark=chosen.dark),
    )
    station.run_demo(chosen_config, _screen(chosen, words))
    return 0


def register(chosen: argparse.Namespace, words: Words) -> int:
    """The register itself."""
    station.run_register(config.load(Path(chosen.config)), _screen(chosen, words))
    return 0


def play_script(chosen: argparse.Namespace, _words: Words) -> int:
    """A script of commands, without a screen."""
    with _written(chosen) as shelf, _lines_of(chosen.script) as lines:
        player = play.Player(shelf)
        for answer in player.play(lines):
            print(answer, flush=True)
    return 0


def report_day(chosen: argparse.Namespace, words: Words) -> int:
    """What a business day came to."""
    with _read(chosen) as db:
        day = reports.day(db, chosen.day)
    if chosen.json:
        print(json.dumps(msgspec.to_builtins(day), ensure_ascii=False, indent=1))
    else:
        _print_day(day, words)
    return 0


def list_days(chosen: argparse.Namespace, _words: Words) -> int:
    """All business days."""
    with _read(chosen) as db:
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
    with _read(chosen) as db:
        # Spreadsheets take a file for UTF-8 only with the mark at its beginning.
        _write_lines(chosen.file, catalogue_csv.export_catalogue(db), encoding="utf-8-sig")
    return 0


def verify_journal(chosen: argparse.Namespace, words: Words) -> int:
    """Check the chain; names the first bad entry."""
    bar = _bar(words("cli.verifying"))
    with _read(chosen) as db:
        total = db.sql("SELECT count(*) FROM entry")[0][0]
        verdict = chain.verify(entries(db), lambda done: bar(done, total))
    if verdict.bad is not None:
        print(words(f"cli.bad_{verdict.bad.why}", entry=verdict.bad.entry))
        return _FAILED
    print(words("cli.verified", count=verdict.entries))
    for origin, (seq, head) in sorted(verdict.heads.items()):
        print(f"{origin}\t{seq}\t{head.hex()}")
    return 0


def export_journal(chosen: argparse.Namespace, _words: Words) -> int:
    """The journal as JSON lines."""
    with _read(chosen) as db:
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
                return _FAILED
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


def _screen(chosen: argparse.Namespace, words: Words) -> station.Screen:
    # Kivy opens a window when it is imported, so only the commands that show one import it.
    from kiosk_ui import app  # noqa: PLC0415
    from kiosk_ui.theme import theme_for  # noqa: PLC0415

    def show(
        send: Callable[[Command], bool],
        attach: station.Attach,
        *,
        beat: Callable[[], None],
        screen: config.ScreenConfig,
        bench: Bench | None,
    ) -> None:
        bench_width = int(theme_for(screen.width, screen.height).dp(BENCH_WIDTH))
        options = app.ScreenOptions(
            size=(screen.width, screen.height),
            fullscreen=screen.fullscreen,
            text_scale=screen.text_percent / 100,
            dark=screen.dark,
            rotation=screen.rotation,
            language=words.language,
            version=__version__,
            debug_socket=Path(chosen.debug_socket) if chosen.debug_socket else None,
            side_panel=functools.partial(_bench_panel, bench) if bench else None,
            side_panel_width=bench_width if bench else 0,
        )
        app.run(send, attach, beat=beat, options=options)

    return show


def _bench_panel(bench: Bench) -> object:
    from kiosk_ui.screens.bench_panel import BenchPanel  # noqa: PLC0415 - as above

    return BenchPanel(bench)


@contextlib.contextmanager
def _written(chosen: argparse.Namespace) -> Iterator[Shelf]:
    shelf = Shelf(Path(chosen.store))
    try:
        yield shelf
    finally:
        shelf.close()


@contextlib.contextmanager
def _read(chosen: argparse.Namespace) -> Iterator[Database]:
    db = Database(Path(chosen.store), read_only=True)
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
        row(f"  {tax.name} {tax.rate_ppm / 10_000:g} %", tax.tax_minor)
    row(words("report.rounding"), day.rounding_minor)
    for tender in day.tenders:
        row(words(f"tender.{tender.name}"), tender.amount_minor)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _size(text: str) -> tuple[int, int]:
    parts = text.lower().split("x")
    if len(parts) != _SIZE_PARTS or not all(part.isdigit() for part in parts):
        message = f"expected a size like 1280x800, got {text!r}"
        raise argparse.ArgumentTypeError(message)
    return int(parts[0]), int(parts[1])


def _parser(words: Words) -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="open-pos", description=words("cli.about"))
    top.add_argument("--version", action="version", version=__version__)
    top.add_argument("-v", "--verbose", action="store_true", help=words("cli.verbose"))
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(
        under: "argparse._SubParsersAction[argparse.ArgumentParser]",
        name: str,
        run: Callable[[argparse.Namespace, Words], int],
        *,
        store: bool = True,
    ) -> argparse.ArgumentParser:
        about = words(f"cli.help_{run.__name__}")
        made = under.add_parser(name, help=about, description=about)
        made.set_defaults(command=run)
        if store:
            made.add_argument("--store", metavar="DIR", required=True, help=words("cli.store"))
        return made

    shown = command(commands, "demo", demo, store=False)
    shown.add_argument("--store", metavar="DIR", help=words("cli.store"))
    shown.add_argument("--size", type=_size, default=(1280, 800), help=words("cli.size"))
    shown.add_argument("--dark", action="store_true", help=words("cli.dark"))
    shown.add_argument("--debug-socket", metavar="PATH", help=argparse.SUPPRESS)
    till = command(commands, "register", register, store=False)
    till.add_argument("--config", default="/etc/open-pos/open-pos.toml", help=words("cli.config"))
    till.add_argument("--debug-socket", metavar="PATH", help=argparse.SUPPRESS)
    played = command(commands, "play", play_script)
    played.add_argument("script", help=words("cli.script"))

    _add_shop_commands(commands, command, words)
    _add_reading_commands(commands, command, words)
    return top


def _add_shop_commands(commands: Any, command: Any, words: Words) -> None:  # noqa: ANN401 - argparse's own
    own = commands.add_parser("shop", help=words("cli.help_shop"))
    owned = own.add_subparsers(required=True, metavar="DO")
    facts = command(owned, "set", set_shop)
    for name in ("name", "tax-number", "currency", "language", "basis"):
        facts.add_argument(f"--{name}", help=words(f"cli.shop_{name.replace('-', '_')}"))
    facts.add_argument("--address", action="append", help=words("cli.shop_address"))
    facts.add_argument("--footer", action="append", help=words("cli.shop_footer"))
    facts.add_argument("--cash-step", type=int, metavar="MINOR", help=words("cli.shop_cash_step"))
    tax = command(owned, "tax", define_tax)
    tax.add_argument("code", help=words("cli.tax_code"))
    tax.add_argument("name", help=words("cli.tax_name"))
    tax.add_argument("rate", help=words("cli.tax_rate"))
    tax.add_argument("--added", action="store_true", help=words("cli.tax_added"))

    staff = commands.add_parser("people", help=words("cli.help_people"))
    staffed = staff.add_subparsers(required=True, metavar="DO")
    person = command(staffed, "add", add_person)
    person.add_argument("--number", required=True, help=words("cli.person_number"))
    person.add_argument("--name", required=True, help=words("cli.person_name"))
    person.add_argument("--role", choices=people.ROLES, default="cashier", help=words("cli.role"))


def _add_reading_commands(commands: Any, command: Any, words: Words) -> None:  # noqa: ANN401 - argparse's own
    report = commands.add_parser("report", help=words("cli.help_report"))
    reported = report.add_subparsers(required=True, metavar="REPORT")
    of_day = command(reported, "day", report_day)
    of_day.add_argument("--day", metavar="ID", help=words("cli.day"))
    of_day.add_argument("--json", action="store_true", help=words("cli.json"))
    command(reported, "days", list_days)

    catalogue = commands.add_parser("catalogue", help=words("cli.help_catalogue"))
    catalogued = catalogue.add_subparsers(required=True, metavar="DO")
    taken = command(catalogued, "import", import_catalogue)
    taken.add_argument("file", help=words("cli.csv"))
    taken.add_argument("--dry-run", action="store_true", help=words("cli.dry_run"))
    taken.add_argument("--skip-bad", action="store_true", help=words("cli.skip_bad"))
    given = command(catalogued, "export", export_catalogue)
    given.add_argument("file", nargs="?", default="-", help=words("cli.csv"))

    journal = commands.add_parser("journal", help=words("cli.help_journal"))
    journaled = journal.add_subparsers(required=True, metavar="DO")
    command(journaled, "verify", verify_journal)
    out = command(journaled, "export", export_journal)
    out.add_argument("file", nargs="?", default="-", help=words("cli.jsonl"))
    into = command(journaled, "import", import_journal)
    into.add_argument("file", help=words("cli.jsonl"))
    anew = command(journaled, "rebuild", rebuild_journal)
    anew.add_argument("--check", action="store_true", help=words("cli.check"))


if __name__ == "__main__":
    sys.exit(main())
