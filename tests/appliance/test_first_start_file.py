"""`open-pos.toml` on the card: checked whole, told in full, applied once, and its secrets taken out."""

import json
import math
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance import messages as m
from appliance.__main__ import main
from appliance.caretaker import first_start as caretaker
from appliance.caretaker import wifi_country
from appliance.clock import ScriptedClock
from appliance.config import load
from appliance.demo_shop import demo_goods
from appliance.first_start_file import MOST_BYTES, FileWrong, apply, errors_text, parse
from appliance.first_start_tables import rate_text
from appliance.journal.upkeep_kinds import ScreenChanged
from appliance.machine.card import NOTE, SystemCardKeeper
from appliance.parts import RegisterOptions
from appliance.services import first_start as service
from appliance.services import people, shop
from appliance.services.desk import Desk
from appliance.store.shelf import Shelf
from tests.appliance.test_first_start import New
from tests.appliance.trading import ROOMY, START_MS

WHOLE = """\ufefflanguage = "de"
country = "AT"   # and a remark
demo_products = true

[shop]
name = "Eckladen"
address = ["Hauptplatz 1", "1010 Wien"]

[network]
wifi = "Corner & Co."
password = "password"

[owner]
name = "Olga"
pin = "0711"

[[device]]
name = "scanner"
kind = "scanner"
type = "simulated"
"""
EXAMPLE = Path(__file__).parents[2] / "image-build" / "open-pos.toml.example"


class Carded(New):
    """A new register with a file on its card."""

    def __init__(self, folder: Path, text: str, config: str = "") -> None:
        self.file = folder / "boot" / "open-pos.toml"
        self.file.parent.mkdir()
        self.file.write_text(text, encoding="utf-8")
        self.config = folder / "config.toml"
        if config:
            self.config.write_text(config, encoding="utf-8")
        super().__init__(folder)

    def options(self) -> RegisterOptions:
        return RegisterOptions(
            begins=True,
            goods=demo_goods,
            file=self.config,
            configured=load(self.config).device,
            card=self.file,
        )

    def settle(self) -> None:
        """What the errands told is heard."""
        self.do(m.DismissNotice(0))

    @property
    def notice(self) -> m.NoticeView:
        return cast("m.NoticeView", self.shown[m.NoticeView])

    @property
    def told(self) -> list[tuple[str, str, str]]:
        return self.devices.machine.card.told  # type: ignore[attr-defined,no-any-return]


def carded(folder: Path, text: str) -> Carded:
    made = Carded(folder, text)
    made.settle()
    return made


# ------------------------------------------------------------------ applying


def test_what_it_says_is_there_and_nothing_is_asked(tmp_path: Path) -> None:
    new = carded(tmp_path, WHOLE)
    assert not new.view.open
    facts = shop.read(new.shelf.db)
    assert (facts.name, facts.language, facts.address) == (
        "Eckladen",
        "de",
        ("Hauptplatz 1", "1010 Wien"),
    )
    assert [name for name, _ in shop.tax_classes(new.shelf.db).values()] == [
        "USt 20 %",
        "USt 10 %",
        "USt 13 %",
    ]
    (owner,) = people.active(new.shelf.db)
    new.do(m.SignIn(owner.id, "0711"))
    assert new.register.till.employee == owner
    assert [one.name for one in load(new.config).device] == ["scanner"]
    assert service.count_products(new.shelf.db) > 90
    assert new.devices.machine.network.joined == "Corner & Co."  # type: ignore[attr-defined]
    assert new.devices.machine.locality.zone == "Europe/Vienna"  # type: ignore[attr-defined]
    assert [state for _, state, _ in new.told] == ["applied"]
    new.register.close()


def test_a_rate_keeps_each_of_its_digits() -> None:
    assert rate_text(10.12345) == "10.12345"
    assert (rate_text(19), rate_text(8.1), rate_text("7,7")) == ("19", "8.1", "7,7")


