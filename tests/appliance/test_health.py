"""The machine's own health, read from trees of files as a kernel lays them out."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.health import CODES, LEVELS, Finding, look, under_voltage

FIRMWARE = "sys/devices/platform/soc/soc:firmware/get_throttled"
TEMPERATURE = "sys/class/thermal/thermal_zone0/temp"
EMMC = "sys/block/mmcblk0/device"
SAYS_ALL_ALONE = "lo 00000000 00000000 0001 0 0 0 00000000"


class Machine:
    """A tree of kernel files under a temporary folder, and a folder for the store on a real disk."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.store = folder / "store"
        self.store.mkdir(parents=True)
        self.put("proc/meminfo", "MemTotal:       4000000 kB\nMemAvailable:   2000000 kB\n")
        self.mounts(f"22 1 179:2 / {folder} rw - ext4 /dev/mmcblk0p2 rw")

    def put(self, path: str, text: str) -> None:
        """One file, as the kernel would show it."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def link(self, path: str, target: str) -> None:
        """A link within the tree."""
        (self.root / target).mkdir(parents=True, exist_ok=True)
        link = self.root / path
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(self.root / target, link.parent))

    def mounts(self, *lines: str) -> None:
        """What is mounted, in the columns of proc_pid_mountinfo(5)."""
        self.put("proc/self/mountinfo", "".join(f"{line}\n" for line in lines))

    def store_is_on(self, disk: str) -> None:
        """The store's partition, 179:2, is the second one of a disk."""
        self.put(f"sys/devices/{disk}/{disk}p2/partition", "2\n")
        self.link("sys/dev/block/179:2", f"sys/devices/{disk}/{disk}p2")

    def interface(self, name: str, *, up: bool = True, carrier: bool = True, ups: int = 1) -> None:
        """A network socket."""
        self.put(f"sys/class/net/{name}/device/vendor", "0x14e4\n")
        self.put(f"sys/class/net/{name}/flags", "0x1003\n" if up else "0x1002\n")
        self.put(f"sys/class/net/{name}/carrier_up_count", f"{ups}\n")
        if up:
            self.put(f"sys/class/net/{name}/carrier", f"{int(carrier)}\n")

    def routes(self, *lines: str) -> None:
        """The kernel's IPv4 routes."""
        head = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT"
        self.put("proc/net/route", "\n".join((head, *lines)) + "\n")

    def look(
        self,
        *,
        clock_ok: bool = True,
        warn_bytes: int = 0,
        stop_bytes: int = -1,
        recordings: Path | None = None,
        alone: bool = False,
        before: tuple[Finding, ...] = (),
    ) -> dict[str, Finding]:
        found = look(
            self.root,
            self.store,
            clock_ok=clock_ok,
            warn_bytes=warn_bytes,
            stop_bytes=stop_bytes,
            recordings=recordings,
            alone=alone,
            before=before,
        )
        assert len({finding.check for finding in found}) == len(found)
        return {finding.check: finding for finding in found}

    def says(self, check: str) -> tuple[str, str]:
        """Level and code of one check."""
        finding = self.look()[check]
        return finding.level, finding.code


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def fields(finding: Finding) -> dict[str, str | int]:
    return dict(finding.fields)


# -------------------------------------------------------------------------------------------------------- the whole


