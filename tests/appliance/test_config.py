"""The configuration file: what is wrong is named with its key and the nearest right one."""

from pathlib import Path

import pytest
from msgspec.structs import asdict

from appliance.config import BadConfiguration, Config, load, parse
from appliance.services.places import ACTS


def test_a_clock_by_the_door_is_a_key_of_the_screen_and_no_till_by_default() -> None:
    assert not parse("", "here").screen.timeclock
    assert parse("[screen]\ntimeclock = true", "here").screen.timeclock


def test_a_file_that_is_not_there_is_the_default(tmp_path: Path) -> None:
    assert load(tmp_path / "open-pos.toml") == Config()


def test_a_whole_file_is_read() -> None:
    config = parse(
        """
        columns = 48
        [store]
        folder = "/srv/shop"
        [screen]
        width = 800
        height = 480
        [[device]]
        name = "printer"
        kind = "printer"
        type = "network"
        options = { host = "192.0.2.7" }
        """,
        "test",
    )
    assert config.store.folder == "/srv/shop"
    assert config.device[0].options == {"host": "192.0.2.7"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colums = 48", "did you mean 'columns'"),
        ("[store]\nfoldr = '/srv'", "did you mean 'folder'"),
        ("[screen]\nwidth = 'wide'", "$.screen.width"),
        ("[screen]\ndriver = 'kms'", "$.screen.driver"),
        ("[screen\nwidth = 1", "line 1"),
        ("[acts]\npunsh = ['till']", "[acts] 'punsh': did you mean 'punch'"),
        (
            "[acts]\npunch = ['dor']",
            "[acts] punch: 'dor' is no place; known places: till, door, web",
        ),
        ("[acts]\npunch = 'till'", "$.acts.punch"),
    ],
)
def test_a_mistake_is_named(text: str, says: str) -> None:
    with pytest.raises(BadConfiguration) as refused:
        parse(text, "open-pos.toml")
    assert says in str(refused.value.fields["why"])
    assert refused.value.fields["where"] == "open-pos.toml"


def test_an_act_that_the_file_does_not_name_is_possible_where_it_usually_is() -> None:
    acts = parse("[acts]\nask = []\npay = ['web']", "test").acts
    assert (acts.ask, acts.pay, acts.punch) == ((), ("web",), ("till", "door"))
    assert asdict(Config().acts) == dict(ACTS)


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("[[device]]\nname = 'x'\nkind = 'printer'\ntyp = 'usb'", "x", "did you mean 'type'"),
        ("[[device]]\nname = 'x'\nkind = 'printer'\ncolour = 'red'", "x", "known keys"),
        ("[[device]]\nkind = 'printer'\ntype = 'usb'", "device 1", "`name`"),
        ("[[device]]\nname = 'x'\nkind = 7\ntype = 'usb'", "x", "$.kind"),
        ("[[device]]\nname = 'x'\nkind = 'a'\ntype = 'b'\noptions = 3", "x", "$.options"),
        ("[device]\nname = 'x'\nkind = 'printer'\ntype = 'usb'", "x", "[[device]]"),
        ("device = 'printer'", "device 1", "[[device]]"),
        ("device = ['printer']", "device 1", "str"),
    ],
)
def test_a_wrong_device_is_shown_and_the_rest_of_the_file_counts(
    text: str, name: str, says: str
) -> None:
    config = parse(f"columns = 48\n{text}", "open-pos.toml")
    (device,) = config.device
    assert (config.columns, device.name) == (48, name)
    assert says in device.wrong


def test_of_two_devices_of_one_name_the_first_counts_and_each_has_a_name_of_its_own() -> None:
    table = "[[device]]\nname = '{}'\nkind = 'scanner'\ntype = 'evdev'\n"
    names = ("x", "x", "x (2)", "x")
    devices = parse("".join(map(table.format, names)), "test").device
    assert [(one.name, bool(one.wrong)) for one in devices] == [
        ("x", False), ("x (3)", True), ("x (2)", False), ("x (4)", True),
    ]  # fmt: skip
    assert "'x'" in devices[1].wrong


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open-pos.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadConfiguration):
        load(tmp_path / "open-pos.toml")


def test_the_server_has_a_section_of_its_own() -> None:
    read = parse('[server]\nname = "shop.local"\nport = 9000\nannounce = false\n', "x").server
    assert (read.name, read.port, read.announce) == ("shop.local", 9000, False)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("port = 0", "port"),
        ("port = 65536", "port"),
        ("threads = 1", "threads"),
        ("threads = 5000", "threads"),
        ("prt = 9000", "did you mean 'port'"),
        ('port = "9000"', "server.port"),
    ],
)
def test_what_the_server_cannot_do_is_named(line: str, named: str) -> None:
    with pytest.raises(BadConfiguration) as caught:
        parse(f"[server]\n{line}\n", "x")
    assert named in str(caught.value.fields["why"])


def test_the_url_of_the_database_is_a_key_of_the_server_and_is_not_shown() -> None:
    assert parse("", "here").server.database == ""
    url = "mysql://shop:very-secret@db.example/shop"
    config = parse(f'[server]\ndatabase = "{url}"', "here")
    assert config.server.database == url
    assert "very-secret" not in repr(config)
    with pytest.raises(BadConfiguration, match="did you mean 'database'"):
        parse(f'[server]\ndatabse = "{url}"', "here")
