"""The `open-pos` command line. Each command calls one function; what it says comes from `strings/`."""

import argparse
import contextlib
import functools
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

import drivers
from appliance import (
    __version__,
    backup_commands,
    caretaker,
    config,
    first_start_commands,
    recorder_commands,
    rescue,
    server_commands,
    station,
    wage_commands,
)
from appliance import commands as do
from appliance import doctor as doctor_of
from appliance.bench import Bench
from appliance.clock import SystemClock
from appliance.messages import Command
from appliance.paper import SIZES
from appliance.problems import Refusal, as_line
from appliance.services import people
from appliance.words import Words
from drivers.display import second_screen

_CONFIG: Final = "/etc/open-pos/open-pos.toml"
_REFUSED: Final = 2
_STOPPED: Final = 130
_START_ANEW: Final = 75
"""The register ended to begin with another store (EX_TEMPFAIL): the service manager starts it again."""
_SIZE_PARTS: Final = 2
_OWN_ARGUMENTS: Final = {"caretaker": caretaker.main, "rescue": rescue.main}
"""Commands that read their own arguments; `entry.py` begins them before this file is loaded."""
BENCH_WIDTH: Final = 360
"""How wide the demo's bench is, beside the register; on large displays it grows with everything else."""


class NoSecondScreen(Refusal):
    """The configuration at `path` has no second screen."""

    code = "no_second_screen"


class SecondScreenNeedsX(Refusal):
    """The till draws without an X server, by the configuration at `path`: then no other program can draw."""

    code = "second_screen_needs_x"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 found something wrong, 2 refused, 130 stopped."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] and given[0] in _OWN_ARGUMENTS:
        return _OWN_ARGUMENTS[given[0]](given[1:])
    words = Words(os.environ.get("LANG", "en")[:2])
    chosen = _parser(words).parse_args(given)
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
    name = "demo-fresh" if chosen.fresh else "demo"
    folder = chosen.store or str(Path.home() / ".local" / "share" / "open-pos" / name)
    chosen_config = config.Config(
        store=config.StoreConfig(folder=folder, warn_mb=20, stop_mb=5, ballast_mb=1),
        screen=config.ScreenConfig(
            width=width,
            height=height,
            fullscreen=False,
            dark=chosen.dark,
            timeclock=chosen.timeclock,
        ),
    )
    if station.run_demo(chosen_config, _screen(chosen, words), fresh=chosen.fresh):
        # Nobody else would start it again.
        os.execv(sys.executable, [sys.executable, "-m", "appliance", *sys.argv[1:]])  # noqa: S606
    return 0


def register(chosen: argparse.Namespace, words: Words) -> int:
    """The register itself. A file that cannot be used is said on the screen too, which is all that a shop has."""
    file = Path(chosen.config)
    try:
        loaded = config.load(file)
    except config.BadConfiguration as why:
        _say(sentence(why, words))
        if chosen.end_when_refused:
            _say(as_line(why))
            return _REFUSED
        station.show_refusal(why, _screen(chosen, words))
        return _REFUSED
    if chosen.timeclock:
        loaded = replace(loaded, screen=replace(loaded.screen, timeclock=True))
    if chosen.turned:
        loaded = replace(loaded, screen=turned_by_x(loaded.screen))
    begins_anew = station.run_register(
        loaded, _screen(chosen, words), file, end_when_refused=chosen.end_when_refused
    )
    return _START_ANEW if begins_anew else 0


def doctor(chosen: argparse.Namespace, words: Words) -> int:
    """The self-test on a terminal."""
    file = config.load(Path(chosen.config))
    look = station.machine_of(file, SystemClock()).look
    hands = not chosen.no_hands and sys.stdin.isatty()
    return 1 if doctor_of.run(file, look, words, hands=hands) else 0


def customer(chosen: argparse.Namespace, words: Words) -> int:
    """The second screen, towards the customer."""
    del words
    # Kivy, as for the till's own screen.
    from kiosk_ui.customer.configured import run_configured  # noqa: PLC0415

    file = Path(chosen.config)
    run_configured(lambda: second_screen_of(config.load(file), file), chosen.size)
    return 0


