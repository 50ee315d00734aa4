"""A whole shop in processes of its own, and everything that can happen to it.

    python -m tests.crash.shop FOLDER --seed N --rounds N [--pace SECONDS]

A server and two registers under load; each is killed, frozen, restored from older copies, its disk is full, its cable
is pulled out. Prints one JSON object at the end: what happened, and what is `wrong`; `verdict.json` in the folder has
more, and the stores lie beside as `*.found`. Where it is process 1 of namespaces of its own (`test_shop.py` sees to
that), the network and the small disks are real ones of Linux, and vanish with it; elsewhere there are no cuts and no
full disks.
"""

import argparse
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from appliance.clock import SystemClock
from appliance.journal.entry import ORIGIN_LETTERS
from appliance.journal.kinds import NewProduct, ProductsAdded
from appliance.lan_server.console import ServerNotRunning
from appliance.mirror import https_link
from appliance.store.shelf import Shelf
from tests.appliance.counter import set_up_shop
from tests.appliance.lan_server.serving import Refused, Server
from tests.appliance.trading import ROOMY
from tests.crash import shop_judge
from tests.crash.shop_ledger import Ledger
from tests.crash.shop_office import Office
from tests.crash.shop_places import CONFIG, Place, Register
from tests.crash.shop_register import NAME, TOKEN
from tests.ports import free_port

DISK_MB: Final = 400
PATIENCE_S: Final = 240.0
PUT_RIGHT_S: Final = 12.0
SERIALS: Final = 4000
"""How many sales one life of a register may make."""


class Wrong(Exception):
    """Something that must never happen."""


