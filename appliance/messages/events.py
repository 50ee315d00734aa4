"""What a device thread tells the register."""

from appliance.messages.snapshots import ScaleView
from appliance.messages.values import DeviceState, Event, Fields


class DeviceChanged(Event, frozen=True, tag="device_changed"):
    """A device's state changed; `code` names the trouble in `TROUBLE` and `ABSENT`."""

    device: str
    kind: str
    state: DeviceState
    code: str = ""
    fields: Fields = ()


class PrintFinished(Event, frozen=True, tag="print_finished"):
    """The printer confirmed a slip of this sale."""

    sale: str
    copy: int
    device: str


class PrintFailed(Event, frozen=True, tag="print_failed"):
    """The slip could not be printed yet and is tried again; or, `maybe_on_paper`, it was given up."""

    sale: str
    copy: int
    device: str
    code: str
    fields: Fields = ()
    maybe_on_paper: bool = False


class DrawerFailed(Event, frozen=True, tag="drawer_failed"):
    """The drawer was told to open and could not be."""

    sale: str
    device: str
    code: str
    fields: Fields = ()


class DrawerMoved(Event, frozen=True, tag="drawer_moved"):
    """The drawer's switch: `opened`, `opened_unasked`, `closed`, `left_open` or `did_not_open`."""

    device: str
    what: str
    open_s: int = 0


class BadgeRead(Event, frozen=True, tag="badge_read", repr_omit_defaults=True):
    """A badge was held to a reader. `ids` are `(form, id)`, the fullest first; they are never logged.

    `read_ns` is when the reader's thread took it, in nanoseconds since this boot; 0 where nobody says.
    """

    device: str
    ids: tuple[tuple[str, str], ...]
    read_ns: int = 0

    def __repr__(self) -> str:
        """Without the ids."""
        return f"BadgeRead(device={self.device!r})"


class BadgeVoided(Event, frozen=True, tag="badge_voided"):
    """Something was held to a badge reader, or came from it, that is no badge as it is set."""

    device: str


class Weighed(Event, frozen=True, tag="weighed"):
    """The scale stood still; `net_milli_kg` is in grams.

    `shown` is what stood on its own display, in its own `unit`, and `tare_milli` the tare in grams if it told one.
    """

    device: str
    asked: str
    net_milli_kg: int
    shown: str
    unit: str
    tare_milli: int | None = None


class ScaleSeen(Event, frozen=True, tag="scale_seen"):
    """What the scale shows now is another than before."""

    device: str
    scale: ScaleView


class ScaleSettled(Event, frozen=True, tag="scale_settled"):
    """The scale took its `zero`, its `tare`, or that there is none any more (`clear`)."""

    device: str
    what: str


class WeighFailed(Event, frozen=True, tag="weigh_failed"):
    """The scale gave no weight."""

    device: str
    asked: str
    code: str
    fields: Fields = ()


class ScanVoided(Event, frozen=True, tag="scan_voided"):
    """Half a scan was thrown away: keys were lost, or the cable was pulled in the middle."""

    device: str