def second_screen_of(shop: config.Config, file: Path) -> second_screen.Options:
    """The settings of the first second screen. Raises `NoSecondScreen` and `SecondScreenNeedsX`."""
    if shop.screen.driver == "kmsdrm":
        raise SecondScreenNeedsX(path=str(file))
    for device in shop.device:
        if (device.kind, device.type) == ("display", "second_screen"):
            found = drivers.options_for(second_screen, device.options)
            assert isinstance(found, second_screen.Options)
            return found
    raise NoSecondScreen(path=str(file))


def turned_by_x(screen: config.ScreenConfig) -> config.ScreenConfig:
    """What the till itself does for a screen that the X server turns: nothing, but where there is no such server."""
    return screen if screen.driver == "kmsdrm" else replace(screen, rotation=0)


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
            without_x=screen.driver == "kmsdrm",
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


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _size(text: str) -> tuple[int, int]:
    parts = text.lower().split("x")
    if len(parts) != _SIZE_PARTS or not all(part.isdigit() for part in parts):
        message = f"expected a size like 1280x800, got {text!r}"
        raise argparse.ArgumentTypeError(message)
    return int(parts[0]), int(parts[1])


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        message = f"expected a number from 1 on, got {text!r}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


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
    shown.add_argument("--timeclock", action="store_true", help=words("cli.timeclock"))
    shown.add_argument("--fresh", action="store_true", help=words("cli.fresh"))
    shown.add_argument("--dark", action="store_true", help=words("cli.dark"))
    shown.add_argument("--debug-socket", metavar="PATH", help=argparse.SUPPRESS)
    till = command(commands, "register", register, store=False)
    till.add_argument("--config", default=_CONFIG, help=words("cli.config"))
    till.add_argument("--timeclock", action="store_true", help=words("cli.timeclock"))
    till.add_argument("--end-when-refused", action="store_true", help=words("cli.end_when_refused"))
    till.add_argument("--turned", action="store_true", help=words("cli.turned"))
    till.add_argument("--debug-socket", metavar="PATH", help=argparse.SUPPRESS)
    towards = command(commands, "customer", customer, store=False)
    towards.add_argument("--config", default=_CONFIG, help=words("cli.config"))
    towards.add_argument("--size", type=_size, help=words("cli.customer_size"))
    watched = command(commands, "recorder", recorder_commands.recorder, store=False)
    watched.add_argument("--config", default=_CONFIG, help=words("cli.config"))
    tested = command(commands, "doctor", doctor, store=False)
    tested.add_argument("--config", default=_CONFIG, help=words("cli.config"))
    tested.add_argument("--no-hands", action="store_true", help=words("cli.doctor_no_hands"))
    played = command(commands, "play", do.play_script)
    played.add_argument("script", help=words("cli.script"))
    played.add_argument("--demo", action="store_true", help=words("cli.demo"))
    played.add_argument("--config", help=words("cli.config"))

    for name in _OWN_ARGUMENTS:
        commands.add_parser(name, help=words(f"cli.help_{name}"))
    begun = command(commands, "first-start", first_start_commands.first_start, store=False)
    begun.add_argument("--file", metavar="FILE", required=True, help=words("cli.first_start_file"))
    begun.add_argument("--config", default=_CONFIG, help=words("cli.config"))
    begun.add_argument("--store", metavar="DIR", help=words("cli.store"))
    begun.add_argument("--check", action="store_true", help=words("cli.first_start_check"))

    _add_server_commands(commands, command, words)
    _add_shop_commands(commands, command, words)
    _add_reading_commands(commands, command, words)
    _add_backup_commands(commands, command, words)
    return top


