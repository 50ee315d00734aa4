"""The SD card's image in the emulator: from power to the till, sizes, and what is written to the card."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PIL import Image

from tests.bench.report import Row, Section, not_measured
from tests.bench.run import ROOT, Progress, Run
from tests.bench.timing import times
from tests.image.card import Card
from tests.image.machine import Gone, Machine
from tests.image.shop import BARCODE, PREPARED, signed_in, sold_for_cash
from tests.image.till import Till

NAME: Final = "image"
BUILT: Final = ROOT / "build" / "image" / "debian-amd64"
_WITHOUT_TILL: Final = "systemd.mask=open-pos-x.service systemd.mask=open-pos-register.service"
_CARD: Final = "awk '{print $7}' /sys/block/vda/stat"
_LIGHT: Final = 160
"""The till's first page is light; the splash and a terminal are dark."""


def measure(run: Run) -> Section:
    about = "The twin of the card's image in QEMU, two emulated cores, no KVM."
    if not (BUILT / "open-pos.img").exists():
        return Section(NAME, about, (not_measured("everything", "no image; make image-twin"),))
    progress = Progress(NAME)
    card = Card(run.scratch / "card.img", BUILT / "open-pos.img")
    progress("the first start, which makes partitions")
    with _on(card, run) as machine:
        _until_light(machine)
        first_s = _since(machine)
        # As a person would switch it off, so that nothing is left for the next start to do.
        machine.sh("systemctl poweroff --no-block")
        machine.ended()
    tills: list[float] = []
    logins: list[float] = []
    for _ in range(run.size(3, 1)):
        progress("the till")
        with _on(card, run) as machine:
            _until_light(machine)
            tills.append(_since(machine))
        progress("a login")
        with _on(card, run, _WITHOUT_TILL) as machine:
            machine.sh("until systemctl -q is-active multi-user.target; do sleep 0.5; done")
            logins.append(_since(machine))
    till_s, login_s = sorted(tills)[len(tills) // 2], sorted(logins)[len(logins) // 2]
    idle, trading = _written(run, progress)
    progress.end()
    sizes = {
        name: (BUILT / name).stat().st_size / 1e6 for name in ("open-pos.img.zst", "open-pos.img")
    }
    rows = (
        Row(
            "power to the till on the screen",
            f"{till_s:.0f} s",
            f"the same system to where a login would be: {login_s:.0f} s",
            times(till_s / login_s),
        ),
        Row("the first start, with its partitions", f"{first_s:.0f} s"),
        Row("image, compressed", f"{sizes['open-pos.img.zst']:.0f} MB"),
        Row("image, on the card", f"{sizes['open-pos.img']:.0f} MB"),
        idle,
        trading,
    )
    return Section(NAME, about, rows)


def _written(run: Run, progress: Progress) -> tuple[Row, Row]:
    """What a till writes to its card when nobody comes, over ten minutes, and with each of twenty sales."""
    card = Card(run.scratch / "prepared.img", BUILT / "open-pos.img")
    card.write(1, "open-pos.toml", PREPARED.encode())
    till = Till(card, run.scratch / "shop")
    minutes, sales = run.size(10, 1), run.size(20, 2)
    try:
        till.switch_on()
        signed_in(till)
        time.sleep(60)
        progress("an idle time")
        before, began = _sectors(till), time.monotonic()
        time.sleep(minutes * 60)
        a_minute = (_sectors(till) - before) / ((time.monotonic() - began) / 60)
        progress("sales")
        before, began = _sectors(till), time.monotonic()
        for _ in range(sales):
            till.scans(BARCODE)
            sold_for_cash(till)
        took = (time.monotonic() - began) / 60
        a_sale = max(0.0, _sectors(till) - before - took * a_minute) / sales
    finally:
        till.pull_the_plug()
    idle_hour, hour = 60 * a_minute * 512 / 1e6, 60 * (a_minute + a_sale) * 512 / 1e6
    return (
        Row("written to the card in an idle hour", f"{idle_hour:.1f} MB", f"{minutes} minutes"),
        Row(
            "written in an hour of trading, 60 sales",
            f"{hour:.1f} MB",
            f"{sales} sales: {a_sale * 512 / 1000:.0f} kB each",
        ),
    )


def _sectors(till: Till) -> int:
    """So many of 512 bytes were written since it was switched on."""
    return int(till.sh(_CARD).split()[-1])


@contextmanager
def _on(card: Card, run: Run, words: str = "") -> Iterator[Machine]:
    machine = Machine(card, run.scratch / "machine", words=words)
    try:
        yield machine
    finally:
        if machine.is_on:
            machine.pull_the_plug()


def _until_light(machine: Machine, patience_s: float = 900) -> None:
    """Until there is something light on the screen: judged by pixels, since a log says nothing of them."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        if _brightness(machine.picture("now")) > _LIGHT:
            return
        time.sleep(0.5)
    raise Gone("the till did not come")


def _brightness(picture: Path) -> int:
    """Of the right half, from 0 to 255, at its lighter end."""
    with Image.open(picture) as opened:
        grey = opened.convert("L").crop((opened.width // 2, 0, opened.width, opened.height))
        counts = grey.histogram()
    left = grey.width * grey.height // 3
    for light in range(255, -1, -1):
        left -= counts[light]
        if left <= 0:
            return light
    return 0


def _since(machine: Machine) -> float:
    return time.monotonic() - machine.began
