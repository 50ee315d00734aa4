"""An emulated /dev and /sys: libumockdev by ctypes, and scanners that play keyboard on it.

Works only where `libumockdev-preload` is loaded, see `test_evdev.py`. What it does not model: that
a grab is exclusive, and that a removed device's open file fails. The second is played by closing
its other end.
"""

import ctypes
import fcntl
import os
import struct
import tempfile
from collections.abc import Iterable
from pathlib import Path

import evdev.ecodes as e

_LIBRARY = ctypes.CDLL("libumockdev.so.0")
_POINTER, _TEXT = ctypes.c_void_p, ctypes.c_char_p

_TIOCGPTN = 0x80045430

KEYS = tuple(key for key in range(1, 128) if key not in {84, 85, 89, 90, 91, 92, 93, 94, 95, 101})
EVENT = struct.Struct("@llHHi")


class _Error(ctypes.Structure):
    _fields_ = (("domain", ctypes.c_uint32), ("code", ctypes.c_int), ("message", _TEXT))


def _function(name: str, answer: type | None, *arguments: type) -> "ctypes._NamedFuncPointer":
    function = getattr(_LIBRARY, f"umockdev_{name}")
    function.restype, function.argtypes = answer, list(arguments)
    return function  # type: ignore[no-any-return]


_new = _function("testbed_new", _POINTER)
_root = _function("testbed_get_root_dir", _TEXT, _POINTER)
_add = _function("testbed_add_from_string", ctypes.c_bool, _POINTER, _TEXT, _POINTER)
_ioctls = _function("testbed_load_ioctl", ctypes.c_bool, _POINTER, _TEXT, _TEXT, _POINTER)
_fd = _function("testbed_get_dev_fd", ctypes.c_int, _POINTER, _TEXT)
_remove = _function("testbed_remove_device", None, _POINTER, _TEXT)
_uevent = _function("testbed_uevent", None, _POINTER, _TEXT, _TEXT)
_inside = _function("in_mock_environment", ctypes.c_bool)


class Bed:
    """One emulated machine. Made once per process: libumockdev remembers that there is none."""

    def __init__(self) -> None:
        self._bed = _new()
        assert _inside(), "umockdev is not preloaded: run this under umockdev-wrapper"

    @property
    def root(self) -> Path:
        return Path(_root(self._bed).decode())

    def add(self, description: str) -> None:
        self._do(_add, description.encode())

    def ioctls(self, node: str, path: Path) -> None:
        self._do(_ioctls, node.encode(), str(path).encode())

    def fd(self, node: str) -> int:
        return int(_fd(self._bed, node.encode()))

    def remove(self, *sys_paths: str) -> None:
        """udev's word first, then the folders, innermost first: 0.17 does neither by itself."""
        for path in sys_paths:
            _uevent(self._bed, path.encode(), b"remove")
        for path in sys_paths:
            _remove(self._bed, path.encode())

    def _do(self, function: "ctypes._NamedFuncPointer", *arguments: bytes) -> None:
        error = ctypes.POINTER(_Error)()
        if not function(self._bed, *arguments, ctypes.byref(error)):
            raise OSError(error.contents.message.decode())