def test_a_machine_that_tells_nothing_is_unknown_and_not_broken(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    found = look(nothing, nothing, clock_ok=True, warn_bytes=1, stop_bytes=0)
    levels = {finding.check: finding.level for finding in found}
    assert set(levels.values()) == {"ok", "unknown"}
    assert [check for check, level in levels.items() if level == "ok"] == [
        "clock",
        "clock_battery",
        "camera",
    ]


def test_every_check_is_found_once_and_always_in_the_same_order(machine: Machine) -> None:
    assert list(machine.look()) == [
        "clock",
        "clock_battery",
        "power",
        "temperature",
        "memory",
        "disk_space",
        "disk_wear",
        "file_system",
        "network",
        "camera",
    ]


def test_the_machine_that_runs_the_tests_can_be_looked_at(tmp_path: Path) -> None:
    found = look(Path("/"), tmp_path, clock_ok=False, warn_bytes=1, stop_bytes=0)
    memory = next(finding for finding in found if finding.check == "memory")
    assert memory.code.startswith("memory_")
    assert memory.code != "memory_unknown"


FILES = (
    "proc/meminfo",
    "proc/net/if_inet6",
    "proc/net/ipv6_route",
    "proc/net/route",
    "proc/self/mountinfo",
    "sys/block/mmcblk0/device/life_time",
    "sys/block/mmcblk0/device/pre_eol_info",
    "sys/class/hwmon/hwmon0/in0_lcrit_alarm",
    "sys/class/net/eth0/carrier",
    "sys/class/net/eth0/device/vendor",
    "sys/class/net/eth0/flags",
    "sys/class/rtc/rtc0/battery_voltage",
    "sys/class/rtc/rtc0/since_epoch",
    "sys/class/video4linux/v4l-subdev0/name",
    "sys/class/video4linux/video0/name",
    "sys/dev/block/179:2/partition",
    "sys/fs/ext4/mmcblk0p2/errors_count",
    FIRMWARE,
    TEMPERATURE,
)
WORDS = st.sampled_from(
    (
        "eth0",
        "00000000",
        "00",
        "0001",
        "rw",
        "ro",
        "-",
        "179:2",
        "/",
        "0x02",
        "0x0b",
        "kB",
        "imx708 10-001a",
    )
)
ANYTHING = st.one_of(
    st.binary(max_size=60),
    st.integers().map(lambda number: str(number).encode()),
    st.lists(st.one_of(WORDS, st.text(max_size=5)), max_size=40).map(
        lambda words: b" ".join(word.encode("utf-8", "surrogatepass") for word in words)
    ),
)


@given(st.dictionaries(st.sampled_from(FILES), ANYTHING))
def test_no_content_of_any_file_raises_or_is_said_without_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    machine = Machine(tmp_path_factory.mktemp("fuzz"))
    machine.put("sys/class/hwmon/hwmon0/name", "rpi_volt\n")
    for path, content in files.items():
        machine.put(path, "")
        (machine.root / path).write_bytes(content)
    for finding in machine.look(clock_ok=False, recordings=machine.root).values():
        assert finding.level in LEVELS
        assert CODES[finding.code] == tuple(name for name, _ in finding.fields)


@pytest.mark.parametrize("path", FILES)
def test_a_folder_where_a_file_should_be_raises_nothing(machine: Machine, path: str) -> None:
    (machine.root / path).unlink(missing_ok=True)
    (machine.root / path).mkdir(parents=True)
    assert machine.look()


# ---------------------------------------------------------------------------------------------------------- the clock


def test_a_clock_that_no_time_server_confirmed_is_a_warning(machine: Machine) -> None:
    assert machine.look(clock_ok=True)["clock"].code == "clock_ok"
    found = machine.look(clock_ok=False)["clock"]
    assert (found.level, found.code) == ("warn", "clock_not_trusted")


@pytest.mark.parametrize(("clock_ok", "level"), [(True, "ok"), (False, "warn")])
def test_a_battery_clock_is_missed_only_while_the_time_is_not_known(
    machine: Machine, clock_ok: bool, level: str
) -> None:
    found = machine.look(clock_ok=clock_ok)["clock_battery"]
    assert (found.level, found.code) == (level, "rtc_none")


@pytest.mark.parametrize(
    ("microvolts", "level", "code"),
    [
        ("2964099\n", "ok", "rtc_ok"),
        ("2600000\n", "ok", "rtc_ok"),
        ("2599999\n", "warn", "rtc_battery_low"),
        ("1000000\n", "warn", "rtc_battery_low"),
        ("999999\n", "ok", "rtc_none"),
        ("0\n", "ok", "rtc_none"),
    ],
)
def test_the_cell_of_a_pi_5_is_told_by_its_voltage(
    machine: Machine, microvolts: str, level: str, code: str
) -> None:
    machine.put("sys/class/rtc/rtc0/since_epoch", "1790000000\n")
    machine.put("sys/class/rtc/rtc0/battery_voltage", microvolts)
    found = machine.look()["clock_battery"]
    assert (found.level, found.code) == (level, code)
    assert fields(found) == (
        {"millivolts": int(microvolts) // 1000} if code == "rtc_battery_low" else {}
    )


def test_a_battery_clock_that_starts_in_the_past_lost_its_time(machine: Machine) -> None:
    machine.put("sys/class/rtc/rtc0/since_epoch", "1790000000\n")
    assert machine.says("clock_battery") == ("ok", "rtc_ok")
    machine.put("sys/class/rtc/rtc0/since_epoch", "946684805\n")
    assert machine.says("clock_battery") == ("warn", "rtc_lost_time")


# ---------------------------------------------------------------------------------------------- power and temperature


def has_voltage_sensor(machine: Machine, alarm: str) -> None:
    machine.put("sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
    machine.put("sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    machine.put("sys/class/hwmon/hwmon1/in0_lcrit_alarm", alarm)


def test_a_machine_without_a_voltage_sensor_says_that_it_does_not_know(machine: Machine) -> None:
    machine.put("sys/class/hwmon/hwmon0/name", "k10temp\n")
    machine.put("sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1\n")
    assert machine.says("power") == ("unknown", "power_unknown")
    assert under_voltage(machine.root) is None


def test_the_kernels_alarm_is_bad_while_it_lasts(machine: Machine) -> None:
    has_voltage_sensor(machine, "1\n")
    assert machine.says("power") == ("bad", "power_low")
    assert under_voltage(machine.root) is True
    has_voltage_sensor(machine, "0\n")
    assert machine.says("power") == ("ok", "power_ok")
    assert under_voltage(machine.root) is False


def test_a_dip_is_kept_in_mind_from_look_to_look(machine: Machine) -> None:
    has_voltage_sensor(machine, "1\n")
    low = machine.look()
    has_voltage_sensor(machine, "0\n")
    after = machine.look(before=tuple(low.values()))
    assert (after["power"].level, after["power"].code) == ("warn", "power_was_low")
    assert machine.look(before=tuple(after.values()))["power"].code == "power_was_low"


@pytest.mark.parametrize(
    ("bits", "code"),
    [
        ("0\n", "power_ok"),
        ("1\n", "power_low"),
        ("50005\n", "power_low"),
        ("10000\n", "power_was_low"),
        ("50000\n", "power_was_low"),
        ("e000e\n", "power_ok"),
        ("0x50005\n", "power_low"),
        ("rubbish\n", "power_unknown"),
    ],
)
def test_old_kernels_tell_by_the_bits_of_the_firmware(
    machine: Machine, bits: str, code: str
) -> None:
    machine.put(FIRMWARE, bits)
    assert machine.says("power")[1] == code


def test_the_firmwares_file_is_left_alone_where_the_kernel_has_a_sensor(machine: Machine) -> None:
    has_voltage_sensor(machine, "0\n")
    machine.put(FIRMWARE, "f000f\n")
    machine.put(TEMPERATURE, "50000\n")
    assert machine.says("power") == ("ok", "power_ok")
    assert machine.says("temperature") == ("ok", "temperature_ok")


@pytest.mark.parametrize(
    ("milli", "level", "code"),
    [
        ("47236\n", "ok", "temperature_ok"),
        ("-3000\n", "ok", "temperature_ok"),
        ("79999\n", "ok", "temperature_ok"),
        ("80000\n", "warn", "temperature_high"),
        ("84999\n", "warn", "temperature_high"),
        ("85000\n", "bad", "temperature_too_high"),
        ("1000000\n", "unknown", "temperature_unknown"),
        ("-274000\n", "unknown", "temperature_unknown"),
        ("hot\n", "unknown", "temperature_unknown"),
    ],
)
def test_the_temperature_is_high_from_80_and_too_high_from_85_degrees(
    machine: Machine, milli: str, level: str, code: str
) -> None:
    machine.put(TEMPERATURE, milli)
    found = machine.look()["temperature"]
    assert (found.level, found.code) == (level, code)
    assert fields(found) == ({} if level == "unknown" else {"celsius": int(milli) // 1000})


@pytest.mark.parametrize(
    ("bits", "code"),
    [
        ("2\n", "temperature_slowed"),
        ("4\n", "temperature_slowed"),
        ("8\n", "temperature_slowed"),
        ("5\n", "temperature_ok"),  # slowed down for want of voltage
        ("d\n", "temperature_slowed"),
        ("e0000\n", "temperature_ok"),
    ],
)
def test_a_machine_that_is_slowed_down_for_heat_says_so(
    machine: Machine, bits: str, code: str
) -> None:
    machine.put(TEMPERATURE, "62000\n")
    machine.put(FIRMWARE, bits)
    assert machine.says("temperature")[1] == code


# --------------------------------------------------------------------------------------------------- memory and disks


@pytest.mark.parametrize(
    ("free_mb", "level"),
    [(128, "ok"), (127, "warn"), (48, "warn"), (47, "bad"), (0, "bad")],
)
def test_little_memory_is_told_before_it_is_gone(
    machine: Machine, free_mb: int, level: str
) -> None:
    machine.put(
        "proc/meminfo", f"MemFree: 1 kB\nMemAvailable:   {free_mb * 1024} kB\nBuffers: 9 kB\n"
    )
    found = machine.look()["memory"]
    assert (found.level, fields(found)) == (level, {"free_mb": free_mb})


def test_room_on_the_disk_counts_like_the_store_counts_it(machine: Machine) -> None:
    disk = os.statvfs(machine.store)
    room = disk.f_bavail * disk.f_frsize
    assert machine.look(warn_bytes=room // 4)["disk_space"].code == "disk_space_ok"
    assert machine.look(warn_bytes=room * 4)["disk_space"].code == "disk_space_low"
    full = machine.look(warn_bytes=room * 4, stop_bytes=room * 4)["disk_space"]
    assert (full.level, full.code) == ("bad", "disk_space_full")
    assert abs(int(fields(full)["free_mb"]) - room // 1024 // 1024) < 1024


def test_as_much_room_as_the_limit_is_already_too_little(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.store = Path("/proc")  # a file system whose free room is always 0
    assert machine.look(warn_bytes=0, stop_bytes=-1)["disk_space"].code == "disk_space_low"
    assert machine.look(warn_bytes=0, stop_bytes=0)["disk_space"].code == "disk_space_full"
    assert machine.look(warn_bytes=-1, stop_bytes=-1)["disk_space"].code == "disk_space_ok"


def test_a_disk_for_recordings_is_told_apart_and_is_never_worse_than_a_warning(
    machine: Machine,
) -> None:
    assert "recordings_space" not in machine.look(recordings=machine.root)
    found = machine.look(recordings=Path("/proc"))["recordings_space"]
    assert (found.level, found.code) == ("warn", "recordings_space_low")
    found = machine.look(recordings=Path("/proc"), warn_bytes=-1)["recordings_space"]
    assert (found.level, found.code) == ("ok", "recordings_space_ok")
    gone = machine.look(recordings=machine.root / "gone")["recordings_space"]
    assert (gone.level, gone.code) == ("unknown", "recordings_space_unknown")


@pytest.mark.parametrize(
    ("life", "reserve", "level", "code", "used"),
    [
        ("0x01 0x02\n", "0x01\n", "ok", "disk_wear_ok", 20),
        ("0x08 0x01\n", "0x01\n", "ok", "disk_wear_ok", 80),
        ("0x01 0x09\n", "0x01\n", "warn", "disk_wear_high", 90),
        ("0x0a 0x01\n", "0x01\n", "warn", "disk_wear_high", 100),
        ("0x0b 0x01\n", "0x01\n", "bad", "disk_wear_end", None),
        ("0x01 0x01\n", "02\n", "warn", "disk_wear_high", 80),
        ("0x00 0x00\n", "0x03\n", "bad", "disk_wear_end", None),
        ("0x00 0x00\n", "0x00\n", "unknown", "disk_wear_unknown", None),
    ],
)
def test_an_emmc_tells_its_wear(
    machine: Machine, life: str, reserve: str, level: str, code: str, used: int | None
) -> None:
    machine.store_is_on("mmcblk0")
    machine.put(f"{EMMC}/life_time", life)
    machine.put(f"{EMMC}/pre_eol_info", reserve)
    found = machine.look()["disk_wear"]
    assert (found.level, found.code) == (level, code)
    assert fields(found) == {"disk": "mmcblk0"} | ({} if used is None else {"used_percent": used})


def test_the_boot_parts_of_an_emmc_are_no_disks(machine: Machine) -> None:
    machine.store_is_on("mmcblk0")
    machine.put(f"{EMMC}/life_time", "0x01 0x01\n")
    machine.put("sys/block/mmcblk0boot0/device/life_time", "0x0b 0x0b\n")
    assert machine.says("disk_wear") == ("ok", "disk_wear_ok")


@pytest.mark.parametrize("disk", ["mmcblk0", "nvme0n1"])
def test_a_disk_that_tells_no_wear_is_named_as_unknown(machine: Machine, disk: str) -> None:
    machine.store_is_on(disk)
    machine.put("sys/block/mmcblk0/device/type", "SD\n")
    found = machine.look()["disk_wear"]
    assert (found.level, fields(found)) == ("unknown", {"disk": disk})


def test_a_sound_emmc_does_not_hide_that_the_stores_own_disk_tells_nothing(
    machine: Machine,
) -> None:
    machine.store_is_on("nvme0n1")
    machine.put(f"{EMMC}/life_time", "0x01 0x01\n")
    assert fields(machine.look()["disk_wear"]) == {"disk": "nvme0n1"}
    machine.put(f"{EMMC}/life_time", "0x0b 0x01\n")
    assert machine.says("disk_wear") == ("bad", "disk_wear_end")


def test_a_store_on_a_whole_disk_finds_that_disk(machine: Machine) -> None:
    machine.link("sys/dev/block/179:2", "sys/devices/virtual/block/zram0")
    assert fields(machine.look()["disk_wear"]) == {"disk": "zram0"}


def test_a_disk_that_the_kernel_stopped_writing_to_is_bad(machine: Machine) -> None:
    folder = machine.store.parent
    assert machine.says("file_system") == ("ok", "file_system_ok")
    for options, more in (("ro,relatime", "rw"), ("rw,relatime", "ro,errors=remount-ro")):
        machine.mounts(f"22 1 179:2 / {folder} {options} shared:1 - ext4 /dev/root {more}")
        found = machine.look()["file_system"]
        assert (found.level, found.code) == ("bad", "file_system_read_only")
        assert fields(found) == {"place": str(machine.store)}


def test_only_the_mount_that_holds_the_store_counts(machine: Machine) -> None:
    folder = machine.store.parent
    machine.mounts(
        "20 1 179:1 / / ro - ext4 /dev/mmcblk0p1 ro",
        f"21 1 179:2 / {folder}/store rw - ext4 /dev/mmcblk0p2 rw",
        f"22 1 179:3 / {folder}/sto ro - ext4 /dev/mmcblk0p3 ro",
        f"23 1 179:4 / {folder}/store/deeper ro - ext4 /dev/mmcblk0p4 ro",
    )
    assert machine.says("file_system") == ("ok", "file_system_ok")
    machine.mounts(
        f"21 1 179:2 / {folder} rw - ext4 /dev/mmcblk0p2 rw",
        "20 1 179:1 / / ro - ext4 /dev/mmcblk0p1 ro",
        f"22 1 179:3 / {folder}/sto ro - ext4 /dev/mmcblk0p3 ro",
    )
    assert machine.says("file_system") == ("ok", "file_system_ok")
    machine.mounts("20 1 179:1 / / ro - ext4 /dev/mmcblk0p1 ro")
    assert machine.says("file_system")[1] == "file_system_read_only"


def test_letters_of_another_alphabet_hide_no_mount(machine: Machine) -> None:
    mounts = f"20 1 8:1 / /m\udcfcnze rw - vfat a rw\n22 1 179:2 / {machine.store} ro - ext4 b ro\n"
    (machine.root / "proc/self/mountinfo").write_bytes(mounts.encode("utf-8", "surrogateescape"))
    assert machine.says("file_system")[1] == "file_system_read_only"


@pytest.mark.parametrize("device", ["/", "..", "0:99"])
def test_a_mount_of_no_known_disk_names_none(machine: Machine, device: str) -> None:
    machine.store_is_on("mmcblk0")
    machine.mounts(f"22 1 {device} / {machine.store} rw - ext4 a rw")
    assert fields(machine.look()["disk_wear"]) == {"disk": "?"}


def test_of_two_mounts_at_one_place_the_later_hides_the_earlier(machine: Machine) -> None:
    folder = machine.store.parent
    machine.mounts(f"21 1 1:1 / {folder} ro - ext4 a ro", f"22 1 1:2 / {folder} rw - ext4 b rw")
    assert machine.says("file_system") == ("ok", "file_system_ok")


def test_a_mount_point_with_a_blank_is_recognised(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "my shop")
    machine.mounts(
        "20 1 179:1 / / rw - ext4 a rw",
        f"21 1 179:2 / {tmp_path}/my\\040shop ro - ext4 b ro",
    )
    assert machine.says("file_system")[1] == "file_system_read_only"


def test_the_recordings_disk_must_be_writable_too(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    machine.mounts(
        f"21 1 179:2 / {tmp_path} rw - ext4 a rw",
        f"22 1 179:3 / {tmp_path}/pictures ro - ext4 b ro",
    )
    assert machine.says("file_system") == ("ok", "file_system_ok")
    found = machine.look(recordings=tmp_path / "pictures")["file_system"]
    assert fields(found) == {"place": str(tmp_path / "pictures")}


def test_errors_that_the_file_system_counted_are_bad_and_name_the_worst_disk(
    machine: Machine,
) -> None:
    machine.put("sys/fs/ext4/features/lazy_itable_init", "supported\n")
    machine.put("sys/fs/ext4/mmcblk0p2/errors_count", "0\n")
    assert machine.says("file_system") == ("ok", "file_system_ok")
    machine.put("sys/fs/ext4/sda1/errors_count", "1\n")
    assert machine.says("file_system") == ("bad", "file_system_errors")
    machine.put("sys/fs/ext4/mmcblk0p2/errors_count", "3\n")
    found = machine.look()["file_system"]
    assert (found.level, found.code) == ("bad", "file_system_errors")
    assert fields(found) == {"disk": "mmcblk0p2", "errors": 3}


# --------------------------------------------------------------------------------------------------------- the network

DEFAULT = "eth0 00000000 010200C0 0003 0 0 0 00000000 0 0 0"
LOCAL = "eth0 000200C0 00000000 0001 0 0 0 00FFFFFF 0 0 0"
V6_DEFAULT = (
    f"{'0' * 32} 00 {'0' * 32} 00 fd{'0' * 29}1 00000400 00000003 00000000 00000003     eth0"
)
V6_REFUSED = f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} ffffffff 00000001 00000000 00200200     eth0"
V6_ADDRESS = "fd000000000000000000000000000002 04 40 00 82     eth0"
V6_OWN_CHOICE = "fe8000000000000000fc00fffe000001 04 40 20 80     eth0"


def test_a_cable_an_address_and_a_way_out_are_a_network(machine: Machine) -> None:
    machine.interface("eth0")
    machine.routes(LOCAL, DEFAULT)
    found = machine.look()["network"]
    assert (found.level, found.code, fields(found)) == ("ok", "network_ok", {"interface": "eth0"})


def test_a_network_of_ipv6_alone_is_one(machine: Machine) -> None:
    machine.interface("eth0")
    machine.put("proc/net/if_inet6", f"{V6_OWN_CHOICE}\n{V6_ADDRESS}\n")
    machine.put("proc/net/ipv6_route", f"{V6_REFUSED}\n")
    assert machine.says("network") == ("ok", "network_local")
    half = V6_DEFAULT.replace(" 00 ", " 01 ", 1)
    machine.put("proc/net/ipv6_route", f"{V6_REFUSED}\n{half}\n")
    assert machine.says("network") == ("ok", "network_local")
    machine.put("proc/net/ipv6_route", f"{V6_REFUSED}\n{V6_DEFAULT}\n")
    assert machine.says("network") == ("ok", "network_ok")
    machine.put("proc/net/if_inet6", f"{V6_OWN_CHOICE}\n")
    assert machine.says("network") == ("warn", "network_no_address")


@pytest.mark.parametrize(
    "route",
    [
        DEFAULT.replace("0003", "0203"),
        DEFAULT.replace("0003", "0002"),
        DEFAULT.replace("0 0 0 00000000", "0 0 0 00000080"),
    ],
)
def test_a_route_that_refuses_or_is_down_or_leads_to_half_the_world_is_no_way_out(
    machine: Machine, route: str
) -> None:
    machine.interface("eth0")
    machine.routes(LOCAL, route)
    assert machine.says("network") == ("ok", "network_local")


def test_a_network_of_another_interface_is_not_this_ones(machine: Machine) -> None:
    machine.interface("eth0")
    machine.routes(LOCAL.replace("eth0", "wg0"), DEFAULT.replace("eth0", "wg0"))
    assert machine.says("network") == ("warn", "network_no_address")


@pytest.mark.parametrize(
    "own_choice", ["eth0 0000FEA9 00000000 0001 0 0 0 0000FFFF 0 0 0", SAYS_ALL_ALONE]
)
def test_a_cable_on_which_nobody_gives_an_address_is_a_warning(
    machine: Machine, own_choice: str
) -> None:
    machine.interface("eth0")
    machine.routes(own_choice)
    machine.put("proc/net/if_inet6", f"{V6_OWN_CHOICE}\n")
    assert machine.says("network") == ("warn", "network_no_address")


def test_a_shop_without_a_network_is_not_warned_of_it_until_it_has_one_and_loses_it(
    machine: Machine,
) -> None:
    machine.interface("eth0", carrier=False, ups=0)
    machine.interface("wlan0", carrier=False, ups=0)
    machine.put("sys/class/net/wlan0/wireless/status", "0\n")
    machine.routes()
    assert machine.says("network") == ("ok", "network_none")
    machine.interface("eth0", ups=1)
    assert machine.says("network") == ("warn", "network_no_address")
    machine.interface("eth0", carrier=False, ups=1)
    assert machine.says("network") == ("warn", "network_cable_out")


def test_a_cable_that_was_pulled_is_a_warning_unless_the_register_works_alone(
    machine: Machine,
) -> None:
    machine.interface("eth0", carrier=False)
    machine.routes()
    found = machine.look()["network"]
    assert (found.level, found.code, fields(found)) == (
        "warn",
        "network_cable_out",
        {"interface": "eth0"},
    )
    assert machine.look(alone=True)["network"].code == "network_none"


def test_no_network_was_ever_set_up_is_fine(machine: Machine) -> None:
    machine.put("sys/class/net/lo/flags", "0x9\n")
    machine.put("sys/class/net/lo/carrier", "1\n")
    machine.interface("eth0", up=False)
    found = machine.look()["network"]
    assert (found.level, found.code, fields(found)) == ("ok", "network_none", {})


def test_the_radio_serves_as_well_as_the_cable(machine: Machine) -> None:
    machine.interface("eth0", carrier=False, ups=0)
    machine.interface("wlan0")
    machine.put("sys/class/net/wlan0/wireless/status", "0\n")
    machine.routes(LOCAL.replace("eth0", "wlan0"), DEFAULT.replace("eth0", "wlan0"))
    assert fields(machine.look()["network"]) == {"interface": "wlan0"}


@pytest.mark.parametrize("is_radio", ["wireless/status", "phy80211/name"])
@pytest.mark.parametrize(
    ("cable_before", "radio_before", "code"),
    [
        (1, 0, "network_cable_out"),
        (1, 1, "network_cable_out"),
        (0, 1, "network_no_radio"),
    ],
)
def test_the_connection_that_was_there_before_is_the_one_that_is_missed(
    machine: Machine, cable_before: int, radio_before: int, code: str, is_radio: str
) -> None:
    machine.interface("enp1s0", carrier=False, ups=cable_before)
    machine.interface("ath0", carrier=False, ups=radio_before)
    machine.put(f"sys/class/net/ath0/{is_radio}", "0\n")
    assert machine.says("network") == ("warn", code)


# -------------------------------------------------------------------------------------------------------- the cameras


def test_the_parts_of_the_picture_processor_are_no_cameras(machine: Machine) -> None:
    for node, name in (
        ("video10", "bcm2835-codec-decode"),
        ("video20", "pispbe-input"),
        ("video0", "rp1-cfe-csi2_ch0"),
        ("v4l-subdev0", "csi2"),
        ("v4l-subdev1", "dw9807 10-000c"),
    ):
        machine.put(f"sys/class/video4linux/{node}/name", f"{name}\n")
    assert machine.says("camera") == ("ok", "camera_none")


def test_cameras_on_ribbon_and_usb_are_counted_once_each(machine: Machine) -> None:
    machine.put("sys/class/video4linux/v4l-subdev0/name", "csi2\n")
    machine.put("sys/class/video4linux/v4l-subdev1/name", "imx708_wide 10-001a\n")
    machine.put("sys/class/video4linux/v4l-subdev2/name", "mt9m114 pixel array 4-0048\n")
    machine.put("sys/class/video4linux/v4l-subdev3/name", "mt9m114 4-0048\n")
    for node in ("video0", "video1"):
        machine.put(f"sys/class/video4linux/{node}/name", "HD Webcam: HD Webcam\n")
        machine.link(f"sys/class/video4linux/{node}/device", "sys/devices/usb1/1-1/1-1:1.0")
    machine.link("sys/devices/usb1/1-1/1-1:1.0/driver", "sys/bus/usb/drivers/uvcvideo")
    found = machine.look()["camera"]
    assert (found.level, found.code) == ("ok", "camera_found")
    assert fields(found) == {"count": 3, "names": "HD Webcam: HD Webcam, imx708_wide, mt9m114"}


def test_a_tuner_on_usb_is_no_camera(machine: Machine) -> None:
    machine.put("sys/class/video4linux/video0/name", "em2860\n")
    machine.link("sys/class/video4linux/video0/device", "sys/devices/usb1/1-1/1-1:1.0")
    machine.link("sys/devices/usb1/1-1/1-1:1.0/driver", "sys/bus/usb/drivers/em28xx")
    assert machine.says("camera") == ("ok", "camera_none")
