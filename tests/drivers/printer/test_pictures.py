"""Rows that the printer has no letters for, as pictures."""

from pathlib import Path

import pytest

from drivers.printer import (
    Align,
    BarcodeLine,
    PairLine,
    QrLine,
    Slip,
    TextLine,
)
from drivers.printer._escpos import Builder
from drivers.printer._layout import Piece, Row
from drivers.printer._pictures import (
    FONTS,
    JOINED,
    NARROW,
    WIDE,
    Lettering,
)
from tests.drivers.printer.drawing import (
    ARABIC,
    CHINESE,
    CYRILLIC,
    GREEK,
    LETTERING,
    PLAINLY,
    black,
    commands,
    ink,
    pictures,
)
from tests.drivers.printer.wire import read, words

# ------------------------------------------------------------------------------- what is a picture


@pytest.mark.parametrize("name", [GREEK, CYRILLIC, CHINESE, ARABIC, "Łódź", "שלום", "ქართული"])
def test_a_name_that_the_code_page_lacks_is_one_picture_of_its_row(name: str) -> None:
    found = commands(TextLine(name))
    assert len(pictures(found)) == 1
    assert words(found).strip() == ""


@pytest.mark.parametrize(
    "text",
    [
        "1\u202f234,50\u00a0€ \u2212 l\u2019été … \u201cx\u201d",
        "\ufb01n\u00ad \u2116 5 \uff21\uff22 \u3000\u2003 a\u200bb\u200c\u202e",
        "Grüße ™",
    ],
)
def test_typography_alone_makes_no_picture(text: str) -> None:
    assert pictures(commands(TextLine(text))) == []


def test_the_euro_is_spelt_where_it_is_missing_so_that_amounts_stay_text() -> None:
    found = commands(PairLine("Brot", "3,20 €"), code_page="CP852")
    assert pictures(found) == []
    assert words(found).rstrip().endswith("3,20 EUR")


def test_only_the_rows_that_need_it_are_pictures() -> None:
    found = commands(TextLine("Brot"), PairLine(CYRILLIC, "1,00 €"), TextLine("Käse"))
    assert len(pictures(found)) == 1
    assert words(found).split() == ["Brot", "Käse"]


def test_letters_from_the_right_are_drawn_even_if_the_code_page_has_them() -> None:
    # The printer would set them from the left.
    assert len(pictures(commands(TextLine("שלום"), code_page="CP862"))) == 1


def test_what_no_font_has_is_seen_to_be_lost() -> None:
    found = commands(TextLine("a👩\u200d🚀b"))
    assert pictures(found) == []
    assert words(found).strip() == "a??b"
    drawn = commands(TextLine(f"{CYRILLIC} 👩"))
    assert (
        pictures(drawn)[0].tobytes() == pictures(commands(TextLine(f"{CYRILLIC} ?")))[0].tobytes()
    )


def test_with_pictures_off_names_lose_their_accents_as_ever() -> None:
    found, _ = read(PLAINLY.slip(Slip((TextLine("Łódź Жук 茶"),))).message)
    assert words(found).strip() == "Lódz ??? ?"


def install(folder: Path, *names: str) -> Path:
    """A folder with only these of the fonts."""
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).symlink_to(FONTS / name)
    return folder


@pytest.mark.parametrize("fonts", [(), (WIDE[0],), (JOINED[0], WIDE[0])])
def test_without_the_fonts_names_lose_their_accents_as_ever(
    tmp_path: Path, fonts: tuple[str, ...]
) -> None:
    # The Chinese font alone has no figures: amounts would be boxes.
    builder = Builder(48, "CP858", lettering=Lettering(48, install(tmp_path, *fonts)))
    found, _ = read(builder.slip(Slip((TextLine("Łódź Жук 茶 שלום"),))).message)
    assert pictures(found) == []
    assert words(found).strip() == "Lódz ??? ? ????"