class Keyboard:
    """A plugged-in device that types. Times are ours to choose: `type` moves them on."""

    def __init__(
        self,
        bed: Bed,
        number: int,
        *,
        name: str = "Honeywell 1900",
        vendor: int = 0x0C2E,
        product: int = 0x0B61,
        serial: str = "H12345",
        socket: str = "usb1/1-1",
        down: Iterable[int] = (),
        keys: tuple[int, ...] = KEYS,
        raw_name: bytes = b"",
    ) -> None:
        """`raw_name` is what the kernel says the name is, where that is no text."""
        self.node = f"/dev/input/event{number}"
        self.link = f"/dev/input/by-id/usb-Honeywell_{serial}-event-kbd"
        self._bed = bed
        usb = f"/sys/devices/pci0000:00/{socket}"
        self._sys_paths = (f"{usb}/input/input{number}/event{number}", f"{usb}/input/input{number}")
        identity = (name, vendor, product, serial)
        bed.add(_description(number, usb.removeprefix("/sys"), identity, keys))
        with tempfile.NamedTemporaryFile("w", suffix=".ioctl", delete=False) as file:
            file.write(_ioctl_answers(self.node, identity, tuple(down), keys))
        if raw_name:
            (bed.root / self._sys_paths[1].removeprefix("/") / "name").write_bytes(raw_name + b"\n")
        bed.ioctls(self.node, Path(file.name))
        Path(file.name).unlink()
        self._fd = bed.fd(self.node)
        self.is_plugged = True
        self.now_ms = 1_000_000

    def event(self, kind: int, code: int, value: int) -> None:
        self.write(self._packed(kind, code, value))

    def write(self, sent: bytes) -> None:
        os.write(self._fd, sent)

    def parts_of_a_key(self, code: int) -> tuple[bytes, bytes, bytes]:
        """Pressing and releasing a key, cut where no event ends."""
        changes = ((e.EV_KEY, code, 1), (e.EV_SYN, 0, 0), (e.EV_KEY, code, 0), (e.EV_SYN, 0, 0))
        whole = b"".join(self._packed(*change) for change in changes)
        return whole[:10], whole[10:50], whole[50:]

    def _packed(self, kind: int, code: int, value: int) -> bytes:
        seconds, rest = divmod(self.now_ms, 1000)
        return EVENT.pack(seconds, rest * 1000, kind, code, value)

    def report(self) -> None:
        self.event(e.EV_SYN, e.SYN_REPORT, 0)

    def key(self, code: int, *, held: Iterable[int] = ()) -> None:
        """Press and release one key while others are held, 2 ms each."""
        held = tuple(held)
        for pressed in (*held, code):
            self.change(pressed, 1)
        for released in (code, *reversed(held)):
            self.change(released, 0)

    def change(self, code: int, value: int) -> None:
        self.now_ms += 2
        self.event(e.EV_KEY, code, value)
        self.report()

    def type(self, text: str) -> None:
        """Type as a scanner does that is set to US keyboard."""
        for character in text:
            code, shifted = US_KEYS[character]
            self.key(code, held=(e.KEY_LEFTSHIFT,) if shifted else ())

    def enter(self) -> None:
        self.key(e.KEY_ENTER)

    def pull(self) -> None:
        """Pull the cable: udev says so, and the open file comes to its end."""
        self.end_of_file()
        self.vanish_quietly()

    def end_of_file(self) -> None:
        """Only the open file ends; udev has not heard of it yet."""
        if self._fd < 0:
            return
        number = struct.unpack("I", fcntl.ioctl(self._fd, _TIOCGPTN, bytes(4)))[0]
        os.close(self._fd)
        self._fd = -1
        # The next device gets the same pseudo-terminal, and umockdev does not expect that.
        (self._bed.root / f"dev/.ptymap/_dev_pts_{number}").unlink()

    def vanish_quietly(self) -> None:
        """Only udev says that it went; the open file stays as it is."""
        self.is_plugged = False
        self._bed.remove(*self._sys_paths)


