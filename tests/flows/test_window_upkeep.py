"""The page "This register" in the real window: a key, a proven backup, an update, support access; the till sells on."""

import contextlib
import io
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.store.sqlite import SqliteDatabase
from tests.appliance.machine.played import play
from tests.flows import window
from tests.flows.selling import lines, scan
from tests.flows.window import Till

pytestmark = [
    pytest.mark.skipif(
        bool(window.missing_programs()),
        reason=f"not installed: {', '.join(window.missing_programs())}",
    ),
    pytest.mark.timeout(300),
]


@pytest.mark.parametrize("size", window.SIZES)
def test_a_manager_looks_after_the_register_and_the_shop_sells_on(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    store = tmp_path / "shop"
    with window.screen(size) as shown, window.till(shown, store, size) as till:
        till.sign_in("Ben", "2222")
        scan(till, 0, 1)
        opens_the_page(till)
        secret = makes_a_key(till)
        has_a_backup_every_night(till)
        till.tap("act:back_up")
        till.read("The backup is made and proven")
        till.read("It was restored and compared")
        lets_support_in_and_sells_meanwhile(till)
        installs_the_new_version(till)
        pulls_the_stick_out(till)
        till.tap("upkeep_leave")
        till.wait(lambda: len(lines(till)) == 3, "the three lines of the ticket")
        assert till.end() == 0
        said = till.log.read_text()
        assert "Traceback" not in said
        assert secret not in said
    (backup,) = (tmp_path / "demo-stick").glob("*.backup")
    (tmp_path / "key.txt").write_text(secret)
    back = ["restore", str(backup), "--store", str(tmp_path / "b")]
    assert main([*back, "--identity", str(tmp_path / "key.txt")]) == 0
    assert kinds(store) == [
        "backup_planned", "backup_planned", "backup_made", "support_opened", "support_closed",
        "software_chosen", "power_asked",
    ]  # fmt: skip


def opens_the_page(till: Till) -> None:
    till.tap("menu")
    till.tap("menu_upkeep")
    till.see(key="key")


def makes_a_key(till: Till) -> str:
    till.tap("key")
    till.read("AGE-SECRET-KEY-")
    (shown,) = {text for text in till.texts() if text.startswith("AGE-SECRET-KEY-")}
    secret = shown.replace("\n", "").replace(" ", "")
    till.tap("act:key_print")
    till.tap("act:key_keep")
    till.tap("field:ending")
    till.keys("zzzzzz")
    till.tap("field_take")
    till.tap("sheet_save")
    till.read("not how the key ends")
    till.tap("field:ending")
    for _ in range(6):
        till.tap("key:back")
    till.keys(secret[-6:].lower())
    till.tap("field_take")
    till.tap("sheet_save")
    till.read("Backup key: made")
    return secret


def has_a_backup_every_night(till: Till) -> None:
    till.tap("nightly")
    till.tap("chip:nightly=yes")
    till.tap("sheet_save")
    till.read("Every night: on")


def lets_support_in_and_sells_meanwhile(till: Till) -> None:
    till.tap("chip:support")
    till.tap("act:support:1")
    till.tap("ask_yes")
    till.read("quiet-maple-4827")
    till.tap("upkeep_leave")
    till.read("Support access is open")
    scan(till, 2)
    till.tap("menu")
    till.tap("menu_upkeep")
    till.tap("chip:support")
    till.tap("act:support_close")
    till.read("Nobody can sign in")
    till.wait(lambda: not till.reads("Support access is open"), "the band to go")


def installs_the_new_version(till: Till) -> None:
    till.tap("chip:software")
    till.tap(text="Install 99.1")
    till.tap("ask_yes")
    till.read("Installing 99.1")
    till.read("99.1 is installed")
    till.tap("act:restart")
    till.read("3 lines are on the ticket")
    till.tap("ask_yes")
    till.read("This is the demo")


def pulls_the_stick_out(till: Till) -> None:
    till.tap("chip:backup")
    till.tap("act:let_go")
    till.read("You may pull the stick Simulated stick out now.")


def kinds(store: Path) -> list[str]:
    """The entries about the machine, by Ben or by itself."""
    db = SqliteDatabase(store)
    rows = db.sql(
        "SELECT kind FROM entry WHERE kind GLOB 'backup_*' OR kind GLOB 'support_*'"
        " OR kind GLOB 'software_*' OR kind = 'power_asked' ORDER BY seq"
    )
    db.close()
    return [str(row[0]) for row in rows]


def test_the_screen_of_a_real_register_begins_anew_as_it_was_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemctl = play(monkeypatch, tmp_path / "bin")
    systemctl.answers(5, "Unit open-pos-x.service not found.")
    store, file = tmp_path / "shop", tmp_path / "open-pos.toml"
    screen = "[screen]\nwidth = 1280\nheight = 800\nfullscreen = false\n"
    file.write_text(f'# our till\n[store]\nfolder = "{store}"\nballast_mb = 1\n\n{screen}')
    monkeypatch.setattr("sys.stdin", io.StringIO("3333\n"))
    added = ["people", "add", "--number", "3", "--name", "Cleo", "--role", "owner"]
    assert main([*added, "--store", str(store)]) == 0
    # A screen of the register's own size: no bench stands beside it.
    with contextlib.closing(window.Screen((1280, 800))) as shown:
        with window.till(shown, store, file=file) as till:
            till.sign_in("Cleo", "3333")
            opens_the_page(till)
            till.tap("chip:screen")
            till.tap("chip:dark=yes")
            till.tap("chip:rotation=0")
            till.tap("act:screen")
            till.process.wait(window.PATIENCE_S)
            # As the service manager would have ended it: it starts it again.
            assert till.process.returncode == 0
            assert "Traceback" not in till.log.read_text()
        assert file.read_text().startswith("# our till\n")
        assert "dark = true" in file.read_text()
        with window.till(shown, store, file=file) as till:
            till.sign_in("Cleo", "3333")
            opens_the_page(till)
            till.tap("chip:support")
            till.see(key="act:support:8")
            till.tap("chip:power")
            till.tap("act:off")
            till.read("The business day stays open.")
            till.tap("ask_no")
            assert till.end() == 0
    assert systemctl.asked == [
        "reset-failed open-pos-x.service",
        "reset-failed open-pos-register.service",
        "restart --no-block open-pos-x.service",
    ]
    assert kinds(store) == ["power_asked"]