def test_it_is_never_applied_twice(tmp_path: Path) -> None:
    new = carded(tmp_path, WHOLE)
    length = new.desk.book.length
    new.file.write_text(WHOLE.replace("Eckladen", "Anderswo"), encoding="utf-8")
    new.cut_the_power()
    new.settle()
    assert shop.read(new.shelf.db).name == "Eckladen"
    assert new.desk.book.length == length + 1  # the start itself
    new.register.close()


def test_of_another_file_that_is_wrong_nothing_is_done_and_nothing_taken_out(
    tmp_path: Path,
) -> None:
    new = carded(tmp_path, 'language = "de"\n[shop]\nname = "Eckladen"\n')
    assert [state for _, state, _ in new.told] == ["applied"]
    other = 'country = "Atlantis"\n[network]\nwifi = "Corner & Co."\npassword = "password"\n'
    new.file.write_text(other, encoding="utf-8")
    new.cut_the_power()
    new.settle()
    assert new.devices.machine.network.joined == ""  # type: ignore[attr-defined]
    assert new.told == []
    new.register.close()


def test_a_power_cut_between_the_devices_and_the_journal_refuses_nothing(tmp_path: Path) -> None:
    new = carded(tmp_path, WHOLE)
    devices = new.config.read_text(encoding="utf-8")
    new.register.close()
    # The configuration file was written, and the journal was not.
    (tmp_path / "again").mkdir()
    again = Carded(tmp_path / "again", WHOLE, devices)
    again.settle()
    assert [state for _, state, _ in again.told] == ["applied"]
    assert shop.read(again.shelf.db).name == "Eckladen"
    assert [one.name for one in load(again.config).device] == ["scanner"]
    again.register.close()


def test_after_a_power_cut_before_the_wifi_it_is_joined_by_the_next_start(tmp_path: Path) -> None:
    new = Carded(tmp_path, WHOLE.replace('"password"', '"another password"'))
    assert [type(job) for job in new.devices.asked if isinstance(job, m.JoinNetwork)]
    # The power goes before what became of it was heard.
    new.file.write_text(WHOLE, encoding="utf-8")
    new.cut_the_power()
    new.settle()
    assert new.devices.machine.network.joined == "Corner & Co."  # type: ignore[attr-defined]
    assert [state for _, state, _ in new.told] == ["applied"]
    new.register.close()


@pytest.mark.parametrize(
    ("wifi", "password", "told"),
    [
        ("the router is off", "password", "wifi_later"),
        ("Corner & Co.", "Password", "wifi_wrong_password"),
    ],
)
def test_what_became_of_its_wifi_is_said_until_somebody_has_read_it(
    tmp_path: Path, wifi: str, password: str, told: str
) -> None:
    text = WHOLE.replace('"Corner & Co."', f'"{wifi}"').replace('"password"', f'"{password}"')
    new = carded(tmp_path, text)
    assert [state for _, state, _ in new.told] == ["applied"]
    assert (new.notice.code, new.notice.stays) == (told, True)
    (owner,) = people.active(new.shelf.db)
    new.do(m.SignIn(owner.id, "0711"))
    assert (new.notice.code, dict(new.notice.fields)) == (told, {"name": wifi})
    new.do(m.DismissNotice(new.notice.id))
    assert not new.notice.code
    new.register.close()


@pytest.mark.parametrize(
    ("line", "asked"),
    [("", [""]), ('password = "password"', ["password"]), ('password = ""', [])],
)
def test_an_open_wifi_is_joined_too_but_not_one_whose_password_was_taken_out(
    tmp_path: Path, line: str, asked: list[str]
) -> None:
    text = WHOLE.replace('password = "password"', line)
    assert joins(carded(tmp_path, text)) == asked


def joins(new: Carded) -> list[str]:
    """The passwords with which it joined a Wi-Fi."""
    new.register.close()
    return [job.password for job in new.devices.asked if isinstance(job, m.JoinNetwork)]


def test_what_it_does_not_say_is_asked(tmp_path: Path) -> None:
    new = carded(tmp_path, 'language = "es"\n[shop]\nname = "Tienda"\n')
    assert new.page == (True, "country")
    new.do(m.SkipStep("country"))
    assert new.page == (True, "network")
    new.register.close()


