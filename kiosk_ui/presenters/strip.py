"""The strip along the top, and the sheet behind it: devices, disk, clock, LAN server, in words."""

from collections.abc import Mapping
from typing import Final

import msgspec

from appliance.messages import (
    DeviceSetupView,
    DeviceState,
    DeviceView,
    FindingView,
    SessionView,
    SignOut,
    StatusView,
)
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.base import Presenter
from kiosk_ui.presenters.formats import Formats, initials

ICONS: Final[Mapping[str, str]] = {
    "scanner": "barcode-scan",
    "badge": "badge-account-outline",
    "printer": "printer-outline",
    "drawer": "cash-register",
    "scale": "scale",
    "terminal": "credit-card-outline",
    "display": "monitor",
    "label": "label-outline",
    "beeper": "volume-high",
    "power": "flash-alert-outline",
    "temperature": "thermometer-alert",
    "network": "lan-disconnect",
    "disk_space": "harddisk",
    "disk_wear": "harddisk",
    "memory": "memory",
    "camera": "cctv",
    "disk": "harddisk",
    "clock": "clock-alert-outline",
    "mirror": "lan-connect",
}
COLOURS: Final[Mapping[DeviceState, str]] = {
    DeviceState.STARTING: "muted",
    DeviceState.OK: "brand_ink",
    DeviceState.BUSY: "brand_ink",
    DeviceState.TROUBLE: "amber_ink",
    DeviceState.ABSENT: "amber_ink",
}
BAD: Final = frozenset({DeviceState.TROUBLE, DeviceState.ABSENT})


class StatusIcon(msgspec.Struct, frozen=True):
    """One icon of the strip."""

    icon: str
    colour: str


class StatusRow(msgspec.Struct, frozen=True):
    """One thing in the sheet, with what is the matter and what to do."""

    icon: str
    colour: str
    name: str
    text: str
    text_colour: str = "muted"


class StripView(msgspec.Struct, frozen=True):
    """The strip and the sheet."""

    icons: tuple[StatusIcon, ...]
    has_trouble: bool
    all_well: bool
    trouble: str
    trouble_icon: str
    mirror: str
    mirror_colour: str
    has_mirror: bool
    clock: str
    initials: str
    person: str
    search_hint: str
    title: str
    rows: tuple[StatusRow, ...]
    scale: str
    has_scale: bool
    close: str


class _Trouble(msgspec.Struct, frozen=True):
    kind: str
    text: str


