"""The command line, as somebody types it."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.__main__ import main, turned_by_x
from appliance.config import ScreenConfig
from appliance.problems import read_line
from tests.appliance.trading import open_trader, sell

ANA = '{"do": "sign_in", "employee": "1", "pin": "1234"}'


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A shop set up by commands alone, with one product and one person."""
    store = str(tmp_path / "store")
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert main(["shop", "set", "--store", store, "--name", "Corner", "--currency", "GBP"]) == 0
    assert main(["shop", "tax", "--store", store, "A", "VAT", "20"]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("1234\n"))
    assert main(["people", "add", "--store", store, "--number", "1", "--name", "Ana"]) == 0
    products = tmp_path / "products.csv"
    products.write_text("name,price,tax_class,barcode\nTea,2.50,A,96385074\n")
    assert main(["catalogue", "import", "--store", store, str(products)]) == 0
    return store


def play(store: str, tmp_path: Path, *lines: str) -> int:
    script = tmp_path / "script.jsonl"
    script.write_text("\n".join(lines))
    return main(["play", "--store", store, str(script)])


def test_a_day_is_played_and_reported(
    shop: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    code = play(
        shop,
        tmp_path,
        "# one tea",
        ANA,
        '{"do": "scan", "text": "96385074"}',
        "",
        '{"do": "tender_cash", "amount_minor": 200}',
        '{"do": "tender_cash", "amount_minor": 500}',
        '{"do": "close_day"}',
    )
    assert code == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["n"], one["do"]) for one in answers] == [
        (2, "sign_in"),
        (3, "scan"),
        (5, "tender_cash"),
        (6, "tender_cash"),
        (7, "close_day"),
    ]
    assert answers[2]["refused"] == {
        "code": "not_enough",
        "fields": {"due_minor": 250, "tendered_minor": 200},
    }
    assert answers[3]["shows"]["done"]["change_minor"] == 250

    assert main(["report", "day", "--store", shop, "--json"]) == 0
    day = json.loads(capsys.readouterr().out)
    assert day["total_minor"] == 250
    assert day["currency"] == "GBP"
    assert [(tax["net_minor"], tax["tax_minor"]) for tax in day["taxes"]] == [(208, 42)]
    assert day["tenders"] == [{"name": "cash", "count": 1, "amount_minor": 250}]
    assert main(["report", "day", "--store", shop]) == 0
    assert "2.50" in capsys.readouterr().out
    assert main(["report", "days", "--store", shop]) == 0
    assert capsys.readouterr().out.startswith(day["day"])
    assert main(["report", "day", "--store", shop, "--day", "K7Q2-1"]) == 2


def test_a_script_plays_with_the_acts_of_a_configuration(
    shop: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    punch = tmp_path / "punch.jsonl"
    punch.write_text('{"do": "punch", "what": "in", "employee": "1", "pin": "1234"}')
    file = tmp_path / "open-pos.toml"
    file.write_text('[acts]\npunch = ["door"]')
    capsys.readouterr()
    asked = ["play", "--store", shop, str(punch)]
    assert main([*asked, "--config", str(file)]) == 0
    refused = json.loads(capsys.readouterr().out)["refused"]
    assert refused == {"code": "not_here", "fields": {"act": "punch", "place": "till"}}
    assert main(asked) == 0
    assert json.loads(capsys.readouterr().out)["refused"] is None


@pytest.mark.parametrize(
    "rubbish",
    ["{", '{"do": "dance"}', '{"do": "scan"}', '{"do": "scan", "text": 5}', "[1]", "\x00"],
)
def test_a_script_stops_at_rubbish_and_names_the_line(
    shop: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], rubbish: str
) -> None:
    assert play(shop, tmp_path, ANA, rubbish, '{"do": "scan", "text": "96385074"}') == 2
    said = capsys.readouterr()
    assert "Line 2" in said.err
    assert "sign_in" in said.out.splitlines()[-1]
    assert main(["journal", "verify", "--store", shop]) == 0


