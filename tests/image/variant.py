"""Updates for trying: the image that was built, with another version, and with something broken in it."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final, Literal

Variant = Literal["good", "broken", "no-kernel"]
_PROGRAM: Final = "/usr/lib/open-pos/lib/python3.13/site-packages/appliance"
VERSIONS: Final = {"good": "9.9.1", "broken": "9.9.2", "no-kernel": "9.9.3"}


def variant(kind: Variant, built: Path, folder: Path) -> Path:
    """A bundle, signed like the image. `broken`: its till ends at once; `no-kernel`: it does not start at all."""
    made = folder / built.name
    made.mkdir()
    version = VERSIONS[kind]
    (made / "version").write_text(version + "\n")
    subprocess.run(["cp", "--sparse=always", str(built / "system.ext4"), str(made)], check=True)
    shutil.copy(built / "start.tar", made)
    told = folder / "about"
    told.write_text(f'OPEN_POS_VERSION="{version}"\nOPEN_POS_TARGET="{built.name}"\n')
    _put(made / "system.ext4", told, "/etc/open-pos-image")
    if kind == "broken":
        program = folder / "program"
        program.write_text("import sys\n\nsys.exit('broken on purpose')\n")
        _put(
            made / "system.ext4",
            program,
            f"{_PROGRAM}/__main__.py",
        )
        # Python would take the compiled file without a look at its source.
        _put(made / "system.ext4", program, f"{_PROGRAM}/__pycache__/__main__.cpython-313.pyc")
    if kind == "no-kernel":
        files = folder / "start"
        files.mkdir()
        subprocess.run(["tar", "-C", str(files), "-xf", str(made / "start.tar")], check=True)
        (files / "vmlinuz").write_bytes(b"no kernel")
        subprocess.run(["tar", "-C", str(files), "-cf", str(made / "start.tar"), "."], check=True)
    done = subprocess.run(
        ["image-build/bundle", str(made)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "BUNDLE_LEVEL": "1"},
    )
    return Path(done.stdout.strip().splitlines()[-1])


def _put(system: Path, source: Path, place: str) -> None:
    """Replace a file in an ext4 file system that is not mounted."""
    for command in (f"rm {place}", f"write {source} {place}", f"sif {place} mode 0100644"):
        subprocess.run(
            ["debugfs", "-w", "-R", command, str(system)], check=True, capture_output=True
        )
