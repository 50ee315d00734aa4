"""What comes out of a printer that somebody else wrote: letters, amounts in columns, codes that scan."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops

from drivers import known_codes
from drivers.printer import (
    BarcodeLine,
    Blank,
    LogoLine,
    PairLine,
    Printer,
    QrLine,
    Slip,
    SlipLine,
    Symbology,
    TextLine,
    code_page_sheet,
    self_test_slip,
)
from drivers.printer._layout import Piece, Row
from drivers.printer._pictures import Lettering
from drivers.printer.network import Driver, Options
from tests.drivers.printer.contract import ENOUGH_MS, slip
from tests.drivers.printer.emupos import Judge, NetworkCable


@pytest.fixture
def cable(judge: Judge) -> Iterator[NetworkCable]:
    cable = NetworkCable(judge)
    yield cable
    cable.unplug()


@pytest.fixture
def printer(cable: NetworkCable) -> Driver:
    return Driver(Options(host="127.0.0.1", port=cable.port))


def text_of(judge: Judge, printer: Printer, *lines: SlipLine) -> str:
    printer.print(Slip(lines), ENOUGH_MS)
    return judge.texts()[-1]


def codes_of(judge: Judge, printer: Printer, *lines: SlipLine) -> dict[str, str]:
    """What a scanner reads on the paper: AIM identifier and text."""
    printer.print(Slip(lines), ENOUGH_MS)
    picture = Image.open(io.BytesIO(judge.pictures()[-1]))
    return {code.symbology_identifier: code.text for code in zxingcpp.read_barcodes(picture)}


@pytest.mark.parametrize(
    "text", ["€ äöüß ÄÖÜ", "éèêëçàâîïôùû Ç", "£ ñ ¿ ¡ å æ ø Å Æ Ø", "í ó ú ã õ ° § ½"]
)
def test_western_letters_and_the_euro_are_printed(
    judge: Judge, printer: Printer, text: str
) -> None:
    assert text_of(judge, printer, TextLine(text)).strip() == text


def test_another_code_page_can_be_chosen(judge: Judge, cable: NetworkCable) -> None:
    printer = Driver(Options(host="127.0.0.1", port=cable.port, code_page="CP852"))
    assert text_of(judge, printer, TextLine("Łódź, žluťoučký kůň")).strip() == "Łódź, žluťoučký kůň"


def test_with_pictures_off_what_the_code_page_lacks_loses_its_accent_or_is_seen_to_be_lost(
    judge: Judge, cable: NetworkCable
) -> None:
    printer = Driver(Options(host="127.0.0.1", port=cable.port, pictures=False))
    assert text_of(judge, printer, TextLine("Łódź Жук 茶")).strip() == "Lódz ??? ?"


def test_spaces_and_signs_of_locales_are_printed_plainly(judge: Judge, printer: Printer) -> None:
    line = PairLine("L\u2019addition", "\u22121\u202f234,50\u00a0€")
    assert text_of(judge, printer, line).split() == ["L'addition", "-1", "234,50", "€"]


def test_amounts_stand_at_the_right_edge(judge: Judge, printer: Printer) -> None:
    lines = (
        PairLine("Brot", "3,20 €"),
        PairLine("Ein sehr langer Name eines Artikels, der in keine Zeile passt", "1.234,50 €"),
        PairLine("Total", "1.237,70 €", bold=True),
    )
    rows = text_of(judge, printer, *lines).splitlines()
    assert [len(row) for row in rows if row.endswith("€")] == [48, 48, 48]
    assert "".join(rows).count("Artikels") == 1


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_the_paper_may_be_narrow(judge: Judge, cable: NetworkCable, columns: int) -> None:
    options = Options(host="127.0.0.1", port=cable.port, columns=columns)  # type: ignore[arg-type]
    row = text_of(judge, Driver(options), PairLine("Brot", "3,20 €")).rstrip()
    assert len(row) == columns


def test_a_name_cannot_command_the_printer(judge: Judge, printer: Printer) -> None:
    text = text_of(
        judge, printer, TextLine("Brot\x1bp\x00\x19\xfa\x1d(k\x10\x14\x01\x00\x08 lecker")
    )
    assert not judge.drawer_is_open()
    assert text.startswith("Brotp")
    assert text.rstrip().endswith("lecker")


@pytest.mark.parametrize(
    ("symbology", "text", "aim"),
    [
        ("ean13", "4006381333931", "]E0"),
        ("ean8", "96385074", "]E4"),
        ("code128", "K7Q2-1041", "]C0"),
        ("code128", "{a}{{b", "]C0"),
        ("code128", "20261122184500123456", "]C0"),
        ("code128", "1620010005", "]C0"),  # as pairs it is DLE DC4 1 0 5, which opens the drawer
    ],
)
def test_a_printed_barcode_is_read_again(
    judge: Judge, printer: Printer, symbology: Symbology, text: str, aim: str
) -> None:
    assert codes_of(judge, printer, Blank(), BarcodeLine(symbology, text)) == {aim: text}
    assert not judge.drawer_is_open()


def test_a_upc_is_read_again(judge: Judge, printer: Printer) -> None:
    (text,) = codes_of(judge, printer, BarcodeLine("upca", "036000291452")).values()
    assert text.endswith("036000291452")


@pytest.mark.parametrize(
    ("symbology", "text"),
    [
        ("ean13", "40063813339"),
        ("ean13", "40063813339x1"),
        ("ean13", "4006381333931".translate({ord("4"): "\uff14"})),
        ("code128", "Käse"),
        ("code128", "A" * 80),
    ],
)
def test_what_cannot_be_a_barcode_is_printed_as_text(
    judge: Judge, printer: Printer, symbology: Symbology, text: str
) -> None:
    assert codes_of(judge, printer, BarcodeLine(symbology, text)) == {}
    assert judge.texts()[-1].strip()


@pytest.mark.parametrize("text", ["x", "https://example.org/ä?K7Q2-1041", "V0;" + "abc123" * 80])
def test_a_printed_qr_code_is_read_again(judge: Judge, printer: Printer, text: str) -> None:
    assert codes_of(judge, printer, TextLine("above"), QrLine(text), TextLine("below")) == {
        "]Q1": text
    }


def test_a_qr_code_cannot_command_the_printer(
    judge: Judge, printer: Driver, cable: NetworkCable
) -> None:
    assert codes_of(judge, printer, QrLine("a\x10\x14\x01\x00\x05b\nc"))
    assert b"\x10\x14" not in cable.carried
    assert not judge.drawer_is_open()


def test_a_text_too_long_for_a_qr_code_is_printed_as_text(judge: Judge, printer: Printer) -> None:
    assert "qqqq" in text_of(judge, printer, QrLine("q" * 3000))


def picture_of(judge: Judge, printer: Printer, *lines: SlipLine) -> Image.Image:
    """The paper, black on white."""
    printer.print(Slip(lines), ENOUGH_MS)
    return Image.open(io.BytesIO(judge.pictures()[-1])).convert("L")


@pytest.mark.parametrize("name", ["Ελληνικός καφές", "Жук", "قهوة عربية", "龍井茶", "שלום", "Łódź"])
@pytest.mark.parametrize("columns", [32, 42, 48])
def test_a_drawn_row_comes_out_dot_by_dot(
    judge: Judge, cable: NetworkCable, columns: int, name: str
) -> None:
    options = Options(host="127.0.0.1", port=cable.port, columns=columns)  # type: ignore[arg-type]
    paper = picture_of(judge, Driver(options), PairLine(name, "12,50 €", bold=True))
    row = Row((Piece(name), Piece("12,50 €", "right")))
    drawn = Lettering(columns).draw(row, bold=True, large=False)
    printed = ImageChops.invert(paper.crop((0, 0, *drawn.size))).convert("1")
    assert drawn.getbbox()
    missing = ImageChops.logical_and(drawn, ImageChops.invert(printed))
    added = ImageChops.logical_and(printed, ImageChops.invert(drawn))
    assert missing.getbbox() is None
    # Only to bytes that would command the printer.
    assert sum(added.convert("L").histogram()[1:]) <= drawn.tobytes().count(b"\x10")


def test_drawn_rows_stand_between_printed_ones_at_the_same_distance(
    judge: Judge, printer: Printer
) -> None:
    paper = picture_of(judge, printer, TextLine("-"), TextLine("Ж"), TextLine("-"), TextLine("-"))
    rows = [
        y for y in range(paper.height) if ImageChops.invert(paper).crop((0, y, 12, y + 1)).getbbox()
    ]
    dashes = [y for y in rows if not 30 <= y < 60]
    assert [y - dashes[0] for y in dashes if y - 1 not in dashes] == [0, 60, 90]
    assert any(30 <= y < 60 for y in rows)


def test_amounts_of_drawn_rows_stand_below_those_of_printed_ones(
    judge: Judge, printer: Printer
) -> None:
    paper = ImageChops.invert(
        picture_of(judge, printer, PairLine("Brot", "12,50 €"), PairLine("Жук", "12,50 €"))
    )
    printed, drawn = (paper.crop((300, y, 576, y + 30)).getbbox() for y in (0, 30))
    assert printed
    assert drawn
    assert abs(printed[0] - drawn[0]) <= 3
    assert abs(printed[2] - drawn[2]) <= 3


def test_codes_scan_beside_drawn_rows_and_the_logo(
    judge: Judge, cable: NetworkCable, tmp_path: Path
) -> None:
    logo = tmp_path / "logo.png"
    Image.effect_noise((300, 200), 90).save(logo)
    printer = Driver(Options(host="127.0.0.1", port=cable.port, logo=str(logo)))
    codes = codes_of(judge, printer, *self_test_slip(48).lines)
    assert codes == {
        "]E0": "4006381333931",
        "]C0": known_codes.LAYOUT,
        "]C1": "(10)ZY(21)07",  # as the reader writes element strings
        "]Q1": "https://example.org/open-pos?0123456789",
    }
    assert not judge.drawer_is_open()


@pytest.mark.parametrize("columns", [32, 42])
def test_the_self_test_scans_on_narrow_paper_too(
    judge: Judge, cable: NetworkCable, columns: int
) -> None:
    options = Options(host="127.0.0.1", port=cable.port, columns=columns)  # type: ignore[arg-type]
    assert len(codes_of(judge, Driver(options), *self_test_slip(columns).lines)) == 4


def test_the_sheet_of_code_pages_tells_which_the_printer_has(
    judge: Judge, printer: Printer
) -> None:
    printer.print(code_page_sheet(), ENOUGH_MS)
    rows = dict(row.split(maxsplit=1) for row in judge.texts()[-1].splitlines()[2:])
    assert rows["CP858"] == "€ £ é ñ ß ø ? ? ?"
    assert rows["CP437"] == "? £ é ñ ß ? ? Ω ?"
    assert rows["CP866"] == "? ? ? ? ? ? ? ? Ж"
    # This one it has not.
    assert "\ufffd" in rows["ISO_8859-15"]


def test_a_picture_that_looks_like_a_command_does_not_open_the_drawer(
    judge: Judge, cable: NetworkCable, tmp_path: Path
) -> None:
    kicks = Image.frombytes("1", (576, 8), bytes.fromhex("10 14 01 00 01 10 04 02").ljust(72) * 8)
    logo = tmp_path / "logo.png"
    ImageChops.invert(kicks).save(logo)
    printer = Driver(Options(host="127.0.0.1", port=cable.port, logo=str(logo)))
    paper = picture_of(judge, printer, LogoLine(), TextLine("below"))
    assert b"\x10\x14" not in cable.carried
    assert b"\x30\x14\x01\x00\x01" in cable.carried
    assert paper.getpixel((3, 0)) == 0
    assert not judge.drawer_is_open()


def test_large_text_is_centred_in_its_own_width(judge: Judge, printer: Printer) -> None:
    printer.print(Slip((TextLine("ABBA", align="center", large=True),)), ENOUGH_MS)
    picture = Image.open(io.BytesIO(judge.pictures()[-1])).convert("L").point(lambda v: 255 - v)
    left, _, right, _ = picture.getbbox() or (0, 0, 0, 0)
    assert abs(left - (576 - right)) <= 24


@pytest.mark.parametrize("pin", [2, 5])
def test_only_the_drawer_of_the_given_pin_is_kicked(
    judge: Judge, printer: Driver, cable: NetworkCable, pin: int
) -> None:
    printer.kick(pin, 100, 400, ENOUGH_MS)  # type: ignore[arg-type]
    assert cable.carried.count(b"\x1bp") == 1
    assert bytes((0x1B, 0x70, {2: 0, 5: 1}[pin], 50, 200)) in cable.carried
    assert judge.drawer_is_open()


def test_a_kick_while_the_printer_is_blocked_does_not_come_late(
    judge: Judge, printer: Driver, cable: NetworkCable
) -> None:
    judge.set("paper-out")
    printer.kick(2, 100, 400, ENOUGH_MS)
    assert judge.drawer_is_open()
    judge.shut_drawer()
    judge.clear("paper-out")
    printer.print(slip("now there is paper"), ENOUGH_MS)
    assert not judge.drawer_is_open()
    assert b"\x1bp" not in cable.carried


def test_a_power_cycle_between_two_slips_does_not_garble_the_second(
    judge: Judge, printer: Driver, cable: NetworkCable
) -> None:
    printer.print(slip("Grüße 1 €"), ENOUGH_MS)
    cable.unplug()
    cable.plug()
    printer.print(slip("Grüße 2 €"), ENOUGH_MS)
    assert [text.strip() for text in judge.texts()] == ["Grüße 1 €", "Grüße 2 €"]
