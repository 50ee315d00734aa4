"""A picture as the kernel's framebuffer wants it; the device is played by a file, and told of by files as in /sys."""

from pathlib import Path

import pytest
from PIL import Image

from appliance.rescue.framebuffer import Framebuffer, Geometry, NoDisplay, as_bytes

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def display(tmp_path: Path, size: str, bits: int, stride: int, rotation: int = 0) -> Framebuffer:
    folder = tmp_path / "sys/class/graphics/fb0"
    folder.mkdir(parents=True)
    (folder / "virtual_size").write_text(f"{size}\n")
    (folder / "bits_per_pixel").write_text(f"{bits}\n")
    (folder / "stride").write_text(f"{stride}\n")
    (tmp_path / "fb0").touch()
    return Framebuffer(tmp_path / "fb0", rotation, tmp_path / "sys")


def four(width: int = 2) -> Image.Image:
    """Red and green above, blue and white below."""
    image = Image.new("RGB", (width, 2))
    for place, colour in zip(
        ((0, 0), (1, 0), (0, 1), (1, 1)), (RED, GREEN, BLUE, WHITE), strict=True
    ):
        image.putpixel(place, colour)
    return image


def test_32_bits_are_blue_green_red_and_nothing(tmp_path: Path) -> None:
    shown = display(tmp_path, "2,2", 32, 8)
    shown.show(four())
    shown.close()
    assert (tmp_path / "fb0").read_bytes().hex(" ", 4) == "0000ff00 00ff0000 ff000000 ffffff00"


def test_colours_lie_where_the_kernel_says() -> None:
    turned = Geometry(2, 2, 32, 8, 0, (0, 8, 16))
    assert as_bytes(four(), turned).hex(" ", 4) == "ff000000 00ff0000 0000ff00 ffffff00"


def test_24_bits_have_no_gap() -> None:
    assert as_bytes(four(), Geometry(2, 2, 24, 6)).hex(" ", 3) == "0000ff 00ff00 ff0000 ffffff"


def test_16_bits_are_five_six_and_five() -> None:
    got = as_bytes(four(), Geometry(2, 2, 16, 4, 0, (11, 5, 0)))
    assert [int.from_bytes(got[n : n + 2], "little") for n in range(0, 8, 2)] == [
        0b11111_000000_00000,
        0b00000_111111_00000,
        0b00000_000000_11111,
        0xFFFF,
    ]


def test_each_row_is_filled_up_to_its_length(tmp_path: Path) -> None:
    shown = display(tmp_path, "2,2", 16, 10)
    shown.show(four())
    shown.close()
    rows = (tmp_path / "fb0").read_bytes()
    assert len(rows) == 20
    assert rows[4:10] == rows[14:20] == bytes(6)


@pytest.mark.parametrize(
    ("rotation", "upper_left"), [(0, RED), (90, GREEN), (180, WHITE), (270, BLUE)]
)
def test_a_screen_that_is_turned_is_drawn_turned(
    tmp_path: Path, rotation: int, upper_left: tuple[int, int, int]
) -> None:
    """Turned against the clock by 90 degrees, the picture's upper right corner comes to lie upper left."""
    shown = display(tmp_path, "2,2", 32, 8, rotation)
    shown.show(four())
    shown.close()
    blue, green, red, _ = (tmp_path / "fb0").read_bytes()[:4]
    assert (red, green, blue) == upper_left


def test_an_upright_picture_fits_a_broad_display_that_is_turned(tmp_path: Path) -> None:
    shown = display(tmp_path, "4,2", 32, 16, 90)
    assert shown.size == (2, 4)
    shown.show(Image.new("RGB", shown.size, RED))
    shown.close()
    assert (tmp_path / "fb0").stat().st_size == 32


def test_a_picture_is_written_where_it_shows(tmp_path: Path) -> None:
    shown = display(tmp_path, "2,2", 32, 8)
    shown.geometry = shown.geometry._replace(start=16)
    shown.show(four())
    shown.close()
    assert (tmp_path / "fb0").read_bytes()[:16] == bytes(16)


@pytest.mark.parametrize(("size", "bits"), [("0,0", 32), ("2,2", 8), ("2,2", 1), ("junk", 32)])
def test_what_is_no_display_is_said(tmp_path: Path, size: str, bits: int) -> None:
    with pytest.raises(NoDisplay):
        display(tmp_path, size, bits, 8)


def test_no_device_is_an_error_that_can_be_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="fb0"):
        Framebuffer(tmp_path / "fb0")