def _us_keys() -> dict[str, tuple[int, bool]]:
    keys: dict[str, tuple[int, bool]] = {" ": (e.KEY_SPACE, False), "\t": (e.KEY_TAB, False)}
    rows = (
        (e.KEY_1, "1234567890-=", "!@#$%^&*()_+"),
        (e.KEY_Q, "qwertyuiop[]", "QWERTYUIOP{}"),
        (e.KEY_A, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
        (e.KEY_BACKSLASH, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    )
    for first, plain, shifted in rows:
        for offset, (low, high) in enumerate(zip(plain, shifted, strict=True)):
            keys[low] = (first + offset, False)
            keys[high] = (first + offset, True)
    return keys


US_KEYS = _us_keys()


def _bits(codes: Iterable[int], size: int) -> bytes:
    bits = bytearray(size)
    for code in codes:
        bits[code // 8] |= 1 << (code % 8)
    return bytes(bits)


def _words(codes: Iterable[int]) -> str:
    codes = tuple(codes)
    words = [sum(1 << (c % 64) for c in codes if c // 64 == w) for w in range(max(codes) // 64 + 1)]
    return " ".join(f"{word:x}" for word in reversed(words))


def _description(
    number: int, usb: str, identity: tuple[str, int, int, str], keys: tuple[int, ...]
) -> str:
    name, vendor, product, serial = identity
    maker = f"Honeywell_{serial}" if serial else "Honeywell"
    socket = usb.rsplit("/", maxsplit=1)[-1]
    links = f"/dev/input/by-id/usb-{maker}-event-kbd /dev/input/by-path/pci-{socket}-event-kbd"
    return f"""P: {usb}/input/input{number}/event{number}
N: input/event{number}
E: DEVLINKS={links}
E: DEVNAME=/dev/input/event{number}
E: MAJOR=13
E: MINOR={64 + number}
E: SUBSYSTEM=input
E: ID_BUS=usb
E: ID_VENDOR_ID={vendor:04x}
E: ID_MODEL_ID={product:04x}
E: ID_SERIAL={maker}
{f"E: ID_SERIAL_SHORT={serial}" if serial else "E: ID_REVISION=0111"}
E: ID_PATH=pci-{socket}
E: ID_INPUT=1
E: ID_INPUT_KEY=1
E: ID_INPUT_KEYBOARD=1
A: dev=13:{64 + number}
L: device=../../input{number}

P: {usb}/input/input{number}
E: EV=120013
E: KEY={_words(keys)}
E: NAME="{name}"
E: PRODUCT=3/{vendor:x}/{product:x}/111
E: SUBSYSTEM=input
A: name={name}
A: phys=usb-{number}/input0
A: uniq=
A: capabilities/ev=120013
A: capabilities/key={_words(keys)}
A: id/bustype=0003
A: id/vendor={vendor:04x}
A: id/product={product:04x}
A: id/version=0111
"""


def _ioctl_answers(
    node: str, identity: tuple[str, int, int, str], down: tuple[int, ...], keys: tuple[int, ...]
) -> str:
    """What the kernel answers to who asks with buffers of exactly these sizes, as python-evdev does."""
    name, vendor, product, serial = identity

    def text(value: str) -> str:
        return f"{len(value) + 1} {value.encode().ljust(256, bytes(1)).hex().upper()}"

    answers = (
        f"@DEV {node}",
        "EVIOCGVERSION 0 01000100",
        f"EVIOCGID 0 {struct.pack('<HHHH', 3, vendor, product, 0x111).hex().upper()}",
        f"EVIOCGNAME(0) {text(name)}",
        f"EVIOCGPHYS(0) {text('usb/input0')}",
        f"EVIOCGUNIQ(0) {text(serial)}",
        f"EVIOCGBIT(0) 4 {_bits([e.EV_SYN, e.EV_KEY, e.EV_MSC, e.EV_REP], 4).hex().upper()}",
        f"EVIOCGBIT({e.EV_KEY}) 96 {_bits(keys, 96).hex().upper()}",
        f"EVIOCGBIT({e.EV_MSC}) 8 {_bits([e.MSC_SCAN], 96).hex().upper()}",
        f"EVIOCGBIT({e.EV_REP}) 8 {_bits([0, 1], 96).hex().upper()}",
        "EVIOCGREP 0 FA00000021000000",
        "EVIOCGEFFECTS 0 00000000",
        "EVIOCGPROP(0) 4 00000000",
        "EVIOCGLED(0) 2 0000",
        f"EVIOCGKEY(0) 96 {_bits(down, 96).hex().upper()}",
    )
    return "\n".join(answers) + "\n"