class Shop:
    """The server, two registers, and an office that changes prices over the network."""

    def __init__(
        self, folder: Path, chance: random.Random, pace_s: float, *, is_alone: bool
    ) -> None:
        self.folder, self.chance, self.pace_s, self.is_alone = folder, chance, pace_s, is_alone
        self.place = Place("server", folder / "server")
        self.server = Server(self.place.store, free_port())
        self.registers = [Register(name, folder / name) for name in ("one", "two")]
        self.places = (self.place, *self.registers)
        self.began = time.monotonic()
        self.lives = itertools.count()
        self.counts: Counter[str] = Counter()
        self.undo: dict[str, Callable[[], None]] = {}
        self.ledger = Ledger(self.place, self.registers, folder / "office")

    # ------------------------------------------------------------------ opening

    def open(self) -> None:
        """Pair everybody, each on a disk and with a cable of its own."""
        for number, place in enumerate(self.places):
            place.store.mkdir()
            if self.is_alone:
                run("mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "none", str(place.store))
            if isinstance(place, Register):
                place.config.write_text(CONFIG.format(store=place.store))
                if self.is_alone:
                    self._lay_cable(place, number)
        shelf = Shelf(self.registers[0].store, limits=ROOMY)
        set_up_shop(shelf)
        book = shelf.book(SystemClock())
        token = NewProduct(NAME, 1000, "A", unit="kilogram", barcodes=(f"0{TOKEN}",))
        book.record("", ProductsAdded((token,)))
        shelf.close()
        self.server.start()
        for register in self.registers:
            offer = self.server.offer(register.name)
            host = f"/{offer['host'].upper()}/"
            self._start(register, offer["qr"].replace(host, f"/{register.address}/", 1))
            self._wait(partial(_has_sold, register), "the first sale", sells=True)
            self._tell(f"{register.name} is paired")
        self.office = Office(self.folder, self.server)

    def _lay_cable(self, register: Register, number: int) -> None:
        net, here = f"net{number}", f"cable{number}"
        register.network, register.address = f"/run/netns/{net}", f"10.77.{number}.1"
        run("ip", "netns", "add", net)
        run("ip", "link", "add", here, "type", "veth", "peer", "name", "uplink", "netns", net)
        run("ip", "addr", "add", f"{register.address}/24", "dev", here)
        run("ip", "link", "set", here, "up")
        run("ip", "-n", net, "addr", "add", f"10.77.{number}.2/24", "dev", "uplink")
        run("ip", "-n", net, "link", "set", "uplink", "up")
        run("ip", "-n", net, "link", "set", "lo", "up")

    def _start(self, register: Register, code: str = "", sales: int = SERIALS) -> None:
        register.start(1 + next(self.lives) * SERIALS, sales, self.pace_s, code)

    # ------------------------------------------------------------------ what happens

    def one_thing(self) -> None:
        """Something happens, and perhaps something else ends."""
        self._look_after()
        if self.undo and self.chance.random() < 0.5:
            self.undo.pop(self.chance.choice(sorted(self.undo)))()
        happens = [
            (self.kill_register, 6),
            (self.kill_server, 5),
            (self.kill_all, 1),
            (self.edit, 4),
            (self.freeze, 1),
            (self.keep_copies, 2),
            (self.restore_server, 2),
            (self.restore_register, 2),
            *(((self.cut, 4), (self.fill, 3)) if self.is_alone else ()),
        ]
        things, weights = zip(*happens, strict=True)
        thing = self.chance.choices(things, weights)[0]
        self._tell(thing.__name__)
        thing()
        time.sleep(self.chance.uniform(0.05, 1.2))

    def kill_register(self) -> None:
        register = self.chance.choice(self.registers)
        self._stop(register)
        self.counts["registers killed"] += 1
        self._start(register)

    def kill_server(self) -> None:
        self._stop_server()
        time.sleep(self.chance.choice([0, 0, 1.5]))
        self._start_server()

    def kill_all(self) -> None:
        """The power fails in the whole shop."""
        for register in self.registers:
            self._stop(register)
            self.counts["registers killed"] += 1
        self._stop_server()
        self._start_server()
        for register in self.registers:
            self._start(register)

    def freeze(self) -> None:
        """The server answers nothing for a while, and all its connections stay."""
        assert self.server.process is not None
        group = self.server.process.pid
        os.killpg(group, signal.SIGSTOP)
        time.sleep(self.chance.uniform(0.2, 2))
        os.killpg(group, signal.SIGCONT)
        self.counts["freezes"] += 1

    def cut(self) -> None:
        number = self.chance.choice([1, 2])
        cable = f"cable{number}"
        run("ip", "link", "set", cable, "down")
        self.undo[cable] = lambda: run("ip", "link", "set", cable, "up")
        self.counts["cuts"] += 1

    def fill(self) -> None:
        """A disk is full, but for some bytes by chance."""
        place = self.chance.choice(self.places)
        filler = place.store / "filler"
        with suppress(OSError), filler.open("ab") as file:
            while True:
                file.write(bytes(1 << 16))
                file.flush()
        with suppress(OSError):
            os.truncate(
                filler,
                max(0, filler.stat().st_size - self.chance.choice([0, 0, 9, 99, 2000]) * 1024),
            )
        self.undo[f"full {place.name}"] = lambda: filler.unlink(missing_ok=True)
        self.counts["disks filled"] += 1

    def edit(self) -> None:
        """The server records something of its own, and the office a price."""
        name = f"office {self.counts['edits tried']}"
        self.counts["edits tried"] += 1
        letters = "".join(self.chance.choices(ORIGIN_LETTERS, k=4))
        try:
            self.server.pair(letters, name)
        except (ServerNotRunning, Refused) as no:
            if not self._is_full("server"):
                raise Wrong(f"the server pairs nobody: {no}") from no
        else:
            self.ledger.paired.add(name)
            self.counts["edits"] += 1
        self.office.change_price()

    def keep_copies(self) -> None:
        """Of one register's disk, and of the server's."""
        place = self.chance.choice(self.places)
        self._while_off(place, place.keep_a_copy)
        self.counts["copies"] += 1

    def restore_server(self) -> None:
        self._restore(self.place)

    def restore_register(self) -> None:
        self._restore(self.chance.choice(self.registers))

    def _restore(self, place: Place) -> None:
        if not place.copies or self._is_full(place.name):
            return
        noticed = self.chance.random() < 0.5
        copy = self.chance.choice(place.copies[-2:])
        if self.ledger.is_second_disaster(place, copy):
            self.counts["second disasters spared"] += 1
            return

        def put_back() -> None:
            before = self.ledger.held()
            place.put_back(copy, noticed=noticed)
            if isinstance(place, Register):
                place.config.with_suffix(".wary").touch()
            self.ledger.thrown_away(before)

        self._while_off(place, put_back)
        kind = "server" if place is self.place else "register"
        self.counts[f"{kind} restored {'noticed' if noticed else 'unnoticed'}"] += 1

    def _while_off(self, place: Place, work: Callable[[], None]) -> None:
        if isinstance(place, Register):
            self._stop(place)
            work()
            self._start(place)
        else:
            self._stop_server()
            work()
            self._start_server()

    # ------------------------------------------------------------------ parts

    def _tell(self, what: str) -> None:
        """For whoever watches a long run."""
        print(f"{time.monotonic() - self.began:.1f} s: {what}", file=sys.stderr, flush=True)

    def _stop(self, register: Register) -> None:
        """Kill it: whatever its cashier saw paid is on its disk, or was on one that was thrown away."""
        register.kill()
        if missing := self.ledger.misses(register):
            raise Wrong(f"{register.name}: killed, and lost {sorted(missing)}")

    def _stop_server(self) -> None:
        self.server.kill()
        self.counts["servers killed"] += 1

    def _start_server(self) -> None:
        try:
            self.server.start()
        except AssertionError as no:
            if not self._is_full("server"):
                raise Wrong(f"the server does not start: {no}") from no
            self.counts["no start on a full disk"] += 1
            self.server.kill()
            self.undo.pop("full server")()
            self.server.start()

    def _is_full(self, name: str) -> bool:
        return f"full {name}" in self.undo

    def _look_after(self) -> None:
        """Whoever ended by itself had a reason that is known, or is broken."""
        for register in self.registers:
            if register.process is not None and not register.process.is_alive():
                problem = register.said(".problem")
                full = problem.endswith("disk_full\n")
                if register.process.exitcode or not full:
                    raise Wrong(
                        f"{register.name} ended with {register.process.exitcode}: {problem}\n"
                        f"{register.said('.log')[-3000:]}"
                    )
                self.counts["no start on a full disk"] += 1
                self.undo.pop(f"full {register.name}", lambda: None)()
                self._start(register)
        process = self.server.process
        if process is not None and process.poll() is not None:
            if not self._is_full("server"):
                raise Wrong(f"the server ended: {self.server.log[-3000:]}")
            self._stop_server()
            self._start_server()

    # ------------------------------------------------------------------ the end

    def settle(self) -> None:
        """All is well again for as long as it takes: nobody sells, and registers start again where they ask for it."""
        for heal in self.undo.values():
            heal()
        self.undo.clear()
        for register in self.registers:
            self._stop(register)
        self.server.kill()
        self.server.start()
        for register in self.registers:
            self._start(register, sales=0)
        self._tell("settle")
        self._wait(self._is_settled, "equal journals")
        for register in self.registers:
            self._stop(register)
        self.server.kill()
        self.office.shelf.close()
        self._tell("settled")

    def _wait(self, condition: Callable[[], bool], what: str, *, sells: bool = False) -> None:
        until, put_right = time.monotonic() + PATIENCE_S, time.monotonic() + PUT_RIGHT_S
        while not condition():
            if time.monotonic() > until:
                behind = "" if sells else self._behind()
                raise Wrong(f"waited in vain for {what}: {behind}")
            if time.monotonic() > put_right and not sells:
                put_right = time.monotonic() + PUT_RIGHT_S
                for register in self.registers:
                    self._stop(register)
                    self._start(register, sales=0)
                self.counts["started again at the end"] += 1
            time.sleep(0.3)

    def _is_settled(self) -> bool:
        return self.office.errands() and not self._behind()

    def _behind(self) -> str:
        """Who holds another journal than the server."""
        theirs = shop_judge.heads(self.place.store)
        found = ""
        for name, store in self.ledger.stores.items():
            held = shop_judge.heads(store)
            if held != theirs:
                found += f"{name} {held} "
        return found and f"server {theirs} {found}"

    def verdict(self) -> list[str]:
        """What is wrong, after `settle`."""
        ledger, server = self.ledger, self.place.store
        there, heads = shop_judge.serials(server).keys(), shop_judge.heads(server)
        self.counts["sales acknowledged"] = len(ledger.sold)
        self.counts["sales lost with their disk"] = len(ledger.sold & ledger.maybe - there)
        self.counts["entries"], self.counts["origins"] = sum(heads.values()), len(heads)
        wrong = shop_judge.judge(ledger.stores, ledger.sold, ledger.paired, ledger.maybe)
        if unseen := ledger.apart - there - shop_judge.apart(server):
            wrong.append(f"neither sold nor in quarantine: {sorted(unseen, key=str)}")
        for register in self.registers:
            if defects := register.said(".defects"):
                wrong.append(f"{register.name}: defects {defects.split()}")
            if "Traceback" in register.said(".log"):
                wrong.append(f"{register.name}: {_traceback(register.said('.log'))}")
        if "Traceback" in self.server.log:
            wrong.append(f"server: {_traceback(self.server.log)}")
        return wrong


def _has_sold(register: Register) -> bool:
    return bool(register.done)


def run(*command: str) -> None:
    """A command of the system that must do."""
    subprocess.run(command, check=True, capture_output=True)


def _traceback(log: str) -> str:
    start = log.index("Traceback")
    return log[max(0, start - 300) : start + 3000]


def main(arguments: list[str]) -> int:
    """See above. The exit code is 0 where nothing is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--pace", type=float, default=0.1)
    chosen = parser.parse_args(arguments)
    is_alone = os.getpid() == 1
    if is_alone:
        run("ip", "link", "set", "lo", "up")
        # Where names of network namespaces lie: they shall vanish too.
        run("mount", "-t", "tmpfs", "none", "/run")
    https_link.READ_S = 4.0  # type: ignore[misc]
    shop = Shop(chosen.folder, random.Random(chosen.seed), chosen.pace, is_alone=is_alone)
    told: dict[str, Any] = {}
    try:
        shop.open()
        for number in range(chosen.rounds):
            shop.one_thing()
            if number % 20 == 19:
                shop._tell(f"{dict(shop.counts)}")
        shop.settle()
        told["wrong"] = shop.verdict()
    except Wrong as why:
        told["wrong"] = [str(why)]
    finally:
        for register in shop.registers:
            register.kill()
        shop.server.kill()
        for place in shop.places:
            # What small disks held vanishes with them.
            place.lay_out()
    told |= {
        "counts": dict(shop.counts),
        "sold": sorted(shop.ledger.sold),
        "paired": sorted(shop.ledger.paired),
        "maybe": sorted(shop.ledger.maybe, key=str),
    }
    (chosen.folder / "verdict.json").write_text(json.dumps(told))
    print(json.dumps(told["counts"] | {"wrong": told["wrong"]}))
    return 1 if told["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
