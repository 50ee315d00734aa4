"""What comes out of a printer that somebody else wrote: letters, amounts in columns, codes that scan."""

import io
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image

from drivers.printer import (
    BarcodeLine,
    Blank,
    PairLine,
    Printer,
    QrLine,
    Slip,
    SlipLine,
    Symbology,
    TextLine,
)
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


def test_what_the_code_page_lacks_loses_its_accent_or_is_seen_to_be_lost(
    judge: Judge, printer: Printer
) -> None:
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