def _add_server_commands(commands: Any, command: Any, words: Words) -> None:  # noqa: ANN401 - argparse's own
    def placed(parser: argparse.ArgumentParser, default: object) -> None:
        parser.add_argument("--config", default=default, help=words("cli.config"))
        parser.add_argument("--store", default=default, metavar="DIR", help=words("cli.store"))

    served = command(commands, "server", server_commands.serve, store=False)
    placed(served, None)
    served.add_argument("--port", type=int, metavar="N", help=words("cli.server_port"))
    served.add_argument("--name", help=words("cli.server_name"))
    served.add_argument("--demo", action="store_true", help=words("cli.server_demo"))
    asked = served.add_subparsers(metavar="DO")
    pair = command(asked, "pair", server_commands.pair, store=False)
    # What was said before the word `pair` counts too: no default of its own.
    placed(pair, argparse.SUPPRESS)
    pair.add_argument("--name", dest="device", default="", help=words("cli.pair_name"))
    pair.add_argument(
        "--place", choices=("till", "door"), default="till", help=words("cli.pair_place")
    )
    pair.add_argument("--replaces", default="", metavar="ORIGIN", help=words("cli.pair_replaces"))
    placed(command(asked, "devices", server_commands.devices, store=False), argparse.SUPPRESS)
    out = command(asked, "revoke", server_commands.revoke, store=False)
    placed(out, argparse.SUPPRESS)
    out.add_argument("origin", help=words("cli.revoke_origin"))
    out.add_argument("--why", default="", help=words("cli.revoke_why"))
    own = command(asked, "invite", server_commands.invite, store=False)
    placed(own, argparse.SUPPRESS)
    own.add_argument("file", help=words("cli.invite_file"))
    placed(command(asked, "code", server_commands.code, store=False), argparse.SUPPRESS)
    placed(command(asked, "recovery", server_commands.recovery, store=False), argparse.SUPPRESS)
    back = command(asked, "recover", server_commands.recover, store=False)
    placed(back, argparse.SUPPRESS)
    back.add_argument("file", help=words("cli.recover_file"))


def _add_shop_commands(commands: Any, command: Any, words: Words) -> None:  # noqa: ANN401 - argparse's own
    own = commands.add_parser("shop", help=words("cli.help_shop"))
    owned = own.add_subparsers(required=True, metavar="DO")
    facts = command(owned, "set", do.set_shop)
    for name in ("name", "tax-number", "currency", "language", "basis"):
        facts.add_argument(f"--{name}", help=words(f"cli.shop_{name.replace('-', '_')}"))
    facts.add_argument("--address", action="append", help=words("cli.shop_address"))
    facts.add_argument("--footer", action="append", help=words("cli.shop_footer"))
    facts.add_argument("--cash-step", type=int, metavar="MINOR", help=words("cli.shop_cash_step"))
    tax = command(owned, "tax", do.define_tax)
    tax.add_argument("code", help=words("cli.tax_code"))
    tax.add_argument("name", help=words("cli.tax_name"))
    tax.add_argument("rate", help=words("cli.tax_rate"))
    tax.add_argument("--added", action="store_true", help=words("cli.tax_added"))

    staff = commands.add_parser("people", help=words("cli.help_people"))
    staffed = staff.add_subparsers(required=True, metavar="DO")
    person = command(staffed, "add", do.add_person)
    person.add_argument("--number", required=True, help=words("cli.person_number"))
    person.add_argument("--name", required=True, help=words("cli.person_name"))
    person.add_argument("--role", choices=people.ROLES, default="cashier", help=words("cli.role"))


