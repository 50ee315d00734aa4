"""The units as systemd itself reads them, and how much each may do beyond what it must."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "systemd"
UNITS = sorted((FOLDER / "units").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
MOST_EXPOSED = 20
"""In tenths: 2.0 is "OK" by systemd's own words."""
HIGHER = {"open-pos-support-sshd.service": 100}
"""Each says why in its own file and in systemd/README.md."""
STUBS = (
    "bin/sh",
    "bin/systemctl",
    "bin/true",
    "usr/sbin/sshd",
    "usr/libexec/open-pos/rescue",
    "usr/bin/open-pos",
    "usr/bin/systemctl",
    "usr/lib/open-pos/bin/python",
    "usr/libexec/open-pos/disk",
    "usr/libexec/open-pos/stick",
)

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units where the package puts them, and something at each path that they run."""
    root = tmp_path_factory.mktemp("root")
    units = root / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for unit in UNITS:
        shutil.copy(unit, units)
    for path in STUBS:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
    # What the system brings along.
    for name in ("graphical", "multi-user", "local-fs", "local-fs-pre", "network", "timers"):
        (units / f"{name}.target").write_text(f"[Unit]\nDescription={name}\n")
    for name in ("basic", "sysinit", "shutdown", "time-sync"):
        (units / f"{name}.target").write_text(
            f"[Unit]\nDescription={name}\nDefaultDependencies=no\n"
        )
    return root


def instance(unit: Path) -> str:
    return unit.name.replace("@.", "@sda1.")


def analyze(root: Path, *arguments: str) -> tuple[int, str]:
    ended = subprocess.run(
        ["systemd-analyze", *arguments, f"--root={root}"],
        check=False,
        capture_output=True,
        text=True,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_no_fault_in_a_unit(root: Path, unit: Path) -> None:
    path = root / "usr/lib/systemd/system" / unit.name
    if "@" in unit.name:
        path = path.with_name(instance(unit))
        shutil.copy(unit, path)
    code, said = analyze(root, "verify", "--man=no", str(path))
    about = [line for line in said.splitlines() if unit.name in line or "open-pos" in line]
    assert not about, said
    assert code == 0, said


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_unit_may_do_little_beyond_what_it_must(root: Path, unit: Path) -> None:
    most = HIGHER.get(unit.name, MOST_EXPOSED)
    code, said = analyze(
        root, "security", "--offline=true", f"--threshold={most}", "--no-pager", instance(unit)
    )
    found = re.search(r"Overall exposure level for \S+: (\S+)", said)
    assert found, said
    bad = [line for line in said.splitlines() if line.startswith("✗")]
    assert code == 0, f"{unit.name}: exposure {found[1]}\n" + "\n".join(bad)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_no_variable_comes_from_a_folder_in_which_the_till_may_write(unit: Path) -> None:
    # What begins with "+" runs as root, with these variables too: LD_PRELOAD would make the till's user root.
    files = re.findall(r"(?m)^EnvironmentFile=-?(\S+)", unit.read_text(encoding="utf-8"))
    assert [file for file in files if not file.startswith("/etc/default/")] == []


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_python_runs_nothing_that_lies_in_the_folder_of_the_store(unit: Path) -> None:
    # Without -I it looks for its modules in the working directory first, where a backup may have laid anything.
    lines = re.findall(r"(?m)^Exec.*/python .*$", unit.read_text(encoding="utf-8"))
    assert [line for line in lines if "/python -I " not in line] == []


def test_the_page_names_every_unit() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(open-pos-[a-z-]+@?)(?:\.timer)?`", page))
    there = {unit.name.rsplit(".", 1)[0] for unit in UNITS}
    assert there <= named


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root, to have less of it"
)
def test_root_as_the_update_has_it_reads_a_bundle_in_the_tills_own_folder(tmp_path: Path) -> None:
    text = (FOLDER / "units/open-pos-update@.service").read_text()
    (capability,) = re.findall(r"(?m)^CapabilityBoundingSet=CAP_(\w+)$", text)
    folder = tmp_path / "shop"
    folder.mkdir(mode=0o700)
    bundle = folder / "open-pos-1.2.3-raspios-arm64.raucb"
    bundle.write_bytes(b"hsqs")
    bundle.chmod(0o600)
    for one in (bundle, folder):
        os.chown(one, 65534, 65534)
    kept = ["setpriv", "--bounding-set", f"-all,+{capability.lower()}", "--no-new-privs"]
    read = subprocess.run([*kept, "cat", str(bundle)], capture_output=True, check=False)
    assert (read.stdout, read.stderr) == (b"hsqs", b"")
