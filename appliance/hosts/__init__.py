"""Hosts for drivers: one thread a device, a bounded queue of jobs, and every trouble reported once.

A host opens its driver, tries again when the device is away, and turns what happens into messages for the register.
"""

from appliance.hosts.base import IDLE_S, QUEUE_LENGTH, Host, JobHost, Post, ReadHost
from appliance.hosts.counter import BeeperHost, DisplayHost, ScaleHost
from appliance.hosts.drawers import DrawerHost, refuse_a_jam
from appliance.hosts.files import write_file
from appliance.hosts.labels import LabelHost
from appliance.hosts.printers import PrinterHost, failed_slip, slip_of
from appliance.hosts.readers import BadgeHost, ScannerHost
from appliance.hosts.sheets import SheetTable
from appliance.hosts.upkeep import UpkeepHost

__all__ = [
    "IDLE_S",
    "QUEUE_LENGTH",
    "BadgeHost",
    "BeeperHost",
    "DisplayHost",
    "DrawerHost",
    "Host",
    "JobHost",
    "LabelHost",
    "Post",
    "PrinterHost",
    "ReadHost",
    "ScaleHost",
    "ScannerHost",
    "SheetTable",
    "UpkeepHost",
    "failed_slip",
    "refuse_a_jam",
    "slip_of",
    "write_file",
]
