"""The configuration file: what is wrong is named with its key and the nearest right one."""

from pathlib import Path

import pytest

from appliance.config import BadConfiguration, Config, load, parse


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
        ("[[device]]\nname = 'x'\nkind = 'printer'\ntyp = 'usb'", "type"),
        ("[screen]\nwidth = 'wide'", "$.screen.width"),
        ("[screen\nwidth = 1", "line 1"),
    ],
)
def test_a_mistake_is_named(text: str, says: str) -> None:
    with pytest.raises(BadConfiguration) as refused:
        parse(text, "open-pos.toml")
    assert says in str(refused.value.fields["why"])
    assert refused.value.fields["where"] == "open-pos.toml"


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open-pos.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadConfiguration):
        load(tmp_path / "open-pos.toml")
