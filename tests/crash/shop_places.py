"""The machines of `shop.py`: their disks, with copies of them, and the processes of registers."""

import shutil
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

from appliance.store.incarnation import FILE
from tests.crash import shop_judge
from tests.crash.shop_register import Order, live

CONFIG: Final = """
[store]
folder = "{store}"
warn_mb = 2
stop_mb = 1
ballast_mb = 1

[[device]]
name = "scanner"
kind = "scanner"
type = "simulated"

[[device]]
name = "printer"
kind = "printer"
type = "simulated"
options = {{ columns = 42 }}

[[device]]
name = "drawer"
kind = "drawer"
type = "simulated"
"""
_CONTEXT: Final = get_context("forkserver")


@dataclass
class Place:
    """A machine of the shop: its disk, and copies of it."""

    name: str
    store: Path
    copies: list[Path] = field(default_factory=list)

    def keep_a_copy(self) -> None:
        """As an image of the disk; nothing runs on it."""
        copy = self.store.with_name(f"{self.name}-copy-{len(self.copies)}")
        shutil.copytree(self.store, copy, ignore=_passing)
        self.copies.append(copy)

    def lay_out(self) -> None:
        """What is on its disk beside `store`, whose own disk may vanish."""
        shutil.copytree(self.store, self.store.with_suffix(".found"), ignore=_passing)

    def put_back(self, copy: Path, *, noticed: bool) -> None:
        """The older disk; or only the database, which the file beside it gives away."""
        beside = (self.store / FILE).read_bytes()
        for one in self.store.iterdir():
            shutil.rmtree(one) if one.is_dir() else one.unlink()
        shutil.copytree(copy, self.store, dirs_exist_ok=True)
        if noticed:
            (self.store / FILE).write_bytes(beside)


@dataclass
class Register(Place):
    """A register and whoever works at it. `address` is where it finds the server."""

    network: str = ""
    address: str = "127.0.0.1"
    process: BaseProcess | None = None

    @property
    def config(self) -> Path:
        return self.store.with_suffix(".toml")

    @property
    def done(self) -> set[int]:
        """What its cashier saw paid."""
        return shop_judge.acknowledged(self.config.with_suffix(".done"))

    def start(self, first: int, sales: int, pace_s: float, code: str = "") -> None:
        # So that a register starts at once.
        _CONTEXT.set_forkserver_preload(["tests.crash.shop_register"])
        order = Order(self.config, first, sales, pace_s, self.network, code)
        self.process = _CONTEXT.Process(target=live, args=(order,), daemon=True)
        self.process.start()

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.process = None

    def said(self, kind: str) -> str:
        """What it wrote into one of its files."""
        file = self.config.with_suffix(kind)
        return file.read_text(errors="replace") if file.exists() else ""


def _passing(_folder: str, names: list[str]) -> set[str]:
    """What is not worth to be kept."""
    return {name for name in names if name in {"server.sock", "filler", "ballast"}}
