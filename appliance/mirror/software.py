"""The paired server as a source of software: a connection of its own, so that the mirror's never waits for a bundle."""

from collections.abc import Callable
from pathlib import Path

from appliance.mirror import paired
from appliance.mirror.https_link import HttpsLink, trusting
from appliance.mirror.link import NotPaired, ServerAway
from appliance.mirror.paired import PairingDamaged


def connected(store: Path, where: Callable[[], tuple[str, int] | None]) -> HttpsLink:
    """A link to the server with which the register of this store is paired. Nothing is asked yet; blocks for the disk.

    `where` tells at which address and port the mirror finds it now. Raises `ServerAway` where it finds none,
    `NotPaired`, `PairingDamaged`.
    """
    pairing, at = paired.read(store), where()
    if pairing is None:
        raise NotPaired(why="no server is paired")
    if at is None:
        raise ServerAway(why="not connected")
    try:
        context = trusting(pairing.authority, pairing.certificate, pairing.key)
    except ValueError as why:
        raise PairingDamaged(path=str(store), why=str(why)) from why
    return HttpsLink(*at, context)


__all__ = ["connected"]
