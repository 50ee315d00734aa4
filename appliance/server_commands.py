"""What the commands of `open-pos server` do. Flask and gunicorn are loaded by these only: a register needs neither."""

import argparse
import contextlib
import getpass
import json
import sys
from pathlib import Path
from typing import Final

import segno
from msgspec.structs import asdict, replace

from appliance import config, whole_file
from appliance.clock import Clock, SystemClock
from appliance.commands import NoSuchFile
from appliance.demo_shop import open_demo_shop
from appliance.demo_shop.trade import trade_demo_days
from appliance.demo_shop.weeks import live_demo_weeks
from appliance.problems import Refusal
from appliance.services import people, start_code
from appliance.services.desk import Desk
from appliance.store.opened import AnyShelf
from appliance.store.shelf import DiskLimits
from appliance.words import Words

_CONFIG: Final = "/etc/open-pos/open-pos.toml"
_MB: Final = 1024 * 1024
_DEMO: Final = Path.home() / ".local" / "share" / "open-pos" / "demo-server"


def serve(chosen: argparse.Namespace, words: Words) -> int:
    """The LAN server, until it is told to end."""
    from appliance.lan_server import runner, station  # noqa: PLC0415 - see above

    loaded = _configured(chosen)
    store = loaded.store
    setting = station.Setting(
        store=Path(store.folder),
        limits=DiskLimits(store.warn_mb * _MB, store.stop_mb * _MB, store.ballast_mb * _MB),
        port=loaded.server.port,
        name=loaded.server.name,
        announce=loaded.server.announce,
        database=loaded.server.database,
        acts=asdict(loaded.acts),
        fill=_fill_demo if chosen.demo else None,
    )

    def tell(no: Refusal) -> None:
        sys.stderr.write(f"{words.problem(no.code, no.fields)} ({no.code})\n")
        sys.stderr.flush()

    def ready(url: str) -> None:
        print(words("cli.server_at", url=url), flush=True)

    return runner.run(loaded.server, setting, tell, ready)


def devices(chosen: argparse.Namespace, words: Words) -> int:
    """The devices that are let in, and when each was heard last."""
    from appliance.lan_server import console  # noqa: PLC0415 - see above

    for one in console.ask(Path(_configured(chosen).store.folder), {"do": "devices"}):
        never = words("cli.never_heard")
        heard = words("cli.heard_at", at_ms=one["heard_at_ms"]) if one["heard_at_ms"] else never
        print(f"{one['device']}\t{one['name']}\t{one['place']}\t{heard}")
    return 0


def revoke(chosen: argparse.Namespace, words: Words) -> int:
    """A device is let in no more."""
    from appliance.lan_server import console  # noqa: PLC0415 - see above

    question = {"do": "revoke", "device": chosen.origin, "why": chosen.why}
    console.ask(Path(_configured(chosen).store.folder), question)
    print(words("cli.done"))
    return 0


def code(chosen: argparse.Namespace, words: Words) -> int:
    """A code with which the first owner is made in the browser, or an owner sets a new password."""
    from appliance.lan_server import addresses, console  # noqa: PLC0415 - see above

    loaded = _configured(chosen)
    folder, port = Path(loaded.store.folder), loaded.server.port
    made = start_code.make(folder, SystemClock().now().at_ms)
    # One that runs may listen elsewhere than the file says.
    with contextlib.suppress(console.ServerNotRunning):
        port = console.ask(folder, {"do": "ping"})["port"]
    best = addresses.hosts(loaded.server.name)[0]
    print(words("cli.start_code", code=made, url=addresses.url(best, port)))
    return 0


def pair(chosen: argparse.Namespace, words: Words) -> int:
    """A code with which a register is let in, from the server that runs on this machine."""
    from appliance.lan_server import console  # noqa: PLC0415 - see above

    question = {
        "do": "pair",
        "name": chosen.device,
        "place": chosen.place,
        "replaces": chosen.replaces,
    }
    offer = console.ask(Path(_configured(chosen).store.folder), question)
    print(words("cli.pair_scan"))
    segno.make(offer["qr"], error="m", micro=False).terminal(compact=True)
    print(offer["qr"])
    code = offer["code"]
    print(
        words(
            "cli.pair_code", code=f"{code[:4]} {code[4:]}", host=offer["host"], port=offer["port"]
        )
    )
    print(words("cli.pair_until", until_ms=offer["until_ms"]))
    return 0


def invite(chosen: argparse.Namespace, words: Words) -> int:
    """Write a pairing code for this machine's own register, and a start code for the browser, into a file."""
    from appliance.lan_server import addresses, console  # noqa: PLC0415 - see above

    loaded = _configured(chosen)
    folder = Path(loaded.store.folder)
    offer = console.ask(folder, {"do": "pair", "name": "", "place": "till", "replaces": ""})
    mark, _, *rest = offer["qr"].split("/")
    told = {
        # The two are on one machine, whatever its address is tomorrow.
        "qr": "/".join((mark, "127.0.0.1", *rest)),
        "url": addresses.url(addresses.hosts(loaded.server.name)[0], offer["port"]),
        "code": start_code.make(folder, SystemClock().now().at_ms),
    }
    whole_file.write(Path(chosen.file), json.dumps(told).encode(), 0o640)
    print(words("cli.done"))
    return 0


def _configured(chosen: argparse.Namespace) -> config.Config:
    """The configuration, and what the command line says besides."""
    loaded = config.load(Path(chosen.config or _CONFIG))
    folder = chosen.store or (str(_DEMO) if chosen.demo and not chosen.config else None)
    if folder:
        loaded = replace(loaded, store=replace(loaded.store, folder=folder))
    server = loaded.server
    if chosen.port is not None:
        server = replace(server, port=chosen.port)
    if chosen.name is not None:
        server = replace(server, name=chosen.name)
    config.check_server(server, str(chosen.config or _CONFIG))
    return replace(loaded, server=server)


def _fill_demo(shelf: AnyShelf, clock: Clock) -> None:
    keeper = people.pins(shelf.db.folder)
    open_demo_shop(Desk(shelf.db, shelf.book(clock)), keeper)
    live_demo_weeks(shelf, keeper, clock.now().at_ms)
    trade_demo_days(shelf, clock.now().at_ms)


def recovery(chosen: argparse.Namespace, words: Words) -> int:
    """The server's keys as text that a passphrase opens."""
    from appliance.lan_server import recovery as copies  # noqa: PLC0415 - see above

    passphrase = _secret(words("cli.passphrase"))
    if sys.stdin.isatty() and passphrase != _secret(words("cli.passphrase_again")):
        sys.stderr.write(words("cli.passphrases_differ") + "\n")
        return 1
    print(copies.sealed(Path(_configured(chosen).store.folder), passphrase), end="")
    return 0


def recover(chosen: argparse.Namespace, words: Words) -> int:
    """A new machine becomes the server whose keys these are."""
    from appliance.lan_server import recovery as copies  # noqa: PLC0415 - see above

    file = Path(chosen.file)
    if not file.is_file():
        raise NoSuchFile(file=chosen.file)
    text = file.read_text(encoding="ascii", errors="replace")
    copies.put_back(Path(_configured(chosen).store.folder), text, _secret(words("cli.passphrase")))
    print(words("cli.done"))
    return 0


def _secret(question: str) -> str:
    """Asked for on a terminal, else the next line of the standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(question)
    return sys.stdin.readline().strip()
