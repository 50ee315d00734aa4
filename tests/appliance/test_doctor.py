"""`open-pos doctor`, as somebody runs it over a remote shell: no terminal, nobody at the counter."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.store.shelf import Shelf
from appliance.words import Words
from tests.appliance.trading import ROOMY

KINDS = ("badge", "beeper", "display", "drawer", "label", "printer", "scale", "scanner")
PLACE = Path(__file__).parents[2]
PATIENCE_S = 120


class Shop:
    """A configuration file with devices, and the command line."""

    def __init__(self, folder: Path) -> None:
        self.store = folder / "store"
        self.file = folder / "open-pos.toml"
        self.store.mkdir()
        self.write(KINDS)

    def write(self, kinds: tuple[str, ...], options: str = "{}") -> None:
        """Have one simulated device of each of these classes, with these options."""
        head = f'[store]\nfolder = "{self.store}"\nwarn_mb = 1\nstop_mb = 1\nballast_mb = 1\n'
        devices = (
            f'\n[[device]]\nname = "the {kind}"\nkind = "{kind}"\ntype = "simulated"\noptions = {options}\n'
            for kind in kinds
        )
        self.file.write_text(head + "".join(devices))

    def doctor(self, *arguments: str, lang: str = "en_GB.UTF-8") -> tuple[int, str, str]:
        """The exit code, what it said, and what it complained of."""
        done = subprocess.run(
            [sys.executable, "-m", "appliance", "doctor", "--config", str(self.file), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
            cwd=PLACE,
            env={**os.environ, "LANG": lang},
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def about(text: str, device: str) -> list[str]:
    return [line for line in text.splitlines() if f"the {device}:" in line]


def test_each_device_is_a_line_and_what_needs_a_person_is_skipped(shop: Shop) -> None:
    code, said, complaints = shop.doctor()
    assert "Traceback" not in complaints
    for kind in KINDS:
        assert about(said, kind), kind
        assert not [line for line in about(said, kind) if line.startswith("✗")]
    assert [line[0] for line in about(said, "drawer")] == ["✓", "–"]
    assert about(said, "scale")[0].startswith("–")
    # No word is missing from the language file. Whether the machine itself is well is not ours to say.
    assert "check." not in said
    assert "health." not in said
    faults = sum(line.startswith("✗") for line in said.splitlines())
    assert code == (1 if faults else 0)
    assert said.splitlines()[-1] == Words("en")(
        "cli.doctor_failed" if faults else "cli.doctor_well", count=faults
    )


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_a_fault_is_a_sentence_in_the_language_of_who_asks_and_the_exit_code(
    shop: Shop, language: str
) -> None:
    shop.write(("label", "printer"), "{ plugged = false }")
    code, said, _ = shop.doctor(lang=f"{language}.UTF-8")
    assert code == 1
    lines = said.splitlines()
    for kind in ("label", "printer"):
        (line,) = about(said, kind)
        assert line.startswith("✗")
        sentence = Words(language)("problem.device_absent", device=f"the {kind}")
        assert lines[lines.index(line) + 1].strip() == sentence


def test_while_a_register_holds_the_store_its_devices_are_left_alone(shop: Shop) -> None:
    shop.write(("printer",))
    shelf = Shelf(shop.store, limits=ROOMY)
    try:
        _, said, _ = shop.doctor()
    finally:
        shelf.close()
    assert Words("en")("cli.doctor_register_runs") in said
    assert about(said, "printer") == []
    _, said, _ = shop.doctor()
    assert about(said, "printer")


def test_where_nobody_can_tell_whether_a_register_runs_its_devices_are_left_alone(
    shop: Shop,
) -> None:
    shop.write(("printer",))
    # Not to be opened, as the lock of another user's register is not.
    (shop.store / "shop.lock").mkdir()
    code, said, complaints = shop.doctor()
    assert code == 1
    assert "Traceback" not in complaints
    assert about(said, "printer") == []
    assert "register's own user" in said.splitlines()[-1]


def test_a_wrong_device_is_a_fault_and_the_others_are_tested(shop: Shop) -> None:
    shop.write(("printer",), "{ colums = 42 }")
    shop.file.write_text(
        shop.file.read_text()
        + '\n[[device]]\nname = "the scale"\nkind = "scale"\ntype = "simulated"\n'
    )
    code, said, complaints = shop.doctor()
    assert code == 1
    assert "Traceback" not in complaints
    (line,) = about(said, "printer")
    assert line.startswith("✗")
    assert "'columns'" in said.splitlines()[said.splitlines().index(line) + 1]
    assert about(said, "scale")


def test_a_wrong_file_is_refused_with_what_is_wrong(shop: Shop) -> None:
    shop.file.write_text("colums = 42\n")
    code, said, complaints = shop.doctor()
    assert code == 2
    assert "'columns'" in complaints
    assert "Traceback" not in complaints
    assert said == ""


def test_a_shop_without_devices_has_only_a_machine(shop: Shop) -> None:
    shop.write(())
    _, said, complaints = shop.doctor()
    assert "the " not in complaints
    assert len(said.splitlines()) > 1


def test_on_a_terminal_the_person_is_asked_and_a_no_is_a_fault(shop: Shop) -> None:
    shop.write(("display",))
    ours, theirs = pty.openpty()
    try:
        running = subprocess.Popen(
            [sys.executable, "-m", "appliance", "doctor", "--config", str(shop.file)],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=PLACE,
            env={**os.environ, "LANG": "en_GB.UTF-8"},
        )
        os.write(ours, b"n\n")
        said, _ = running.communicate(timeout=PATIENCE_S)
    finally:
        os.close(ours)
        os.close(theirs)
    assert running.returncode == 1
    assert Words("en")("check.ask.display_was_seen") in said
    assert Words("en")("problem.display_shows_nothing", device="the display") in said