def test_a_shop_where_somebody_works_is_left_alone(tmp_path: Path) -> None:
    new = carded(tmp_path, "")
    keeper = people.pins(new.shelf.db.folder)
    people.add(new.desk, keeper, number="1", name="Eve", role="owner", pin="1111", actor="")
    new.file.write_text(WHOLE, encoding="utf-8")
    (tmp_path / "other").mkdir()
    new.cut_the_power()
    assert shop.read(new.shelf.db).name != "Eckladen"
    new.register.close()


# ------------------------------------------------------------------ the screen

TURNED = WHOLE + '[screen]\nrotation = 180\ntext_percent = 120\ndriver = "kmsdrm"\n'


def test_a_screen_that_is_to_be_otherwise_begins_anew_once_and_then_the_rest_is_done(
    tmp_path: Path,
) -> None:
    new = carded(tmp_path, TURNED)
    assert new.devices.done_to_machine == ["screen"]
    screen = load(new.config).screen
    assert (screen.rotation, screen.text_percent, screen.driver) == (180, 120, "kmsdrm")
    assert [one.name for one in load(new.config).device] == ["scanner"]
    # What would be cut off waits: the code of a server is good for one pairing only.
    assert new.devices.machine.network.joined == ""  # type: ignore[attr-defined]
    assert new.told == []
    noted = [entry.body for entry in new.shelf.entries() if entry.kind == ScreenChanged.kind]
    assert noted == ['{"driver":"kmsdrm","rotation":180,"text_percent":120}']
    new.cut_the_power()
    new.settle()
    assert new.devices.done_to_machine == []
    assert new.devices.machine.network.joined == "Corner & Co."  # type: ignore[attr-defined]
    assert [state for _, state, _ in new.told] == ["applied"]
    new.register.close()


def test_a_screen_that_is_so_already_does_not_begin_anew(tmp_path: Path) -> None:
    """As after a power cut between the file and the journal."""
    new = Carded(
        tmp_path, TURNED, '[screen]\nrotation = 180\ntext_percent = 120\ndriver = "kmsdrm"\n'
    )
    new.settle()
    assert new.devices.done_to_machine == []
    assert [state for _, state, _ in new.told] == ["applied"]
    new.register.close()


@pytest.mark.parametrize(
    "line", ["rotation = 45", "text_percent = 400", 'dark = "yes"', 'driver = "vga"']
)
def test_a_wrong_screen_is_told_and_leaves_the_file(tmp_path: Path, line: str) -> None:
    new = carded(tmp_path, WHOLE + f"[screen]\n{line}\n")
    (told,) = new.told
    assert told[1] == "refused"
    assert f"[screen] {line.split(maxsplit=1)[0]}" in told[2]
    assert not new.config.exists()
    new.register.close()


# ------------------------------------------------------------------ what is wrong


WRONG = """
languge = "de"
country = "XX"
[shop]
nam = "Eckladen"
address = "Hauptplatz 1"
smallest_coin = 3
[owner]
name = "Olga"
pin = 4711
[network]
wifi = "x"
password = "short"
[tax]
code = "A"
[[device]]
name = "printer"
kind = "printer"
type = "netwrk"
[sever]
host = "x"
"""


def test_everything_that_is_wrong_is_told_with_where_it_stands() -> None:
    found = parse(WRONG.encode())
    told = "\n".join(found.mistakes)
    for part in (
        "languge: there is no such key. Did you mean language?",
        "country:",
        "[shop] nam: there is no such key. Did you mean name?",
        "[owner] pin: must stand in quotation marks.",
        "[network] wifi: The password of a Wi-Fi has 8 to 63 characters.",
        "[[tax]] begins with two brackets.",
        "[[device]] 1:",
        "sever: there is no such key. Did you mean server?",
    ):
        assert part in told
    assert len(found.mistakes) == 8


def test_mistakes_are_in_the_files_own_language() -> None:
    found = parse(b'language = "de"\ncuntry = "DE"\n', "en")
    assert found.mistakes == ("cuntry: diesen Schlüssel gibt es nicht. Ist country gemeint?",)
    assert errors_text(found, "open-pos.toml").startswith("open-pos.toml wurde nicht angewendet")


