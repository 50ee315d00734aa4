"""How the machine is, for the page "This register": sticks, bundles, update, support, light, backups."""

from pathlib import Path
from typing import Final

from appliance.hosts.fetching import FOLDER
from appliance.journal.wire import Offered
from appliance.machine.kit import Kit
from appliance.machine.sticks import StickFacts
from appliance.machine.updates import Bundle
from appliance.messages import (
    BackupsView,
    BundleView,
    MachineSeen,
    StickView,
    SupportView,
    UpdateView,
)
from appliance.store import backup, proof

_COARSE: Final = 1 << 20
"""In steps of so many bytes, so that not every written block is news."""


def seen(kit: Kit, folder: Path, served: tuple[Offered, ...] = (), *, watched: bool) -> MachineSeen:
    """All of it; what lies on the sticks, and at the LAN server (`served`), only if `watched`.

    Blocks for some milliseconds, longer on a slow stick.
    """
    sticks = kit.sticks.look()
    places = {one.place: one for one in sticks if one.place is not None} if watched else {}
    update, access = kit.updates.progress(), kit.support.state()
    return MachineSeen(
        sticks=tuple(_stick(one, folder, watched=watched) for one in sticks),
        bundles=(
            *(_bundle(one, places) for one in kit.updates.offered(places)),
            *(_served(one, folder) for one in served if watched),
        ),
        update=UpdateView()
        if update is None
        else UpdateView(
            update.state, update.percent, update.version, update.why, tuple(update.fields.items())
        ),
        support=SupportView()
        if access is None
        else SupportView(access.until_ms, access.user, access.password, access.addresses),
        brightness_percent=-1 if (light := kit.backlight.percent()) is None else light,
        backups=_backups(folder),
    )


def _stick(stick: StickFacts, folder: Path, *, watched: bool) -> StickView:
    count = 0
    if watched and stick.place is not None:
        made = proof.report(folder).made
        origin = "" if made is None else made.origin
        try:
            names = [file.name for file in stick.place.glob(f"open-pos-*{backup.SUFFIX}")]
        except OSError:
            names = []
        count = sum(f"-{origin}-" in name for name in names) if origin else 0
    return StickView(
        stick.device,
        stick.name,
        ready=stick.place is not None,
        read_only=stick.is_read_only,
        size_bytes=stick.size_bytes,
        free_bytes=stick.free_bytes // _COARSE * _COARSE,
        backups=count,
    )


def _bundle(bundle: Bundle, places: dict[Path, StickFacts]) -> BundleView:
    stick = places.get(bundle.path.parent)
    return BundleView(
        str(bundle.path),
        bundle.path.name,
        bundle.version,
        bundle.size_bytes,
        "" if stick is None else stick.name,
    )


def _served(offered: Offered, folder: Path) -> BundleView:
    path = str(folder / FOLDER / offered.file)
    return BundleView(path, offered.file, offered.version, offered.size, sha256=offered.sha256)


def _backups(folder: Path) -> BackupsView:
    told = proof.state_in(folder)
    files = {"made_file": Path(told.made_file).name, "proven_file": Path(told.proven_file).name}
    return BackupsView(**(told._asdict() | files))
