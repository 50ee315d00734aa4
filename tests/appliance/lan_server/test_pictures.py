"""Pictures of products: what becomes of them, and files that are none."""

import io
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from appliance.journal.catalogue_kinds import PictureSet
from appliance.services import pictures
from appliance.services.pictures import MOST_BYTES, MOST_JPEG, NotAPicture, PictureTooLarge
from tests.appliance.lan_server.goods_shop import CROISSANT, furnish, manager, signed_in, text
from tests.appliance.lan_server.office import SITE, Office, Visitor, open_office


@pytest.fixture(name="office")
def fresh_office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path / "shop") as office:
        yield office


def image(kind: str = "JPEG", size: tuple[int, int] = (900, 600), **more: object) -> bytes:
    out = io.BytesIO()
    made = Image.new("RGB", size, (200, 30, 30))
    made.paste((30, 30, 200), (0, 0, size[0] // 2, size[1]))
    made.save(out, kind, **more)
    return out.getvalue()


def send(visitor: Visitor, product: str, file: bytes) -> TestResponse:
    page = f"/catalogue/products/{product}"
    fields = {"csrf_token": visitor.token(page), "file": (io.BytesIO(file), "x.jpg")}
    path = f"/catalogue/pictures/{product}/set"
    return visitor.post(path, data=fields, headers={"Referer": SITE + page, "Origin": SITE})


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(900, 600), (300, 900), (1, 1), (10, 3000)])
def test_every_picture_becomes_a_small_square_jpeg(kind: str, size: tuple[int, int]) -> None:
    made = pictures.small(image(kind, size))
    assert len(made) <= MOST_JPEG
    opened = Image.open(io.BytesIO(made))
    assert (opened.format, opened.size) == ("JPEG", (256, 256))


def test_a_picture_full_of_noise_is_small_all_the_same() -> None:
    noise = Image.effect_noise((800, 800), 120).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "PNG")
    assert len(pictures.small(out.getvalue())) <= MOST_JPEG


def test_a_picture_is_turned_upright_and_forgets_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    exif[0x010E] = "secret place"
    file = image(exif=exif.tobytes())
    assert b"secret place" in file
    made = pictures.small(file)
    assert b"secret place" not in made
    opened = Image.open(io.BytesIO(made)).convert("RGB")
    # What was on the left is on top now.
    top, bottom = opened.getpixel((128, 20)), opened.getpixel((128, 236))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[2] > top[0]
    assert bottom[0] > bottom[2]


def test_transparent_parts_are_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    pixel = Image.open(io.BytesIO(pictures.small(out.getvalue()))).getpixel((128, 128))
    assert pixel == (255, 255, 255)


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 40,000 × 40,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(PictureTooLarge):
        pictures.small(bomb())
    with pytest.raises(PictureTooLarge):
        pictures.small(bytes(pictures.MOST_BYTES + 1))


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
        b"%PDF-1.4 rubbish",
        b"\xff\xd8\xff\xe0" + bytes(200),
        b"RIFF\xff\xff\xff\x7fWEBPVP8 " + bytes(64),
        b"\x89PNG\r\n\x1a\n" + bytes(100),
    ],
)
def test_what_is_no_picture_is_refused(file: bytes) -> None:
    with pytest.raises(NotAPicture):
        pictures.small(file)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_is_cut_or_altered_anywhere_breaks_nothing(kind: str) -> None:
    file = image(kind, (60, 40))
    for at in range(0, len(file), max(1, len(file) // 60)):
        for damaged in (file[:at], file[:at] + b"\xff\x00\xff" + file[at + 3 :]):
            try:
                assert len(pictures.small(damaged)) <= MOST_JPEG
            except (NotAPicture, PictureTooLarge):
                continue


def test_a_picture_is_stored_shown_and_taken_away(office: Office) -> None:
    product = furnish(office)[CROISSANT]
    visitor = manager(office)
    path = f"/catalogue/pictures/{product}"
    assert visitor.get(path).status_code == 404
    assert send(visitor, product, image()).status_code == 303
    entry = office.read("SELECT id FROM picture")[0][0]
    assert f"{path}?v={entry}" in text(visitor, "/catalogue/")
    answer = visitor.get(f"{path}?v={entry}")
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer.headers["Cache-Control"]
    tag = answer.headers["ETag"]
    assert visitor.get(path, headers={"If-None-Match": tag}).status_code == 304
    # The same once more is nothing new; another one is.
    send(visitor, product, image())
    assert len(office.bodies("picture_set")) == 1
    send(visitor, product, image(size=(50, 50)))
    assert visitor.get(path, headers={"If-None-Match": tag}).status_code == 200
    visitor.send(f"{path}/remove", f"/catalogue/products/{product}")
    assert visitor.get(path).status_code == 404
    page = text(visitor, f"/catalogue/products/{product}")
    assert "Picture taken away" in page


def test_files_that_are_no_picture_or_too_large_are_told(office: Office) -> None:
    product = furnish(office)[CROISSANT]
    visitor = manager(office)
    assert send(visitor, product, b"<script>").status_code == 303
    assert "no picture" in visitor.get(f"/catalogue/products/{product}").get_data(as_text=True)
    for size in (MOST_BYTES + 1, 3 * MOST_BYTES):
        assert send(visitor, product, bytes(size)).status_code == 303
        page = visitor.get(f"/catalogue/products/{product}").get_data(as_text=True)
        assert "The picture is too large: at most 8 MB." in page
    assert send(visitor, product, bytes(5 * MOST_BYTES)).status_code == 413
    assert office.bodies("picture_set") == []


def test_only_managers_set_pictures_and_only_of_products(office: Office) -> None:
    product = furnish(office)[CROISSANT]
    visitor = manager(office)
    assert send(visitor, product, image()).status_code == 303
    page = f"/catalogue/products/{product}"
    headers = {"Origin": SITE, "Referer": SITE + page}
    fields = {"csrf_token": visitor.token(page), "file": (io.BytesIO(image(size=(9, 9))), "x.jpg")}
    answer = visitor.post("/catalogue/pictures/K7Q2-9.9/set", data=fields, headers=headers)
    assert "no longer exists" in visitor.get(page).get_data(as_text=True)
    assert answer.status_code == 303
    cashier = signed_in(office, "3")
    token = cashier.token("/account/")
    fields = {"csrf_token": token, "file": (io.BytesIO(image()), "x.jpg")}
    refused = cashier.post(f"/catalogue/pictures/{product}/set", data=fields, headers=headers)
    assert refused.status_code == 403
    assert len(office.bodies("picture_set")) == 1


def test_a_picture_that_is_no_base64_blocks_nothing(office: Office) -> None:
    product = furnish(office)[CROISSANT]
    fine = b64encode(b"x").decode()

    office.room.scribe.do(lambda desk: desk.book.record("", PictureSet(product, fine)))
    with pytest.raises(ValueError, match="base64"):
        office.room.scribe.do(lambda desk: desk.book.record("", PictureSet(product, "!!")))
    assert office.read("SELECT jpeg FROM picture") == [(fine,)]
