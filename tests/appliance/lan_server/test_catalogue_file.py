"""Files of products in the back office: rehearsed, taken in part by part, stopped, resumed, and rubbish."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from appliance.lan_server.imports import FOLDER, IMPORTS, Imports
from appliance.services import catalogue_parts
from tests.appliance.lan_server.goods_shop import CROISSANT, furnish, manager, text
from tests.appliance.lan_server.office import SITE, Office, Visitor, open_office

PAGE = "/catalogue/file/"


@pytest.fixture(name="office")
def fresh_office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path / "shop") as office:
        yield office


@pytest.fixture(scope="module", name="lasting")
def office_of_the_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("shop")) as office:
        furnish(office)
        yield office


@pytest.fixture(scope="module", name="visitor")
def visitor_of_the_module(lasting: Office) -> Visitor:
    return manager(lasting)


def imports(office: Office) -> Imports:
    found = office.app.extensions[IMPORTS]
    assert isinstance(found, Imports)
    return found


def wait(office: Office) -> str:
    """Until its thread is done; answers the state."""
    imports(office).wait()
    job = imports(office).job
    return "" if job is None else job.state


def choose(visitor: Visitor, file: bytes, name: str = "list.csv") -> TestResponse:
    fields = {"csrf_token": visitor.token(PAGE), "file": (io.BytesIO(file), name)}
    return visitor.post(
        PAGE + "check", data=fields, headers={"Referer": SITE + PAGE, "Origin": SITE}
    )


def take(visitor: Visitor, **fields: str) -> TestResponse:
    return visitor.send(PAGE + "take", PAGE, **fields)


def forget(visitor: Visitor) -> None:
    visitor.send(PAGE + "forget", PAGE)


def names(office: Office) -> list[str]:
    return [row[0] for row in office.read("SELECT name FROM product ORDER BY name")]


def test_a_file_is_rehearsed_before_anything_changes(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    length = office.read("SELECT count(*) FROM entry")[0][0] + 1
    file = f"id,name,price,tax_class\n{ids[CROISSANT]},{CROISSANT},3.20,B\n,Tea,2,A\n,Bad,x,A\n"
    text(visitor, PAGE)
    before = office.read("SELECT count(*) FROM entry")[0][0]
    assert choose(visitor, file.encode()).status_code == 303
    assert wait(office) == "checked"
    page = text(visitor, PAGE)
    assert "€2.90" in page
    assert "€3.20" in page
    assert "without a currency" in page
    assert office.read("SELECT count(*) FROM entry")[0][0] == before >= length - 1
    # A bad row holds everything back until somebody says that it is to be left out.
    take(visitor)
    assert wait(office) == "checked"
    assert "Tea" not in names(office)
    take(visitor, skip_bad="on")
    assert wait(office) == "done"
    assert "Tea" in names(office)
    assert office.read("SELECT price_minor FROM product WHERE id = ?", ids[CROISSANT])[0][0] == 320
    assert "Bad" not in names(office)
    assert "1 new products, 1 changed" in text(visitor, PAGE)
    actors = office.read("SELECT DISTINCT actor FROM entry WHERE kind = 'catalogue_taken'")
    assert actors == [(office.ids["2"],)]


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"\n\n\n",
        b"name\n",
        b"\x00\xff\xfe\x00" * 100,
        b"PK\x03\x04" + bytes(range(256)) * 40,
        b"name,price\n\xe4pfel,1\n",
        b'name,price\n"unclosed,1\n' * 3,
        b"=cmd|' /C calc'!A0,x\n1,2\n",
        b"name,price,tax_class\n" + b"," * 5000 + b"\n",
        b"name,price,tax_class\n" + b"x" * 200_000 + b",1,A\n",
        b"<html><script>alert(1)</script>\n",
    ],
    ids=range(11),
)
def test_rubbish_is_told_and_changes_nothing(
    lasting: Office, visitor: Visitor, file: bytes
) -> None:
    before = names(lasting)
    choose(visitor, file, "../../<script>.csv")
    assert wait(lasting) == "checked"
    page = text(visitor, PAGE)
    assert "<script" not in page
    assert PAGE + "take" not in page
    take(visitor, skip_bad="on")
    wait(lasting)
    assert names(lasting) == before


def test_a_large_file_is_taken_in_parts_between_which_others_are_served(office: Office) -> None:
    furnish(office)
    visitor = manager(office)
    rows = 12 * catalogue_parts.PART
    file = "name,price,tax_class\n" + "".join(
        f"Part {n:05d},1.{n % 100:02d},A\n" for n in range(rows)
    )
    choose(visitor, file.encode())
    assert wait(office) == "checked"
    take(visitor)
    assert wait(office) == "done"
    marks = [json.loads(body)["line"] for body in office.bodies("catalogue_taken")]
    assert len(marks) == rows // catalogue_parts.PART + 1
    assert marks == sorted(marks)
    sizes = [len(json.loads(body)["products"]) for body in office.bodies("products_added")[1:]]
    assert max(sizes) <= catalogue_parts.PART
    assert sum(sizes) == rows


def test_what_was_stopped_goes_on_behind_the_last_row_that_is_in(office: Office) -> None:
    furnish(office)
    visitor = manager(office)
    rows = 20 * catalogue_parts.PART
    # Without a number or a barcode nothing but the mark could tell that a row is in already.
    file = "name,price,tax_class\n" + "".join(f"Row {n:05d},1,A\n" for n in range(rows))
    choose(visitor, file.encode())
    wait(office)
    scribe, held = office.room.scribe, imports(office)
    seen: list[int] = []

    def stop_after_some(commits: int) -> int:
        while not seen:
            commits = scribe.wait_for_news(commits, 5)
            if office.bodies("catalogue_taken"):
                held.stop()
                seen.append(commits)
        return commits

    before = scribe.commits
    take(visitor)
    stop_after_some(before)
    job = held.job
    assert job is not None
    assert job.state in {"stopped", "done"}
    done = len(names(office)) - 4
    assert 0 < done <= rows
    forget(visitor)
    if job.state == "stopped":
        assert done < rows
        assert "Choose the same file again" in text(visitor, PAGE)
        choose(visitor, file.encode(), "renamed.csv")
        assert wait(office) == "checked"
        assert "goes on after line" in text(visitor, PAGE)
        take(visitor)
        assert wait(office) == "done"
    assert len(names(office)) == rows + 4
    assert len(set(names(office))) == rows + 4
    assert office.read("SELECT is_done FROM catalogue_file") == [(1,)]


def test_a_row_that_no_longer_fits_when_its_turn_comes_is_told(office: Office) -> None:
    ids = furnish(office)
    visitor = manager(office)
    choose(visitor, b"name,price,tax_class,barcode\nTea,2,A,96385074\nNuts,3,A,\n")
    assert wait(office) == "checked"
    path = f"/catalogue/products/{ids['Gratis']}"
    visitor.send(path, name="Gratis", price="0", tax_class="A", unit="piece", barcodes="96385074")
    take(visitor)
    assert wait(office) == "done"
    page = text(visitor, PAGE)
    # The row means the product that has its barcode now, and changes that.
    assert set(names(office)) >= {"Nuts", "Tea"}
    assert "1 new products, 1 changed" in page


def test_a_second_file_waits_for_the_first(office: Office) -> None:
    furnish(office)
    visitor = manager(office)
    choose(visitor, b"name,price,tax_class\nTea,2,A\n")
    wait(office)
    job = imports(office).job
    assert job is not None
    job.state = "taking"
    page = text(visitor, PAGE)
    assert "<progress" in page
    assert "is taken in by Max Müller: line 2 of 2" in page
    assert choose(visitor, b"name,price,tax_class\nNuts,2,A\n").status_code == 303
    assert imports(office).job is job
    assert "is being taken in" in visitor.get(PAGE).get_data(as_text=True)
    job.state = "checked"


def test_what_is_written_out_is_taken_in_again_and_changes_nothing(office: Office) -> None:
    furnish(office)
    visitor = manager(office)
    visitor.send(
        "/catalogue/products/new", name="=1+1", price="1", cost="0.5", tax_class="A", unit="piece"
    )
    answer = visitor.get(PAGE + "catalogue.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Eckladen-catalogue.csv"'
    data = answer.get_data()
    assert b",'=1+1," in data
    choose(visitor, data)
    assert wait(office) == "checked"
    job = imports(office).job
    assert job is not None
    assert job.rehearsal is not None
    result = job.rehearsal.result
    assert (result.added, result.changed, result.bad_rows) == (0, 0, 0)
    assert result.unchanged == 5


def test_nothing_is_left_of_a_file_and_its_rehearsal(office: Office) -> None:
    furnish(office)
    visitor = manager(office)
    left = office.folder / FOLDER / "left by a server that was killed"
    left.parent.mkdir()
    left.write_bytes(b"x")
    choose(visitor, b"name,price,tax_class\nTea,2,A\n")
    wait(office)
    assert [one.name for one in (office.folder / FOLDER).iterdir()] == ["catalogue.csv"]
    forget(visitor)
    assert not (office.folder / FOLDER).exists()


def test_a_folder_that_cannot_be_written_is_told(office: Office) -> None:
    furnish(office)
    visitor = manager(office)
    (office.folder / FOLDER).write_bytes(b"a file where a folder should be")
    (office.folder / FOLDER).chmod(0o400)
    answer = choose(visitor, b"name,price,tax_class\nTea,2,A\n")
    assert answer.status_code == 303
    assert imports(office).job is None
    assert 'class="notice bad"' in text(visitor, PAGE)


def test_no_file_is_told(office: Office) -> None:
    visitor = manager(office)
    assert "choose a file" in visitor.send(PAGE + "check", PAGE).get_data(as_text=True)
    assert imports(office).job is None