def test_the_journal_is_verified_exported_and_imported(
    shop: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play(shop, tmp_path, ANA, '{"do": "scan", "text": "96385074"}')
    assert main(["journal", "rebuild", "--store", shop, "--check"]) == 0
    assert main(["journal", "rebuild", "--store", shop]) == 0
    out = str(tmp_path / "journal.jsonl")
    assert main(["journal", "export", "--store", shop, out]) == 0
    other = str(tmp_path / "other")
    assert main(["journal", "import", "--store", other, out]) == 0
    capsys.readouterr()
    assert main(["journal", "verify", "--store", other]) == 0
    heads = capsys.readouterr().out.splitlines()[1:]
    assert main(["journal", "verify", "--store", shop]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == heads


def test_a_bad_journal_is_told_with_the_entry(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trader = open_trader(tmp_path)
    sell(trader, 1, 2)
    trader.shelf.db.sql("DROP TRIGGER entry_never_update")
    trader.shelf.db.sql("UPDATE entry SET at_ms = 7 WHERE seq = 4")
    trader.shelf.close()
    assert main(["journal", "verify", "--store", str(tmp_path)]) == 1
    assert f"{trader.book.origin}-4" in capsys.readouterr().out


def test_tables_that_were_tampered_with_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trader = open_trader(tmp_path)
    sell(trader, 1, 2)
    trader.shelf.db.sql("UPDATE sale SET total_minor = 1")
    trader.shelf.close()
    assert main(["journal", "rebuild", "--store", str(tmp_path), "--check"]) == 1
    assert "sale" in capsys.readouterr().out


def test_every_refusal_is_a_sentence_with_its_code(
    shop: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments, said in (
        (["shop", "set", "--store", shop, "--currency", "XYZ"], "XYZ is no currency"),
        (["shop", "set", "--store", shop, "--cash-step", "0"], "0 is no cash_step"),
        (["shop", "tax", "--store", shop, "B", "VAT", "lots"], "lots is no tax rate"),
        (["shop", "tax", "--store", shop, "B", "VAT", "100.0001"], "no tax rate"),
        (
            ["journal", "verify", "--store", str(tmp_path / "nowhere")],
            "There is no store of sales in",
        ),
        (["journal", "import", "--store", shop, str(tmp_path / "nothing")], "There is no file"),
        (["doctor", "--config", str(tmp_path)], "(bad_configuration)"),
    ):
        assert main(arguments) == 2, arguments
        assert said in capsys.readouterr().err


def test_a_pin_must_be_digits(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("12a4\n"))
    assert main(["people", "add", "--store", shop, "--number", "2", "--name", "Ben"]) == 2
    monkeypatch.setattr("sys.stdin", io.StringIO("1234\n"))
    assert main(["people", "add", "--store", shop, "--number", "1", "--name", "Ben"]) == 2


def test_the_command_line_speaks_the_users_language(
    shop: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "de_AT.UTF-8")
    assert main(["shop", "tax", "--store", shop, "B", "USt", "viel"]) == 2
    assert "ist kein Steuersatz" in capsys.readouterr().err


def test_the_script_in_the_readme_of_the_tests_sells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    script = readme.split("```jsonl\n")[1].split("```")[0]
    path = tmp_path / "script.jsonl"
    path.write_text(script)
    assert main(["play", "--demo", "--store", str(tmp_path / "shop"), str(path)]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["refused"] for one in answers] == [None] * 6
    assert answers[-1]["shows"]["done"]["total_minor"] == 2 * 280 + 330
    assert answers[-1]["shows"]["done"]["receipt"] == "printed"


def test_shelf_labels_are_made_as_a_pdf(
    shop: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pdf = tmp_path / "labels.pdf"
    capsys.readouterr()
    assert main(["labels", "--store", shop, str(pdf), "--sheet", "5160", "--start", "3"]) == 0
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert capsys.readouterr().out.startswith("1 labels")
    assert main(["labels", "--store", shop, str(pdf), "96385074"]) == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["labels.pdf", "--sheet", "A4"], "no_such_sheet"),
        (["labels.pdf", "--start", "22"], "bad_start"),
        (["labels.pdf", "--start", "0"], "bad_start"),
        (["labels.pdf", "4006381333931"], "no_such_barcode"),
        (["nowhere/labels.pdf"], "cannot_write"),
    ],
)
def test_labels_that_cannot_be_made_leave_no_file(
    shop: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str
) -> None:
    file, *rest = arguments
    capsys.readouterr()
    assert main(["labels", "--store", shop, str(tmp_path / file), *rest]) == 2
    assert code in capsys.readouterr().err
    assert not (tmp_path / file).exists()


def test_a_till_whose_file_is_wrong_ends_with_a_line_for_the_rescue_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "en")
    file = tmp_path / "open-pos.toml"
    file.write_text("[screen]\nrotaton = 90\n")
    assert main(["register", "--config", str(file), "--end-when-refused"]) == 2
    told = [read_line(line) for line in capsys.readouterr().err.splitlines()]
    (found,) = [one for one in told if one]
    assert found[0] == "bad_configuration"
    assert found[1]["where"] == str(file)
    assert "rotation" in str(found[1]["why"])


def test_what_the_x_server_turns_the_till_does_not_turn_again() -> None:
    assert turned_by_x(ScreenConfig(rotation=90)).rotation == 0
    assert turned_by_x(ScreenConfig(rotation=90, driver="kmsdrm")).rotation == 90


@pytest.mark.skipif(
    Path("/dev/dri").exists(), reason="there is a graphics card that it would draw on"
)
def test_a_till_without_an_x_server_draws_on_the_graphics_card_and_nowhere_else(
    tmp_path: Path,
) -> None:
    """Whatever its unit says of the screen: on one that nobody sees it would seem to run."""
    file = tmp_path / "open-pos.toml"
    file.write_text(f'[store]\nfolder = "{tmp_path / "shop"}"\n[screen]\ndriver = "kmsdrm"\n')
    ended = subprocess.run(
        [sys.executable, "-m", "appliance", "register", "--config", str(file)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "SDL_VIDEODRIVER": "offscreen"},
    )
    assert ended.returncode != 0
    assert "kmsdrm" in ended.stderr
