"""Logos, and pictures as bytes: none of them commands the printer."""

import contextlib
import io
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

import drivers
from drivers.printer import (
    CODE_PAGES,
    LogoLine,
    PairLine,
    Slip,
    TextLine,
    network,
)
from drivers.printer._pictures import (
    BAND_ROWS,
    LOGO_HEIGHT,
    logo,
    raster,
)
from tests.drivers.printer.drawing import (
    DRAWING,
    PLAINLY,
    commands,
    ink,
    job,
    pictures,
)
from tests.drivers.printer.wire import REAL_TIME, any_slip, any_text, read, words


@settings(max_examples=200, deadline=None)
@given(any_slip(), st.sampled_from([32, 42, 48]), st.sampled_from([*CODE_PAGES, "CP862"]))
def test_no_slip_holds_a_real_time_command_or_anything_that_is_no_command(
    slip: Slip, columns: int, code_page: str
) -> None:
    for builder in (DRAWING[columns][code_page], PLAINLY):
        message = builder.slip(slip).message
        assert not REAL_TIME.search(message)
        found, rest = read(message)
        assert rest == b""
        assert found[0].name == b"\x1b@"
        assert found[-1].name == b"\x1dV"
        assert b"\x1bp" not in {command.name for command in found}
        assert b"\x00" not in {command.name for command in found}


@settings(max_examples=200, deadline=None)
@given(any_text(200), st.sampled_from([32, 42, 48]), st.booleans(), st.booleans())
def test_no_text_is_drawn_beyond_the_paper(
    text: str, columns: int, bold: bool, large: bool
) -> None:
    found = commands(
        TextLine(text, bold=bold, large=large), PairLine(text, text, bold, large), columns=columns
    )
    for picture in pictures(found):
        assert picture.width <= columns * 12
        assert picture.height == (60 if large else 30)


@given(st.binary(min_size=72 * 5, max_size=72 * 5))
def test_no_picture_holds_a_real_time_command_and_at_most_single_dots_are_added(
    dots: bytes,
) -> None:
    dots = dots.replace(b"\xff", b"\x10")
    picture = Image.frombytes("1", (576, 5), dots)
    message = raster(picture)
    assert not REAL_TIME.search(message)
    (command,), rest = read(message)
    assert rest == b""
    width = int.from_bytes(command.parameters[1:3], "little")
    sent = b"".join(dots[y * 72 : y * 72 + width] for y in range(5))
    for was, printed in zip(sent, command.data, strict=True):
        assert printed == was or (was, printed) == (0x10, 0x30)


def test_the_dots_that_would_open_the_drawer_do_not() -> None:
    kick = bytes.fromhex("10 14 01 00 01")
    message = raster(Image.frombytes("1", (40, 1), kick))
    assert message == bytes.fromhex("1d 76 30 00 05 00 01 00  30 14 01 00 01")


def test_a_white_picture_feeds_the_paper_all_the_same() -> None:
    found, rest = read(raster(Image.new("1", (576, 30))))
    assert rest == b""
    assert found[0].parameters == bytes((0, 1, 0, 30, 0))


def test_a_high_picture_goes_in_bands_that_small_buffers_hold() -> None:
    picture = Image.new("1", (576, 2 * BAND_ROWS + 7), 1)
    found, _ = read(raster(picture))
    assert [p.height for p in pictures(found)] == [BAND_ROWS, BAND_ROWS, 7]
    assert all(len(command.data) <= 72 * BAND_ROWS for command in found)


def save(path: Path, picture: Image.Image) -> str:
    picture.save(path, format="PNG")
    return str(path)


