"""The cameras that the kernel sees.

An image sensor on a ribbon cable is an I2C sub-device of Video4Linux, named "chip bus-address", such as
"imx708_wide 10-001a" (kernel, include/media/v4l2-common.h, v4l2_i2c_subdev_set_name). A USB camera belongs to the
driver `uvcvideo`. Most other `/dev/video*` of a Raspberry Pi are parts of its picture processor (`bcm2835-codec`,
`bcm2835-isp`, `pispbe`, `rpi-hevc-dec`) and are there without any camera.
"""

import os
import re
from pathlib import Path
from typing import Final

from appliance.health.files import children, text
from appliance.health.finding import Finding, found

_SENSOR: Final = re.compile(r"(?P<chip>[a-z][\w ]*) (?P<place>[0-9]+-[0-9a-f]{4})")
_LENSES: Final = ("ad5820", "ak73", "dw97", "dw98", "lm35", "lm36", "vm149")
"""Focus motors and flashes (kernel, drivers/media/i2c): on the same bus as the sensor, and no cameras."""


def camera(root: Path) -> Finding:
    """How many cameras there are, and their names. A shop without one is in good health."""
    seen: dict[str, str] = {}
    for node in children(root / "sys/class/video4linux"):
        name = text(node / "name") or ""
        sensor = _SENSOR.fullmatch(name)
        device = Path(os.path.realpath(node / "device"))
        if node.name.startswith("v4l-subdev"):
            if sensor and not sensor["chip"].startswith(_LENSES):
                seen[sensor["place"]] = sensor["chip"]
        elif Path(os.path.realpath(device / "driver")).name == "uvcvideo":
            # A USB camera has a node for the pictures and one for what it says of them, both of one device.
            seen[str(device)] = name or "USB"
    if not seen:
        return found("camera", "ok", "camera_none")
    names = ", ".join(sorted(seen.values()))
    return found("camera", "ok", "camera_found", count=len(seen), names=names)