def test_a_broken_font_is_as_good_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Pillow looks there for a namesake that can be read.
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    install(tmp_path, JOINED[0], WIDE[0])
    (tmp_path / NARROW[0]).write_bytes(b"no font")
    builder = Builder(48, "CP858", lettering=Lettering(48, tmp_path))
    found, _ = read(builder.slip(Slip((TextLine("Łódź Жук 茶"),))).message)
    assert words(found).strip() == "Lódz ??? ?"


def test_without_the_chinese_font_the_other_scripts_are_drawn(tmp_path: Path) -> None:
    lettering = Lettering(48, install(tmp_path, NARROW[0], JOINED[0]))
    builder = Builder(48, "CP858", lettering=lettering)
    found, _ = read(builder.slip(Slip((TextLine("Жук"), TextLine("茶")))).message)
    assert len(pictures(found)) == 1
    assert words(found).strip() == "?"


def test_a_picture_never_loses_what_the_printer_could_have_printed() -> None:
    # No font here has Thai; the code page has.
    builder = Builder(48, "CP874", lettering=Lettering(48))
    thai = "กาแฟ"
    found, _ = read(builder.slip(Slip((PairLine(f"{thai} ł Ж", "1 €"), TextLine("Ж")))).message)
    assert len(pictures(found)) == 1
    (text,) = [command.data for command in found if command.name == b"text"]
    assert text.decode("cp874").split() == [thai, "l", "?", "1", "€"]


def test_letters_from_the_right_that_only_the_code_page_has_are_printed_by_it() -> None:
    builder = Builder(48, "CP1256", lettering=Lettering(48))
    name = "\u0627\u06c1"
    assert not LETTERING.can_draw(name[1])
    found, _ = read(builder.slip(Slip((TextLine(name),))).message)
    (text,) = [command.data for command in found if command.name == b"text"]
    assert text.decode("cp1256") == name


# ------------------------------------------------------------------------------- how it is drawn


@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("name", [GREEK, CYRILLIC, CHINESE, ARABIC])
@pytest.mark.parametrize("large", [False, True])
def test_a_drawn_amount_stands_at_the_right_edge_and_the_name_at_the_left(
    columns: int, name: str, large: bool
) -> None:
    found = commands(PairLine(name, "12,50 €", large=large), columns=columns)
    (picture,) = pictures(found)
    left, _, right, _ = ink(picture)
    assert left < 12
    assert columns * 12 - 12 < right <= columns * 12
    # Seven columns are the amount's, and the one before it is blank.
    amount_starts = (columns - 7) * 12
    gap = picture.crop((amount_starts - 12, 0, amount_starts, picture.height))
    assert black(gap) == 0


@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_drawn_text_keeps_its_place(align: Align) -> None:
    (picture,) = pictures(commands(TextLine(CYRILLIC, align=align)))
    left, _, right, _ = ink(picture)
    middle = {"left": 24, "center": 288, "right": 552}[align]
    assert abs((left + right) / 2 - middle) <= 6


def test_large_is_twice_as_high_and_no_wider_and_bold_is_blacker() -> None:
    (normal,) = pictures(commands(TextLine(CYRILLIC)))
    (large,) = pictures(commands(TextLine(CYRILLIC, large=True)))
    (bold,) = pictures(commands(TextLine(CYRILLIC, bold=True)))
    assert (normal.height, large.height, bold.height) == (30, 60, 30)
    assert [2 * y for y in ink(normal)[1::2]] == list(ink(large)[1::2])
    assert ink(normal)[::2] == ink(large)[::2]
    assert black(bold) > black(normal)


