"""Updates of the software: signed bundles (`*.raucb`) on a stick, and how the installation of one goes.

A bundle is called `open-pos-VERSION-TARGET.raucb`; the target is the kind of machine that it is for. Which one this is
stands in `/etc/open-pos-image`, as `OPEN_POS_TARGET="raspios-arm64"`; where there is no such file, nothing can be said.

`open-pos-update@<path>.service` installs a bundle into the other slot. It and `open-pos-health.service`, which judges
the new system after the restart, leave word in `update.json`:

    {"state": "installing", "percent": 40, "version": "1.2.3", "why": "", "fields": {}}

`state` is `installing`, `ready` (restart now), `failed`, `trying` (the new system is being judged), `kept` or
`returned` (it was not well, the old one is back); `why` is a problem's code and `fields` its values.
"""

import re
import shlex
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import msgspec

from appliance.machine import systemd

REPORT: Final = Path("run/open-pos-caretaker/update.json")
IMAGE: Final = Path("etc/open-pos-image")
UNIT: Final = "open-pos-update@{instance}.service"
SUFFIX: Final = ".raucb"
MOST_BYTES: Final = 1_500_000_000
"""No bundle is larger; one has about 390 MB."""

MAGIC: Final = b"hsqs"
"""How a bundle begins: it is a squashfs, with a signature behind it."""

_VERSION: Final = re.compile(
    r"[-_](?P<version>[0-9]+(?:\.[0-9]+)+[^-_]*)(?:[-_](?P<target>[A-Za-z0-9-]+))?"
)
_PLAIN: Final = re.compile(r"[A-Za-z0-9_+~-][A-Za-z0-9._+~-]{0,199}")
_MOST: Final = 20


class Bundle(NamedTuple):
    """A bundle that could be installed. `version` is what its name says, empty if it says nothing."""

    path: Path
    version: str
    size_bytes: int


class Image(NamedTuple):
    """The image that runs: its version, and the kind of machine that it is for."""

    version: str
    target: str


class Update(msgspec.Struct, frozen=True):
    """How an installation goes; see above."""

    state: str
    percent: int = 0
    version: str = ""
    why: str = ""
    fields: dict[str, str | int] = {}


_REPORTS: Final = msgspec.json.Decoder(Update)


class Updates(Protocol):
    """The updates of a machine."""

    def offered(self, places: Iterable[Path]) -> tuple[Bundle, ...]:
        """The bundles at the top of these folders, the newest name first."""
        ...

    def image(self) -> Image | None:
        """The image that runs; None where the program was installed in another way."""
        ...

    def progress(self) -> Update | None:
        """How the installation goes, or went since this start; None where there was none."""
        ...

    def install(self, bundle: Path) -> None:
        """Begin to install. Raises `MachineRefused`."""
        ...


class RealUpdates:
    """The updates of this machine."""

    def __init__(self, root: Path = Path("/")) -> None:
        """Nothing is looked at yet."""
        self._report = root / REPORT
        self._image = root / IMAGE

    def offered(self, places: Iterable[Path]) -> tuple[Bundle, ...]:
        """What lies on the sticks."""
        return found_in(places)

    def image(self) -> Image | None:
        """What the image says of itself."""
        try:
            said = shlex.split(self._image.read_text(encoding="utf-8"), comments=True)
        except (OSError, ValueError):
            return None
        told = dict(line.split("=", 1) for line in said if "=" in line)
        target = told.get("OPEN_POS_TARGET", "")
        return Image(told.get("OPEN_POS_VERSION", ""), target) if target else None

    def progress(self) -> Update | None:
        """What the caretaker says; what cannot be read is not said."""
        try:
            return _REPORTS.decode(self._report.read_bytes())
        except (OSError, msgspec.DecodeError):
            return None

    def install(self, bundle: Path) -> None:
        """Start the unit, and do not wait for its end."""
        instance = systemd.escaped_path(str(bundle))
        systemd.soon("start", UNIT.format(instance=instance))


class SimulatedUpdates:
    """Installs in ten seconds, and nothing changes."""

    TAKES_S: Final = 10.0

    def __init__(self) -> None:
        """Nothing was installed."""
        self._begun: float | None = None
        self._version = ""

    def offered(self, places: Iterable[Path]) -> tuple[Bundle, ...]:
        """What lies on the simulated stick, and one that is made up."""
        places = tuple(places)
        made_up = tuple(Bundle(place / f"open-pos-99.1{SUFFIX}", "99.1", 0) for place in places[:1])
        return found_in(places) or made_up

    def image(self) -> None:
        """There is none: only a stick brings software."""

    def progress(self) -> Update | None:
        """So far as the time says."""
        if self._begun is None:
            return None
        percent = int(100 * (time.monotonic() - self._begun) // self.TAKES_S)
        state = "installing" if percent < 100 else "ready"  # noqa: PLR2004 - all of it
        return Update(state, min(100, percent), self._version)

    def install(self, bundle: Path) -> None:
        """Begin."""
        self._begun, self._version = time.monotonic(), version_of(bundle)


def found_in(places: Iterable[Path]) -> tuple[Bundle, ...]:
    """The bundles at the top of these folders; a folder that cannot be read has none."""
    found = []
    for place in places:
        try:
            files = [file for file in place.iterdir() if file.suffix.lower() == SUFFIX]
            found += [Bundle(file, version_of(file), file.stat().st_size) for file in files]
        except OSError:
            continue
    # macOS leaves `._name` beside each file that it copies to a stick.
    real = [one for one in found if not one.path.name.startswith(".")]
    return tuple(sorted(real, key=lambda one: _order(one.version), reverse=True)[:_MOST])


def version_of(bundle: Path) -> str:
    """The version in a bundle's name: `1.2.3` of `open-pos-1.2.3.raucb` or `open-pos_1.2.3_arm64.raucb`."""
    found = _VERSION.search(bundle.stem)
    return found["version"] if found else ""


def target_of(bundle: Path) -> str:
    """The target in a bundle's name: `raspios-arm64` of `open-pos-1.2.3-raspios-arm64.raucb`; empty where none is."""
    found = _VERSION.search(bundle.stem)
    return (found["target"] or "") if found else ""


def is_plain(name: str) -> bool:
    """Whether a file of this name may lie in a folder of bundles: no path, nothing hidden, nothing odd."""
    return _PLAIN.fullmatch(name) is not None and name.endswith(SUFFIX)


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]+", version))