class StripPresenter(Presenter[StripView]):
    """Says how the register's surroundings are."""

    topics = (StatusView, SessionView)

    def open_search(self) -> None:
        """Look for a product by its name."""
        self.open_overlay(Overlay.SEARCH)

    def open_devices(self) -> None:
        """Show the sheet."""
        self.open_overlay(Overlay.DEVICES)

    def open_scale(self) -> None:
        """See the weight, set the scale to zero, take a container's weight off."""
        self.open_overlay(Overlay.SCALE)

    def close(self) -> None:
        """Close the sheet."""
        self.open_overlay(Overlay.NONE)

    def lock(self) -> None:
        """Lock the register. An open ticket stays."""
        self.send(SignOut())

    def draw(self) -> StripView:
        """The strip for now."""
        status, words = self.seen.status, self.words
        person = self.seen.session.employee if self.seen.session else None
        troubles = self._troubles()
        trouble = troubles[0].text if troubles else ""
        if len(troubles) > 1:
            trouble = words("status.more", trouble=trouble, n=len(troubles) - 1)
        return StripView(
            icons=(*(_icon(device) for device in status.devices), mirror_icon(status)),
            has_trouble=bool(troubles),
            all_well=not troubles,
            trouble=trouble,
            trouble_icon=ICONS.get(troubles[0].kind, "alert-outline") if troubles else "",
            mirror=self._mirror_short() if status.mirror != "off" else "",
            mirror_colour=mirror_icon(status).colour,
            has_mirror=status.mirror not in {"off", "trouble"},
            clock=self.formats.clock(self.now_ms()),
            initials=initials(person.name) if person else "",
            person=person.name if person else "",
            search_hint=words("sale.search"),
            title=words("status.title"),
            rows=(
                *(self._row(device) for device in status.devices),
                *(self._health_row(finding) for finding in status.health),
                *self._house_rows(),
            ),
            scale=words("scale.title"),
            has_scale=person is not None
            and any(device.kind == "scale" for device in status.devices),
            close=words("common.close"),
        )

    def _troubles(self) -> list[_Trouble]:
        status, words = self.seen.status, self.words
        found = [
            _Trouble(device.kind, self._short(device))
            # What does not work comes first; a hint, such as paper that runs out, can wait.
            for device in sorted(status.devices, key=lambda one: one.state not in BAD)
            if wants_a_word(device)
        ]
        if status.disk != "ok":
            found.append(_Trouble("disk", words("status.disk_short")))
        if not status.clock_ok:
            found.append(_Trouble("clock", words("status.clock_short")))
        found += [
            _Trouble(finding.check, self._finding(finding))
            for finding in status.health
            if finding.check not in {"clock", "disk_space"}
        ]
        if status.mirror == "trouble" or (found and status.mirror in {"alone", "behind"}):
            found.append(_Trouble("mirror", self._mirror_short()))
        return found

    def _mirror_short(self) -> str:
        """A few words for the strip: `connected`, `12 behind`, `alone since 14:05`."""
        status, words = self.seen.status, self.words
        if status.mirror == "behind":
            return words("mirror.short_behind", n=self.formats.number(status.mirror_behind))
        if status.mirror == "alone":
            since = self.formats.day_or_clock(status.mirror_since_ms, self.now_ms())
            return words("mirror.short_alone", since=since)
        return words(f"mirror.short_{status.mirror}")

    def _finding(self, finding: FindingView, ending: str = "") -> str:
        """What is the matter with the machine, or with `_mend` what to do."""
        return self.formats.sentence(f"health.{finding.code}{ending}", finding.fields)

    def _short(self, device: DeviceView) -> str:
        words = self.words
        key = f"short.{device.code}"
        if not words.has(key):
            key = f"short.{'device_absent' if device.state is DeviceState.ABSENT else 'trouble'}"
        return words("status.short", device=self._name(device), trouble=words(key))

    def _name(self, device: DeviceView) -> str:
        """Its class in words; its own name where the shop has several of the class, or where it has no class."""
        if sum(other.kind == device.kind for other in self.seen.status.devices) > 1:
            return device.id
        key = f"device.{device.kind}"
        return self.words(key) if self.words.has(key) else device.id

    def _row(self, device: DeviceView) -> StatusRow:
        is_worth_a_word = wants_a_word(device)
        if is_worth_a_word:
            code = device.code or "device_absent"
            text = self.formats.problem(code, device.fields)
        else:
            text = self.words(f"status.{device.state}")
        if device.waiting:
            waiting = self.words.count("status.waiting", device.waiting)
            text = f"{text}\n{waiting}"
        return StatusRow(
            ICONS.get(device.kind, "help-circle-outline"),
            colour_of(device),
            self._name(device),
            text,
            "amber_ink" if is_worth_a_word else "muted",
        )

    def _health_row(self, finding: FindingView) -> StatusRow:
        return StatusRow(
            ICONS.get(finding.check, "raspberry-pi"),
            "amber_ink",
            self._finding(finding),
            self._finding(finding, "_mend"),
            "amber_ink",
        )

    def _house_rows(self) -> tuple[StatusRow, ...]:
        status, words = self.seen.status, self.words
        free = self.formats.number(status.disk_free_bytes // 1_000_000)
        disk_well = status.disk == "ok"
        icon = mirror_icon(status)
        is_bad = icon.colour == "amber_ink"
        return (
            StatusRow(
                icon.icon,
                icon.colour,
                words("device.mirror"),
                mirror_text(self.formats, status, self.now_ms()),
                icon.colour if is_bad else "muted",
            ),
            StatusRow(
                ICONS["disk"],
                "brand_ink" if disk_well else "amber_ink",
                words("device.disk"),
                words("disk.ok" if disk_well else "disk.low", free=free),
            ),
            StatusRow(
                "clock-outline" if status.clock_ok else ICONS["clock"],
                "brand_ink" if status.clock_ok else "amber_ink",
                words("device.clock"),
                words("clock.ok" if status.clock_ok else "clock.wrong"),
            ),
        )


def wants_a_word(device: DeviceView | DeviceSetupView) -> bool:
    """Whether something is to be said of it: it does not work, or it works and has a code, as paper that runs out."""
    return device.state in BAD or (device.state is DeviceState.OK and bool(device.code))


def mirror_icon(status: StatusView) -> StatusIcon:
    """How the mirror is, as an icon."""
    icon = "lan-disconnect" if status.mirror in {"off", "alone"} else "lan-connect"
    colour = {"off": "muted", "connected": "brand_ink"}.get(status.mirror, "amber_ink")
    return StatusIcon(icon, colour)


def mirror_text(formats: Formats, status: StatusView, now_ms: int) -> str:
    """How the mirror is, and what that means for the shop."""
    words = formats.words
    if status.mirror == "trouble":
        text = formats.problem(status.mirror_code, status.mirror_fields)
    else:
        since = formats.day_and_clock(status.mirror_since_ms, now_ms)
        text = words(f"mirror.{status.mirror}", since=since)
    if status.mirror_behind:
        text += "\n" + words.count("mirror.waiting", status.mirror_behind)
    return text


def colour_of(device: DeviceView | DeviceSetupView) -> str:
    """The colour of its icon."""
    return "amber_ink" if wants_a_word(device) else COLOURS[device.state]


def _icon(device: DeviceView) -> StatusIcon:
    return StatusIcon(ICONS.get(device.kind, "help-circle-outline"), colour_of(device))
