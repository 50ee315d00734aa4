"""Which configured device the scanner is that was just paired: by the device itself, not by what names it."""

import os
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from appliance.config import DeviceConfig
from drivers.input_devices import InputDevice, Match, find_candidates
from drivers.scanner._pairing import Found

_TYPING: Final = {("scanner", "evdev"), ("badge", "keyboard")}
_MATCH_KEYS: Final = frozenset(Match.__struct_fields__)


class Known(msgspec.Struct, frozen=True):
    """`used_by` is the scanner that is configured and is this one; empty for a new one.

    `also_fits` is a device whose configuration fits this one and another one too, so that it must be set up anew.
    """

    used_by: str = ""
    also_fits: str = ""


def known(
    found: Found,
    configured: Iterable[DeviceConfig],
    candidates: Iterable[InputDevice] | None = None,
) -> Known:
    """What is known of a paired scanner. `candidates` are the devices that type, by default those plugged in."""
    devices = tuple(configured)
    if found.type == "evdev":
        plugged = tuple(find_candidates() if candidates is None else candidates)
        return _typing(found.node, devices, plugged)
    for device in devices:
        port = device.options.get("port")
        if device.kind == "scanner" and port and os.path.realpath(str(port)) == found.node:
            return Known(used_by=device.name)
    return Known()


def _typing(
    node: str, configured: tuple[DeviceConfig, ...], plugged: tuple[InputDevice, ...]
) -> Known:
    """A configuration that fits several devices means the one that no other configuration claims for itself."""
    typing = [one for one in configured if (one.kind, one.type) in _TYPING]
    fitting = {one.name: _nodes(one.options, plugged) for one in typing}
    claimed = frozenset().union(*(nodes for nodes in fitting.values() if len(nodes) == 1))
    also_fits = ""
    for device in sorted(typing, key=lambda one: len(fitting[one.name])):
        nodes = fitting[device.name]
        if node not in nodes:
            continue
        if device.kind == "scanner" and (nodes == {node} or nodes - claimed == {node}):
            return Known(used_by=device.name)
        also_fits = also_fits or device.name
    if also_fits:
        return Known(also_fits=also_fits)
    # One for which nothing was chosen yet is meant, too.
    unchosen = (one.name for one in typing if one.kind == "scanner" and not _match(one.options))
    return Known(used_by=next(unchosen, ""))


def _nodes(options: Mapping[str, Any], plugged: tuple[InputDevice, ...]) -> frozenset[str]:
    match = Match(**_match(options))
    return frozenset(device.node for device in plugged if match.fits(device))


def _match(options: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in options.items() if key in _MATCH_KEYS and value}
