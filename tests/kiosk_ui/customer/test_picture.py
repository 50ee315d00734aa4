"""The picture between sales."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk_ui.customer.picture import load

WITHIN = (400, 300)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.gif", "a.bmp"])
def test_it_is_made_to_fit_and_keeps_its_shape(tmp_path: Path, name: str) -> None:
    Image.new("RGB", (2000, 1000), "red").save(tmp_path / name)
    picture = load(tmp_path / name, WITHIN)
    assert picture is not None
    assert (picture.width, picture.height) == (400, 200)
    assert len(picture.pixels) == 400 * 200 * 3
    assert picture.pixels[0] > 250


def test_a_small_one_is_not_blown_up(tmp_path: Path) -> None:
    Image.new("RGB", (20, 10), "red").save(tmp_path / "a.png")
    picture = load(tmp_path / "a.png", WITHIN)
    assert picture is not None
    assert (picture.width, picture.height) == (20, 10)


def test_a_photograph_taken_upright_is_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (200, 100), "red").save(tmp_path / "a.jpg", exif=exif)
    picture = load(tmp_path / "a.jpg", WITHIN)
    assert picture is not None
    assert (picture.width, picture.height) == (100, 200)


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    Image.new("RGBA", (2, 1), (0, 0, 0, 0)).save(tmp_path / "a.png")
    picture = load(tmp_path / "a.png", WITHIN)
    assert picture is not None
    assert picture.pixels == b"\xff" * 6


@pytest.mark.parametrize("content", [None, b"", b"GIF89a", b"\x89PNG\r\n\x1a\n1234", b"words"])
def test_what_is_no_picture_is_left_out(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a.png").write_bytes(content)
    assert load(tmp_path / "a.png", WITHIN) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    st.sampled_from(["png", "jpeg", "gif", "webp", "bmp"]), st.integers(0), st.binary(max_size=9)
)
def test_a_damaged_picture_ends_nothing(
    tmp_path: Path, kind: str, place: int, damage: bytes
) -> None:
    file = tmp_path / "damaged"
    Image.effect_noise((40, 30), 90).convert("RGB").save(file, kind)
    content = file.read_bytes()
    place %= len(content)
    file.write_bytes(content[:place] + damage + content[place + len(damage) :])
    load(file, WITHIN)
