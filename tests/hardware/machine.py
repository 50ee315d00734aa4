"""A virtual machine with a real Linux kernel, for the tests in this folder: `python -m tests.hardware.machine`.

The host's own files are its disk, read only, under a layer of memory. Three ports lead into it:

    report     what the tests say; the last line is `exit` and pytest's exit code
    monitor    QEMU's own monitor (QMP), so that a test can plug, type and unplug
    line       the other end of the serial adapter that a test may plug in

QEMU connects the last two to itself, so nothing has to be carried by this program.
"""

import gzip
import lzma
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
TREE: Final = HERE.parent.parent
ROOM: Final = ("virtio_pci", "9pnet_virtio", "9p", "overlay")
"""The modules that reach the host's files; everything else is loaded from there."""
LIMIT_S: Final = int(os.environ.get("LIMIT_S", "900"))


def main() -> int:
    kernel, pin_libraries, *pytest = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="open-pos-hardware-") as name:
        folder = Path(name)
        settings = {
            "TREE": str(TREE),
            "KERNEL": kernel,
            "PIN_LIBRARIES": pin_libraries,
            "PYTEST": shlex.join(pytest),
        }
        memory_disk = folder / "memory-disk"
        pack_memory_disk(folder / "packed", memory_disk, Path(kernel), settings)
        exit_code = run(command(folder, Path(kernel), memory_disk))
        if exit_code is None:
            print("hardware: the machine ended without a result. Its kernel said:", flush=True)
            print((folder / "console").read_text(errors="replace"))
            return 1
        return exit_code


def pack_memory_disk(folder: Path, packed: Path, kernel: Path, settings: dict[str, str]) -> None:
    """The first files of the machine: busybox, `init`, a few modules and the settings."""
    for room in ("bin", "modules", "host", "memory", "whole", "proc", "sys", "dev"):
        (folder / room).mkdir(parents=True)
    (folder / "bin/busybox").write_bytes(Path("/bin/busybox").read_bytes())
    (folder / "init").write_bytes((HERE / "init").read_bytes())
    for program in ("bin/busybox", "init"):
        (folder / program).chmod(0o755)
    order = []
    for module in needed(kernel):
        order.append(module.name.removesuffix(".xz"))
        (folder / "modules" / order[-1]).write_bytes(opened(module))
    (folder / "modules/order").write_text("".join(f"{name}\n" for name in order))
    (folder / "machine").write_text(
        "".join(f"{key}={shlex.quote(value)}\n" for key, value in settings.items())
    )
    files = "\n".join(str(path.relative_to(folder)) for path in sorted(folder.rglob("*")))
    archive = subprocess.run(
        ["cpio", "--create", "--format=newc", "--quiet"],
        cwd=folder,
        input=files.encode(),
        capture_output=True,
        check=True,
    ).stdout
    packed.write_bytes(gzip.compress(archive, compresslevel=1))


def needed(kernel: Path) -> list[Path]:
    """The modules of `ROOM` and what they need, in the order of loading."""
    folder = kernel / "lib/modules" / (kernel / "release").read_text().strip()
    needs = {
        module: needed.split()
        for module, _, needed in (
            line.partition(":") for line in (folder / "modules.dep").read_text().splitlines()
        )
    }
    by_name = {Path(module).name.partition(".")[0].replace("-", "_"): module for module in needs}
    found: dict[str, None] = {}
    for name in ROOM:
        # What is not among the modules is built in.
        if module := by_name.get(name):
            # modules.dep names the nearest first, so the farthest comes last.
            found.update(dict.fromkeys([*reversed(needs[module]), module]))
    return [folder / module for module in found]


def opened(module: Path) -> bytes:
    """A module as the kernel wants it; Debian compresses them since 13."""
    content = module.read_bytes()
    return lzma.decompress(content) if module.suffix == ".xz" else content


def command(folder: Path, kernel: Path, memory_disk: Path) -> list[str]:
    """QEMU's command line. Without KVM, so that it is the same everywhere, containers included."""
    parts = [
        "qemu-system-x86_64 -nodefaults -no-user-config -no-reboot -display none",
        # Less to look for at the start.
        "-M q35,i8042=off,sata=off,smbus=off,hpet=off -m 2048 -smp 2",
        "-accel tcg -cpu max",
        f"-kernel {kernel}/vmlinuz -initrd {memory_disk}",
        f"-serial file:{folder}/console",
        "-virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap",
        "-device virtio-serial-pci -chardev stdio,id=report,signal=off",
        "-device virtserialport,chardev=report,name=report",
        f"-chardev socket,id=qmp,path={folder}/qmp,server=on,wait=off -mon chardev=qmp,mode=control",
        f"-chardev socket,id=monitor,path={folder}/qmp",
        "-device virtserialport,chardev=monitor,name=monitor",
        f"-chardev socket,id=adapter,path={folder}/line,server=on,wait=off",
        f"-chardev socket,id=line,path={folder}/line",
        "-device virtserialport,chardev=line,name=line",
        "-device qemu-xhci,id=usb",
    ]
    kernel_words = "console=ttyS0 loglevel=4 panic=-1 oops=panic mitigations=off audit=0"
    return [*" ".join(parts).split(), "-append", kernel_words]


def run(machine: list[str]) -> int | None:
    """Start the machine and show what it reports. Answers pytest's exit code, or nothing."""
    exit_code: int | None = None
    with subprocess.Popen(
        ["timeout", str(LIMIT_S), *machine],
        # An input at its end would count as a hang-up of the port, and reports would wait for ever.
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        for line in lines(process.stdout):
            word, _, value = line.partition(" ")
            if word == "exit" and value.isdecimal():
                exit_code = int(value)
            else:
                print(line, flush=True)
    return exit_code


def lines(stream: Iterator[bytes]) -> Iterator[str]:
    """Lines as text, without their ends."""
    for line in stream:
        yield line.decode(errors="replace").rstrip()


if __name__ == "__main__":
    sys.exit(main())
