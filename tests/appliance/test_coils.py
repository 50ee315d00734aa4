"""Coils of drawers are off before the till starts and after it ended. The chips themselves are in tests/hardware."""

import struct
from pathlib import Path

import pytest

from appliance import coils
from appliance.coils import Coil

FILE = """
[[device]]
name = "drawer"
kind = "drawer"
type = "gpio_relay"
options = { pin = 17 }

[[device]]
name = "second drawer"
kind = "drawer"
type = "gpio_relay"
options = { pin = 27, active_high = false }

[[device]]
name = "printer"
kind = "printer"
type = "usb"
"""


def test_each_drawer_on_a_pin_has_a_coil(tmp_path: Path) -> None:
    file = tmp_path / "open-pos.toml"
    file.write_text(FILE)
    assert coils.coils(file) == (Coil(17, 0), Coil(27, 1))


@pytest.mark.parametrize(
    "text",
    [
        "device = 3",
        "[[device]]\nkind = 'drawer'\ntype = 'gpio_relay'\n",
        "[[device]]\nkind = 'drawer'\ntype = 'gpio_relay'\noptions = { pin = 'x' }\n",
        "[[device]]\nkind = 'drawer'\ntype = 'gpio_relay'\noptions = 3\n",
        "[[",
    ],
)
def test_a_file_that_is_wrong_has_no_coils(tmp_path: Path, text: str) -> None:
    file = tmp_path / "open-pos.toml"
    file.write_text(text)
    assert coils.coils(file) == ()
    assert coils.main(["--config", str(file)]) == 0


def test_a_machine_without_pins_is_said_and_no_hindrance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "open-pos.toml"
    file.write_text(FILE)
    (tmp_path / "gpiochip0").write_text("no chip")
    assert coils.main(["--config", str(file), "--devices", str(tmp_path)]) == 1
    assert "no pins" in capsys.readouterr().err


def test_the_question_to_the_kernel_is_as_its_header_has_it() -> None:
    asked = coils.line_request(Coil(27, 1))
    assert len(asked) == (coils.GET_LINE >> 16) & 0x3FFF == 592
    assert struct.unpack_from("=I", asked, 0) == (27,)
    assert asked[256:288].rstrip(b"\0") == b"open-pos coil off"
    flags, attributes = struct.unpack_from("=QI", asked, 288)
    assert (flags, attributes) == (0b1000, 1)
    assert struct.unpack_from("=IIQQ", asked, 288 + 32) == (2, 0, 1, 1)
    assert struct.unpack_from("=II", asked, 288 + 32 + 240) == (1, 0)
