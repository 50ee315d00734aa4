"""The code from the server's console: once, for an hour, and for nobody who only reads the disk."""

import stat
from pathlib import Path

import pytest

from appliance.services import start_code
from appliance.services.start_code import FILE, LASTS_MS
from appliance.store.database import StoreReadOnly

NOW_MS = 1_795_860_000_000


def test_a_code_counts_once_however_it_is_typed(tmp_path: Path) -> None:
    code = start_code.make(tmp_path, NOW_MS)
    assert len(code.replace("-", "")) == 12
    typed = f"  {code.replace('-', ' ').lower()} "
    assert start_code.fits(tmp_path, typed, NOW_MS)
    assert start_code.use_up(tmp_path, typed, NOW_MS + 5)
    assert not start_code.use_up(tmp_path, code, NOW_MS + 6)
    assert not start_code.fits(tmp_path, code, NOW_MS + 6)


def test_a_code_counts_for_an_hour_and_not_before_it_was_made(tmp_path: Path) -> None:
    code = start_code.make(tmp_path, NOW_MS)
    assert start_code.fits(tmp_path, code, NOW_MS + LASTS_MS - 1)
    assert not start_code.fits(tmp_path, code, NOW_MS + LASTS_MS)
    assert not start_code.fits(tmp_path, code, NOW_MS - 1)


def test_a_new_code_makes_the_one_before_worthless(tmp_path: Path) -> None:
    first = start_code.make(tmp_path, NOW_MS)
    second = start_code.make(tmp_path, NOW_MS)
    assert not start_code.use_up(tmp_path, first, NOW_MS)
    assert start_code.use_up(tmp_path, second, NOW_MS)


def test_the_file_is_its_owners_alone_and_does_not_hold_the_code(tmp_path: Path) -> None:
    code = start_code.make(tmp_path, NOW_MS)
    file = tmp_path / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text(encoding="utf-8")
    assert code not in text
    assert code.replace("-", "") not in text


@pytest.mark.parametrize(
    "rubbish",
    [b"", b"{", b"\xff\x00", b"[]", b'{"hash": 5}', b'{"hash":"","until_ms":9999999999999}'],
)
def test_a_spoilt_file_is_no_code(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / FILE).write_bytes(rubbish)
    assert not start_code.use_up(tmp_path, "", NOW_MS)
    assert not start_code.use_up(tmp_path, "7KQ2-M4TN-0A3B", NOW_MS)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreReadOnly):
        start_code.make(tmp_path / "nowhere", NOW_MS)