def drawing(size: tuple[int, int]) -> Image.Image:
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, size[0] // 2 - 1, size[1] - 1), fill=(120, 0, 0, 255))
    return picture


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_a_logo_is_made_smaller_to_fit_the_paper_and_stands_in_the_middle(
    tmp_path: Path, columns: int
) -> None:
    path = save(tmp_path / "logo.png", drawing((2000, 400)))
    dots = logo(path, columns)
    assert dots.width == columns * 12
    assert abs(dots.height * 5 - dots.width) < 5
    assert dots.getbbox() == (0, 0, columns * 6, dots.height)
    small = logo(save(tmp_path / "small.png", drawing((100, 40))), columns)
    left = (columns * 12 - 100) // 2
    assert small.getbbox() == (left, 0, left + 50, 40)
    high = logo(save(tmp_path / "high.png", drawing((300, 4000))), columns)
    assert high.height == LOGO_HEIGHT


def test_a_photograph_is_dithered_and_a_drawing_is_not(tmp_path: Path) -> None:
    photograph = Image.linear_gradient("L")
    dots = logo(save(tmp_path / "photo.png", photograph), 48)
    share = sum(dots.convert("L").histogram()[1:]) / (256 * 256)
    assert 0.4 < share < 0.6
    for top in (50, 190):
        part = dots.crop((160, top, 416, top + 16)).convert("L").histogram()
        assert part[0] > 500
        assert part[255] > 500
    (row,) = {
        logo(save(tmp_path / "d.png", drawing((64, 64))), 48).crop((256, y, 320, y + 1)).tobytes()
        for y in range(64)
    }
    assert row == b"\xff" * 4 + b"\x00" * 4


def test_the_logo_is_printed_where_the_slip_says_and_only_there(tmp_path: Path) -> None:
    path = save(tmp_path / "logo.png", drawing((100, 40)))
    builder = network.Options(host="x", logo=path).builder()
    found, _ = read(builder.slip(Slip((TextLine("a"), LogoLine(), TextLine("b")))).message)
    (picture,) = pictures(found)
    assert ink(picture) == (238, 0, 288, 40)
    names = [command.name for command in found if command.name in (b"text", b"\x1dv0")]
    assert names == [b"text", b"\x1dv0", b"text"]
    found, _ = read(builder.slip(Slip((TextLine("a"),))).message)
    assert pictures(found) == []


def test_without_a_logo_its_line_prints_nothing() -> None:
    with_line, without = job(LogoLine(), TextLine("a")), job(TextLine("a"))
    assert words(read(with_line.message)[0]) == words(read(without.message)[0])
    assert with_line.feed_dots == without.feed_dots


def png() -> bytes:
    buffer = io.BytesIO()
    drawing((60, 20)).save(buffer, format="PNG")
    return buffer.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A PNG that says it has so many dots."""
    header = (
        b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    )
    start = png().index(b"IHDR")
    return png()[:start] + header + zlib.crc32(header).to_bytes(4, "big") + png()[start + 21 :]


@pytest.mark.parametrize("type_name", ["network", "usb", "serial", "file", "simulated"])
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "no such file"),
        (b"GIF89a", "no PNG"),
        (b"", "no PNG"),
        (png()[:60], "cannot be read"),
        (claiming(40_000, 40_000), "cannot be read"),
        (claiming(6_000, 6_000), "too many"),
        (claiming(0, 0), "no PNG"),
    ],
)
def test_a_logo_that_cannot_be_read_is_refused_by_its_key(
    tmp_path: Path, type_name: str, content: bytes | None, why: str
) -> None:
    path = tmp_path / "logo.png"
    if content is not None:
        path.write_bytes(content)
    needed = {"network": {"host": "x"}, "serial": {"port": "/dev/x"}}.get(type_name, {})
    module = drivers.load("printer", type_name)
    with pytest.raises(drivers.BadOptions, match=why) as refusal:
        drivers.options_for(module, {**needed, "logo": str(path)})
    assert refusal.value.key == "logo"
    assert str(path) in str(refusal.value)


def test_a_folder_is_no_logo(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        logo(str(tmp_path), 48)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_broken_file_never_does_worse_than_be_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(png())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "broken.png"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    with contextlib.suppress(ValueError):
        assert logo(str(path), 32).width == 384