def test_drawn_letters_have_the_pitch_of_the_printers_own() -> None:
    for letter, pitch in (("И", 12), ("茶", 24)):
        row = Row((Piece(letter * (576 // pitch)),))
        dots = LETTERING.draw(row, bold=False, large=False)
        cells = {dots.crop((x, 0, x + pitch, 30)).tobytes() for x in range(0, 576, pitch)}
        assert len(cells) == 1


def test_a_wide_character_takes_two_columns() -> None:
    assert len(pictures(commands(TextLine("茶" * 16), columns=32))) == 1
    assert len(pictures(commands(TextLine("茶" * 17), columns=32))) == 2
    found = commands(TextLine(f"Tee {'茶' * 20}"), columns=32)
    assert len(pictures(found)) == 2


def test_arabic_letters_are_joined_and_run_from_right_to_left() -> None:
    apart = sum(black(LETTERING.draw(Row((Piece(c),)), bold=False, large=False)) for c in ARABIC)
    joined = LETTERING.draw(Row((Piece(ARABIC),)), bold=False, large=False)
    assert black(joined) != apart
    # Alef is a bare stroke; as the first letter it is the rightmost.
    alone = LETTERING.draw(Row((Piece("\u0627"),)), bold=False, large=False)
    word = LETTERING.draw(Row((Piece("\u0627\u0628\u0628"),)), bold=False, large=False)
    alef, whole = alone.getbbox(), word.getbbox()
    assert alef
    assert whole
    assert whole[1] == alef[1]
    last_columns = word.crop((whole[2] - 6, 0, whole[2], 30)).getbbox()
    assert last_columns
    assert last_columns[1] == alef[1]


@pytest.mark.parametrize("bold", [False, True])
def test_a_name_that_is_wider_than_its_columns_is_pressed_into_them(bold: bool) -> None:
    # Between two strokes as high as the row are letters wider than a column.
    alef, seen = "\u0627", "\u0633"
    name = alef + seen * 38 + alef
    (picture,) = pictures(commands(PairLine(name, "9,99 €", bold=bold)))
    (amount,) = pictures(commands(PairLine("Ж", "9,99 €", bold=bold)))
    edge = (504, 0, 576, 30)
    assert picture.crop(edge).tobytes() == amount.crop(edge).tobytes()
    assert black(picture.crop((492, 0, 504, 30))) == 0
    left, right = (picture.crop((x, 0, x + 12, 30)) for x in (0, 480))
    assert ink(left)[1] <= 9
    assert ink(right)[1] <= 9


def test_an_amount_that_is_wider_than_its_columns_leaves_the_name_its_own() -> None:
    (normal,) = pictures(commands(PairLine("Жук", "1,00 €")))
    (wide,) = pictures(commands(PairLine("Жук", "\u0633" * 44)))
    assert wide.crop((0, 0, 48, 30)).tobytes() == normal.crop((0, 0, 48, 30)).tobytes()
    assert ink(wide)[2] > 570


def test_parts_in_other_scripts_follow_the_direction_of_the_row() -> None:
    tea = LETTERING.draw(Row((Piece("茶"),)), bold=False, large=False).crop((0, 0, 24, 30))
    after = LETTERING.draw(Row((Piece(f"{ARABIC}茶"),)), bold=False, large=False)
    before = LETTERING.draw(Row((Piece(f"茶{ARABIC}"),)), bold=False, large=False)
    for row in (after, before):
        # In the first it is read last and stands at the left end all the same.
        assert row.crop((0, 0, 24, 30)).tobytes() == tea.tobytes()
        assert row.crop((24, 0, 100, 30)).getbbox()


def test_what_cannot_be_drawn_is_a_question_mark() -> None:
    drawn, expected = (
        LETTERING.draw(Row((Piece(text),)), bold=False, large=False) for text in ("Ж👩", "Ж?")
    )
    assert drawn.tobytes() == expected.tobytes()


def test_half_a_character_is_never_sent() -> None:
    found = commands(TextLine("a\ud800b"), QrLine("a\ud800b"), BarcodeLine("code128", "\ud800"))
    assert words(found).split() == ["ab", "ab"]


def test_marks_piled_upon_a_letter_stay_in_their_row() -> None:
    found = commands(TextLine("Ж" + "\u0301" * 10_000), TextLine("Жук"))
    assert [picture.height for picture in pictures(found)] == [30, 30]
