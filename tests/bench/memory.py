"""What a register on a large catalogue holds in memory, in a process of its own that scans and searches."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from appliance.clock import SystemClock
from appliance.messages import Scan, Search, ShowCategory, SignIn, TenderCash
from appliance.register import Register
from appliance.store.shelf import Shelf
from tests.bench import shop
from tests.bench.report import Row
from tests.bench.run import ROOT, Progress, Run

TARGET_KB: Final = 200 * 1024


def rows(run: Run, store: Path, progress: Progress) -> list[Row]:
    progress("memory without a screen")
    command = (sys.executable, "-m", "tests.bench.memory", str(run.copy(store)))
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)
    return [
        Row(
            "memory of the register, without a screen, after scans and searches",
            f"{found['now_kb'] / 1024:.0f} MB, at most {found['peak_kb'] / 1024:.0f} MB",
            f"Python with the same imports: {found['imported_kb'] / 1024:.0f} MB",
            target="< 200 MB",
            met=found["peak_kb"] < TARGET_KB,
        )
    ]


def now_kb(process: str = "self") -> int:
    return _status("VmRSS", process)


def peak_kb(process: str = "self") -> int:
    return _status("VmHWM", process)


def _status(name: str, process: str) -> int:
    status = Path("/proc", process, "status").read_text(encoding="utf-8")
    found = re.search(rf"^{name}:\s*(\d+) kB", status, re.MULTILINE)
    assert found is not None, status
    return int(found[1])


def _work(folder: Path) -> None:
    """Two hundred sales and six hundred searches."""
    imported_kb = now_kb()
    shelf = Shelf(folder)
    register = Register(shelf, SystemClock(always_ok=True), shop.NoDevices(), lambda _shown: None)
    register.handle(SignIn(employee="1", pin=shop.PIN))
    chance = random.Random(8)
    samples = shelf.db.sql(
        "SELECT b.code, p.name FROM barcode AS b JOIN product AS p ON p.id = b.product "
        "WHERE p.num % 401 = 0"
    )
    for _ in range(200):
        for code, name in chance.choices(samples, k=shop.LINES):
            register.handle(Scan(text=code))
            if chance.random() < 0.2:
                for length in (1, 2, 3):
                    register.handle(Search(text=name[:length]))
        register.handle(TenderCash(amount_minor=shop.CASH_MINOR))
        register.handle(ShowCategory())
    print(json.dumps({"imported_kb": imported_kb, "now_kb": now_kb(), "peak_kb": peak_kb()}))
    register.close()


if __name__ == "__main__":
    _work(Path(sys.argv[1]))
