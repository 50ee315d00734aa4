"""Wages on paper and in files: what the commands write, read back by other programs."""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.domain.timeclock import What
from appliance.journal.kinds import ShopChanged
from appliance.journal.pay_kinds import HolidayCalendar, LeaveGranted, LeaveTaken, PayTermsChanged
from appliance.journal.staff_kinds import EmployeeDetailed
from appliance.services import leave, pay_rules, pay_terms, people, wages
from appliance.services.desk import Desk
from tests.appliance.services.test_leave import adjust, approve
from tests.appliance.services.test_wages import TILL, Shop, open_shop

HOUR_MS = 3_600_000
WEEK = ("2026-03-02", "2026-03-08")
NAMES = ("Ana", "=cmd|' /C calc'!A0", "王小明", "Ελένη Иванова", "محمد")

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext is not installed: Debian's poppler-utils"
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Five people whose names are trouble, each with six hours of overtime, leave and expenses."""
    opened = open_shop(tmp_path / "store")
    desk = opened.desk
    desk.book.record("", ShopChanged(name="Corner", address=("Main Street 1",), currency="USD"))
    pins = people.pins(desk.db.folder)
    for number, name in enumerate(NAMES):
        if number:
            people.add(
                desk, pins, number=f"1{number}", name=name, role="cashier", pin="1111", actor=""
            )
        opened.ana = people.find(desk.db, f"1{number}" if number else "1").id
        opened.rate(1200)
        opened.work_week(8, 8, 8, 8, 8, 6)
        _with_leave(desk, opened)
        adjust(opened, 3600)
    opened.ana = people.find(desk.db, "1").id
    yield opened
    opened.shelf.close()


def _with_leave(desk: Desk, shop: Shop) -> None:
    granted = LeaveGranted(shop.ana, "vacation", "2026-01-01", 80 * HOUR_MS)
    leave.grant(desk, granted, shop.ben)
    taken = LeaveTaken(shop.ana, "vacation", ("2026-03-08",), 8 * HOUR_MS)
    leave.take(desk, taken, shop.ben)


def asked(shop: Shop, *more: str, report: str = "wages") -> list[str]:
    folder = str(shop.shelf.db.folder)
    return ["report", report, "--store", folder, "--from", WEEK[0], "--to", WEEK[1], *more]


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))


# --------------------------------------------------------------------------- CSV


def test_the_csv_has_a_row_a_line_and_the_fields_of_516_2_in_each(
    shop: Shop, tmp_path: Path
) -> None:
    approve(shop)
    wages.pay(shop.desk, shop.ana, 50_000, "2026-03-09", TILL, shop.ben)
    file = tmp_path / "wages.csv"
    assert main(asked(shop, "--csv", str(file), "--employee", "1")) == 0
    content = file.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n")
    found = rows(file)
    lines = [row for row in found if row["row"] == "line"]
    assert [(row["kind"], row["hours"], row["rate"], row["factor"], row["amount"]) for row in lines] == [
        ("time", "46.00", "12.00", "1", "552.00"),
        ("overtime", "6.00", "12.00", "0.5", "36.00"),
        ("leave", "8.00", "12.00", "1", "96.00"),
    ]  # fmt: skip
    for row in found:
        assert row["total wages"] == "684.00"
        assert (row["to be paid"], row["paid"], row["still owed"]) == ("720.00", "500.00", "220.00")
        assert (row["straight-time earnings"], row["overtime premium"]) == ("552.00", "36.00")
        assert row["workweek begins"] == "Monday 00:00"
    assert [row["hours"] for row in found if row["row"] == "day"] == ["8.00"] * 5 + ["6.00"]
    (week,) = [row for row in found if row["row"] == "week"]
    assert (week["hours"], week["regular rate"], week["overtime hours"]) == ("46.00", "12.00", "6.00")  # fmt: skip
    (paid,) = [row for row in found if row["row"] == "payment"]
    assert (paid["day"], paid["amount"]) == ("2026-03-09", "500.00")


def test_no_name_is_a_formula_to_a_spreadsheet(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "wages.csv"
    main(asked(shop, "--csv", str(file)))
    found = rows(file)
    assert {row["name"].lstrip("'") for row in found} == set(NAMES)
    for row in found:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "@", "\t", "\r")), cell
            assert not cell.startswith("-") or float(cell) < 0


def test_what_the_records_say_of_somebody_is_said_in_the_language_of_the_file(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "de")
    details = EmployeeDetailed(employee=shop.ana, sex="female", occupation="-Kasse")
    shop.desk.book.record(shop.ben, details)
    file = tmp_path / "wages.csv"
    main(asked(shop, "--csv", str(file), "--employee", "1"))
    assert {(row["Geschlecht"], row["Tätigkeit"]) for row in rows(file)} == {
        ("weiblich", "'-Kasse")
    }


def test_negative_amounts_stay_numbers(shop: Shop, tmp_path: Path) -> None:
    adjust(shop, -999)
    file = tmp_path / "wages.csv"
    main(asked(shop, "--csv", str(file), "--employee", "1"))
    amounts = [row["amount"] for row in rows(file) if row["row"] == "adjustment"]
    assert sorted(amounts) == ["-9.99", "36.00"]


# --------------------------------------------------------------------------- PDF


def text_of(file: Path, page: int) -> str:
    shown = ["pdftotext", "-layout", "-f", str(page), "-l", str(page), str(file), "-"]
    return subprocess.run(shown, capture_output=True, text=True, check=True).stdout


@needs_poppler
def test_a_slip_has_all_lines_and_how_they_were_reckoned(shop: Shop, tmp_path: Path) -> None:
    approve(shop)
    wages.pay(shop.desk, shop.ana, 50_000, "2026-03-09", TILL, shop.ben)
    file = tmp_path / "slips.pdf"
    assert main(asked(shop, "--pdf", str(file), "--employee", "1", "--paper", "letter")) == 0
    said = text_of(file, 1)
    for part in (
        "Corner", "Main Street 1", "Wage slip", "Ana", "2026-03-02 – 2026-03-08",
        "46:00 h × 12.00", "6:00 h × 12.00 × 0.5", "paid leave, vacation", "expenses: taxi",
        "Straight-time earnings", "552.00", "684.00", "Paid on 2026-03-09", "220.00",
        "In all 46:00 h", "regular rate 12.00", "signature of Ana", "signature for Corner",
    ):  # fmt: skip
        assert part in said, part


@needs_poppler
def test_each_has_a_page_and_letters_of_other_scripts_print(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "slips.pdf"
    assert main(asked(shop, "--pdf", str(file))) == 0
    pages = {name: text_of(file, place + 1) for place, name in enumerate(sorted(NAMES))}
    for name, said in pages.items():
        if name != "محمد":
            # What runs from the right is a picture.
            assert name in said
        assert "588.00" in said or "684.00" in said
    assert "not yet: these figures may change" in pages["Ana"]


@needs_poppler
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_a_long_month_goes_on_on_the_next_page(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LANG", language)
    shop.rules(overtime="us_california")
    terms = PayTermsChanged(breaks="us_california", holidays=HolidayCalendar("US", "CA"))
    pay_terms.change(shop.desk, terms, shop.ben)
    for place in range(40):
        adjust(shop, place + 1)
    file = tmp_path / "slips.pdf"
    main(asked(shop, "--pdf", str(file), "--employee", "1"))
    both = text_of(file, 1) + text_of(file, 2)
    assert both.count("taxi") == 41
    assert {"en": "page 2", "de": "Seite 2", "es": "página 2"}[language] in both


def test_a_file_that_is_there_is_kept_unless_it_is_to_be_replaced(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, new = tmp_path / "wages.csv", tmp_path / "slips.pdf"
    kept.write_text("mine", encoding="utf-8")
    both = asked(shop, "--csv", str(kept), "--pdf", str(new))
    assert main(both) == 2
    assert "(file_exists)" in capsys.readouterr().err
    assert (kept.read_text(encoding="utf-8"), new.exists()) == ("mine", False)
    assert main([*both, "--force"]) == 0
    assert (len(rows(kept)) > 5, new.read_bytes()[:5]) == (True, b"%PDF-")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["slips.pdf", "store", "wages.csv"]


def test_what_cannot_be_written_says_so(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(asked(shop, "--csv", str(tmp_path / "no" / "wages.csv"))) == 2
    assert "(cannot_write)" in capsys.readouterr().err
    assert main(asked(shop, "--employee", "77")) == 2
    assert "(no_such_employee)" in capsys.readouterr().err
    nobody = asked(shop, "--pdf", str(tmp_path / "x.pdf"))
    nobody[5] = nobody[7] = "2026-05-01"
    assert main(nobody) == 2
    assert "(no_wages)" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_the_text_says_what_is_open_and_what_is_remarked(
    shop: Shop,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    monkeypatch.setenv("LANG", language)
    pay_terms.change(shop.desk, PayTermsChanged(breaks="de"), shop.ben)
    approve(shop)
    shop.punch(shop.at(pay_rules.day("2026-03-08"), 9), What.IN)
    shop.punch(shop.at(pay_rules.day("2026-03-08"), 11), What.OUT)
    assert main(asked(shop)) == 1
    said = capsys.readouterr().out
    (question,) = [line for line in said.splitlines() if line.startswith("  ? ")]
    # Two hours more, which are overtime.
    assert ("36.00" if language == "en" else "36,00") in question
    assert said.count("\n  ! ") == 5 * 10
    assert "{" not in said
    assert "wages." not in said


# --------------------------------------------------------------------------- labour


def test_the_labour_report_prints_and_draws_what_it_says_in_json(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(asked(shop, "--json", report="labour")) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["worked_ms"], found["cost_minor"]) == (5 * 46 * HOUR_MS, 5 * 55_200)
    assert sum(hour["cost_minor"] for hour in found["hours"]) == found["cost_minor"]
    assert main(asked(shop, report="labour")) == 0
    assert "2,760.00" in capsys.readouterr().out
    file = tmp_path / "labour.pdf"
    assert main(asked(shop, "--pdf", str(file), report="labour")) == 0
    assert file.read_bytes()[:5] == b"%PDF-"
    assert main(asked(shop, "--pdf", str(file), report="labour")) == 2
    if shutil.which("pdftotext"):
        assert "2,760.00" in text_of(file, 1)