@pytest.mark.parametrize(
    "text",
    [
        WHOLE
        + WRONG.replace("[shop]", "[shp]")
        .replace("[owner]", "[ownr]")
        .replace("[network]", "[net]"),
        WHOLE.replace('type = "simulated"', 'type = "none"'),
        WHOLE.replace('"0711"', '"07"'),
        WHOLE.replace('name = "Olga"', 'name = " "'),
        "= nonsense",
        "a" * (MOST_BYTES + 1),
    ],
)
def test_a_wrong_file_changes_nothing_and_is_told(tmp_path: Path, text: str) -> None:
    new = carded(tmp_path, text)
    assert new.page == (True, "language")
    assert new.view.file_errors
    assert not service.has_shop(new.shelf.db)
    assert not new.config.exists()
    ((_, state, told),) = new.told
    assert state == "refused"
    assert new.view.file_errors[0] in told
    new.register.close()


def test_devices_that_cannot_be_written_leave_the_shop_as_it_was(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    # Another device has that name already.
    device = '[[device]]\nname = "scanner"\nkind = "printer"\ntype = "simulated"\n'
    config.write_text(device)
    new = carded(tmp_path, WHOLE)
    assert new.view.file_errors
    assert not service.has_shop(new.shelf.db)
    assert config.read_text() == device
    new.register.close()


@given(st.binary(max_size=400))
def test_rubbish_is_told_and_never_a_fall(data: bytes) -> None:
    assert isinstance(parse(data).mistakes, tuple)


LEAVES = st.one_of(
    st.text(max_size=8),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.sampled_from(["DE", "de", "EUR", "19", "A", "4711", "scanner", "simulated"]),
)
KEYS = st.sampled_from(
    [
        "language", "country", "time_zone", "demo_products", "shop", "tax", "network", "owner", "server",
        "device", "name", "address", "pin", "wifi", "password", "code", "rate", "host", "port", "kind",
        "type", "options", "currency", "smallest_coin", "prices_include_tax", "tax_number", "x",
        "screen", "rotation", "text_percent", "dark", "driver",
    ]
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


def written(value: object) -> str:
    """A value as TOML."""
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {written(one)}" for key, one in value.items())
        return "{" + inner + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else "nan"
    if isinstance(value, str):
        return json.dumps(value).replace("\\ud", "\\\\ud").replace("\x7f", " ")
    return str(value)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_content_is_applied_or_told_but_never_a_fall(content: dict[str, object]) -> None:
    text = "\n".join(f"{key} = {written(value)}" for key, value in content.items())
    found = parse(text.encode("utf-8", errors="replace"))
    assert found.mistakes or set(content) <= set(found.card.__struct_fields__)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_no_secret_is_left_in_a_file_whatever_it_is(content: dict[str, object]) -> None:
    text = "\n".join(f"{key} = {written(value)}" for key, value in content.items())
    cleaned = caretaker.without_secrets(text.encode("utf-8", errors="replace"))
    tables = tomllib.loads(cleaned.decode())
    for section, key in caretaker.SECRETS:
        table = tables.get(section)
        assert not (isinstance(table, dict) and table.get(key))


def test_the_example_is_right_with_all_that_is_commented_out() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert parse(text.encode()).mistakes == ()
    lines = text.splitlines()
    settings = [
        line.removeprefix("# ")
        for line in lines
        if line.startswith(("# [", "# "))
        and ("=" in line or line.startswith("# ["))
        and line.count(" ") < 12
    ]
    used = "\n".join(
        one
        for one in settings
        if not one.startswith(("time_zone", "currency", "smallest", "prices", "To check"))
    )
    body = "\n".join(line for line in lines if not line.startswith("#"))
    found = parse((body + "\n" + used).encode())
    assert found.mistakes == ()
    assert (len(found.card.tax), len(found.card.device)) == (2, 1)
    assert found.card.server is not None
    assert found.card.screen_keys == {"rotation": 180, "text_percent": 120, "dark": True}


# ------------------------------------------------------------------ what root does


@pytest.fixture
def card(tmp_path: Path) -> Path:
    file = tmp_path / "boot" / "open-pos.toml"
    file.parent.mkdir()
    file.write_text(WHOLE, encoding="utf-8")
    return file


def told_of(card: Path, state: str, text: str = "", digest: str | None = None) -> list[str]:
    note = card.parent.parent / NOTE
    digest = parse(card.read_bytes()).digest if digest is None else digest
    note.write_text(json.dumps({"sha256": digest, "state": state, "text": text}))
    return ["--file", str(card), "--note", str(note)]


def test_the_secrets_go_and_all_else_stays(card: Path) -> None:
    errors = card.with_name(caretaker.ERRORS)
    errors.write_text("of an earlier one")
    assert caretaker.main(told_of(card, "applied")) == 0
    left = card.read_text(encoding="utf-8")
    assert "0711" not in left
    assert 'password = ""' in left
    assert "# and a remark" in left
    assert 'name = "Olga"' in left
    assert not errors.exists()
    assert sorted(one.name for one in card.parent.iterdir()) == ["open-pos.toml"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
def test_the_partition_is_writable_only_meanwhile(card: Path) -> None:
    folder, text = card.parent, card.read_text(encoding="utf-8")
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=False).returncode:
        pytest.skip("this machine mounts nothing")
    try:
        card.write_text(text, encoding="utf-8")
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        assert caretaker.main(told_of(card, "applied")) == 0
        assert "0711" not in card.read_text(encoding="utf-8")
        with pytest.raises(OSError, match="Read-only"):
            card.write_text("")
    finally:
        subprocess.run(["umount", folder], check=True)


def test_what_is_wrong_is_written_beside_it(card: Path) -> None:
    assert caretaker.main(told_of(card, "refused", "eins\nzwei ü")) == 0
    errors = card.with_name(caretaker.ERRORS)
    assert errors.read_bytes() == "eins\r\nzwei ü".encode()
    assert "0711" in card.read_text(encoding="utf-8")


def test_another_file_is_left_alone(card: Path) -> None:
    before = card.read_bytes()
    assert caretaker.main(told_of(card, "applied", digest="00")) == 0
    assert card.read_bytes() == before


@pytest.mark.parametrize("note", ["", "{}", "[]", '{"sha256": 1}', "null", "x" * 200_000])
def test_a_note_that_is_none_does_nothing(card: Path, note: str) -> None:
    arguments = told_of(card, "applied")
    Path(arguments[-1]).write_text(note)
    before = card.read_bytes()
    assert caretaker.main(arguments) == 1
    assert card.read_bytes() == before


def test_a_note_that_is_a_link_is_not_followed(card: Path, tmp_path: Path) -> None:
    arguments = told_of(card, "applied")
    note = Path(arguments[-1])
    note.rename(tmp_path / "elsewhere")
    note.symlink_to(tmp_path / "elsewhere")
    assert caretaker.main(arguments) == 1
    assert "0711" in card.read_text(encoding="utf-8")


def test_where_nothing_lies_nothing_is_done(tmp_path: Path) -> None:
    assert caretaker.main(["--file", str(tmp_path / "a"), "--note", str(tmp_path / "b")]) == 0


@pytest.mark.parametrize(
    "text",
    [
        'owner = { name = "Olga", pin = "0711" }',
        '[owner]\nname = "Olga"\n"pin" = "0711"',
        'owner.pin = "0711"\nowner.name = "Olga"',
        '[owner]\npin = """\n0711"""',
        "[owner]\npin\t=\t'0711' # mine",
    ],
)
def test_however_a_secret_is_written_it_goes(text: str) -> None:
    assert "0711" not in caretaker.without_secrets(text.encode()).decode()


def test_the_register_leaves_the_note_and_starts_the_unit(
    tmp_path: Path, card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = tmp_path / "systemctl"
    arguments = f"--file {card} --note {tmp_path / NOTE}"
    root = (
        "import sys; from appliance.caretaker.first_start import main; sys.exit(main(sys.argv[1:]))"
    )
    played.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{root}' {arguments}\n")
    played.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    SystemCardKeeper(tmp_path).tell(parse(card.read_bytes()).digest, "applied", "")
    assert "0711" not in card.read_text(encoding="utf-8")


@pytest.mark.parametrize(("text", "code"), [("DE\n", 0), ("de\n", 1), ("../..", 1), ("D" * 99, 1)])
def test_the_kernel_is_told_two_letters_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, code: int
) -> None:
    file, told = tmp_path / "wifi-country", tmp_path / "told"
    file.write_text(text)
    for name in ("iw", "rfkill"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {told}\n')
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert wifi_country.main(["--file", str(file)]) == code
    said = told.read_text().splitlines() if told.exists() else []
    assert said == ([] if code else ["iw reg set DE", "rfkill unblock wlan"])


# ------------------------------------------------------------------ in a terminal


def test_the_command_checks_and_applies_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "first.toml"
    screen = "[screen]\nrotation = 90\n"
    file.write_text('[shop]\nname = "Corner"\n[owner]\nname = "Olga"\npin = "4711"\n' + screen)
    config, store = tmp_path / "config.toml", tmp_path / "shop"
    config.write_text(f'[store]\nfolder = "{store}"\n')
    words = ["first-start", "--file", str(file), "--config", str(config)]
    assert main([*words, "--check"]) == 0
    assert not store.exists()
    assert main(words) == 0
    assert main(words) == 0
    assert "not applied again" in capsys.readouterr().out
    assert load(config).screen.rotation == 90
    file.write_text('[shp]\nname = "Corner"\n')
    assert main(words) == 1
    assert main(["first-start", "--file", str(tmp_path / "none")]) == 2


class _TakeBack(Exception):
    """Leaves the transaction without a trace."""


PLAIN = st.sampled_from(["Eckladen", "x", "Café ☕", " ", "", "a\u0007b", "y" * 90])
RIGHT = st.fixed_dictionaries(
    {},
    optional={
        "language": st.sampled_from(["en", "de", "es", "xx"]),
        "country": st.sampled_from(["DE", "US", "JP", "HU", "KW"]),
        "time_zone": st.sampled_from(["Europe/Berlin", "Mars", "../etc", ""]),
        "demo_products": st.booleans(),
        "shop": st.fixed_dictionaries(
            {"name": PLAIN},
            optional={
                "address": st.lists(PLAIN, max_size=3),
                "tax_number": PLAIN,
                "currency": st.sampled_from(["EUR", "JPY", "KWD", "XXX"]),
                "smallest_coin": st.integers(-5, 10**12),
                "prices_include_tax": st.booleans(),
            },
        ),
        "tax": st.lists(
            st.fixed_dictionaries(
                {
                    "code": st.sampled_from(["A", "B", "", "long-er", "Ä"]),
                    "name": PLAIN,
                    "rate": st.one_of(st.floats(), st.integers(), st.sampled_from(["19", "x"])),
                }
            ),
            max_size=3,
        ),
        "owner": st.fixed_dictionaries(
            {"name": PLAIN, "pin": st.sampled_from(["4711", "07", "٤٧١١"])}
        ),
    },
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(RIGHT)
def test_what_was_found_right_can_be_applied(shelf: Shelf, content: dict[str, object]) -> None:
    text = "\n".join(f"{key} = {written(value)}" for key, value in content.items())
    found = parse(text.encode("utf-8", errors="replace"))
    desk = Desk(shelf.db, shelf.book(ScriptedClock(START_MS)))
    with suppress(_TakeBack), desk.book.batch():
        if found.mistakes:
            with pytest.raises(FileWrong):
                apply(desk, people.pins(shelf.db.folder), found, demo_goods)
        else:
            apply(desk, people.pins(shelf.db.folder), found, demo_goods)
        raise _TakeBack


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    opened = Shelf(tmp_path / "shop", limits=ROOMY)
    yield opened
    opened.close()