def _add_reading_commands(commands: Any, command: Any, words: Words) -> None:  # noqa: ANN401 - argparse's own
    report = commands.add_parser("report", help=words("cli.help_report"))
    reported = report.add_subparsers(required=True, metavar="REPORT")
    of_day = command(reported, "day", do.report_day)
    of_day.add_argument("--day", metavar="ID", help=words("cli.day"))
    of_day.add_argument("--json", action="store_true", help=words("cli.json"))
    command(reported, "days", do.list_days)
    owed = command(reported, "wages", wage_commands.report_wages)
    owed.add_argument("--employee", metavar="NUMBER", help=words("cli.wages_employee"))
    owed.add_argument("--csv", metavar="FILE", help=words("cli.wages_csv"))
    owed.add_argument("--pdf", metavar="FILE", help=words("cli.wages_pdf"))
    labour = command(reported, "labour", wage_commands.report_labour)
    labour.add_argument("--pdf", metavar="FILE", help=words("cli.labour_pdf"))
    for made in (owed, labour):
        made.add_argument("--from", required=True, metavar="DAY", help=words("cli.wages_from"))
        made.add_argument("--to", required=True, metavar="DAY", help=words("cli.wages_to"))
        made.add_argument("--json", action="store_true", help=words("cli.json"))
        made.add_argument("--force", action="store_true", help=words("cli.force"))
        made.add_argument("--paper", choices=SIZES, default="a4", help=words("cli.wages_paper"))

    catalogue = commands.add_parser("catalogue", help=words("cli.help_catalogue"))
    catalogued = catalogue.add_subparsers(required=True, metavar="DO")
    taken = command(catalogued, "import", do.import_catalogue)
    taken.add_argument("file", help=words("cli.csv"))
    taken.add_argument("--dry-run", action="store_true", help=words("cli.dry_run"))
    taken.add_argument("--skip-bad", action="store_true", help=words("cli.skip_bad"))
    given = command(catalogued, "export", do.export_catalogue)
    given.add_argument("file", nargs="?", default="-", help=words("cli.csv"))

    labels = command(commands, "labels", do.make_labels)
    labels.add_argument("file", help=words("cli.labels_file"))
    labels.add_argument("barcode", nargs="*", help=words("cli.labels_barcode"))
    labels.add_argument("--sheet", default="L7160", help=words("cli.labels_sheet"))
    labels.add_argument("--start", type=int, default=1, help=words("cli.labels_start"))

    journal = commands.add_parser("journal", help=words("cli.help_journal"))
    journaled = journal.add_subparsers(required=True, metavar="DO")
    command(journaled, "verify", do.verify_journal)
    out = command(journaled, "export", do.export_journal)
    out.add_argument("file", nargs="?", default="-", help=words("cli.jsonl"))
    into = command(journaled, "import", do.import_journal)
    into.add_argument("file", help=words("cli.jsonl"))
    anew = command(journaled, "rebuild", do.rebuild_journal)
    anew.add_argument("--check", action="store_true", help=words("cli.check"))


def _add_backup_commands(commands: Any, command: Any, words: Words) -> None:  # noqa: ANN401 - argparse's own
    saved = command(commands, "backup", backup_commands.make_backup, store=False)
    saved.add_argument("target", nargs="?", help=words("cli.backup_target"))
    saved.add_argument("--store", metavar="DIR", help=words("cli.store"))
    saved.add_argument("--config", metavar="FILE", help=words("cli.backup_config"))
    saved.add_argument("--usb", action="store_true", help=words("cli.backup_usb"))
    saved.add_argument(
        "--recipient", action="append", metavar="KEY", help=words("cli.backup_recipient")
    )
    saved.add_argument("--keep", type=_count, metavar="N", default=0, help=words("cli.backup_keep"))
    saved.add_argument("--proven", action="store_true", help=words("cli.backup_proven"))
    saved.add_argument("--nightly", action="store_true", help=words("cli.backup_nightly"))
    saved.add_argument("--prove", action="store_true", help=words("cli.backup_prove"))
    saved.add_argument("--identity", metavar="FILE", help=words("cli.backup_identity"))
    saved.add_argument("--new-key", metavar="FILE", help=words("cli.backup_new_key"))
    back = command(commands, "restore", backup_commands.restore_backup)
    back.add_argument("backup", help=words("cli.restore_backup"))
    back.add_argument("--identity", metavar="FILE", help=words("cli.backup_identity"))
    back.add_argument("--dry-run", action="store_true", help=words("cli.dry_run"))


if __name__ == "__main__":
    sys.exit(main())
