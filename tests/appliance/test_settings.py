"""Changing the configuration file: what nobody asked to change stays, byte for byte, and nothing wrong is written."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from appliance.config import BadConfiguration, Config, DeviceConfig, load, parse
from appliance.settings import (
    CannotChangeSettings,
    CannotSaveSettings,
    NoSuchDevice,
    put_back,
    read,
    save,
    with_device,
    without_device,
)

A_SHOP = """\
# The till at the door.
columns = 48 # 80 mm paper

[store]
folder = "/srv/shop" # the big disk

# On the counter
[[device]]
name = "printer" # the grey one
kind = "printer"
# found on its test print
type = "network"
options = { host = "192.0.2.7", port = 9100 } # do not change

[[device]]
name = 'scale'
kind = "scale"
type = "toledo_8217"

[device.options] # as in its menu
port = "/dev/serial/by-id/usb-1"
# slow, but the cable is long
baud = 4800

# The screen
[screen]
text_percent = 120
"""
PRINTER = DeviceConfig("printer", "printer", "network", {"host": "192.0.2.7", "port": 9100})
SCALE = DeviceConfig(
    "scale", "scale", "toledo_8217", {"port": "/dev/serial/by-id/usb-1", "baud": 4800}
)
SCANNER = DeviceConfig("hand scanner", "scanner", "evdev", {"vendor": "0c2e", "grab": True})


def devices(text: str) -> tuple[DeviceConfig, ...]:
    return parse(text, "test").device


# ------------------------------------------------------------------------------------------------------ one by one


def test_a_new_device_stands_after_the_others_as_a_person_would_write_it() -> None:
    changed = with_device(A_SHOP, SCANNER)
    new = """
[[device]]
name = "hand scanner"
kind = "scanner"
type = "evdev"
options = { vendor = "0c2e", grab = true }
"""
    assert changed == A_SHOP.replace("baud = 4800\n", f"baud = 4800\n{new}")
    assert devices(changed) == (PRINTER, SCALE, SCANNER)


def test_the_first_device_of_a_file_stands_at_its_end() -> None:
    assert with_device("", DeviceConfig("a", "b", "c")) == (
        '[[device]]\nname = "a"\nkind = "b"\ntype = "c"\n'
    )
    assert with_device("# mine", DeviceConfig("a", "b", "c")).startswith("# mine\n\n[[device]]\n")


def test_options_that_fill_more_than_a_line_get_lines_of_their_own() -> None:
    long = {"host": "h" * 60, "path": "p" * 60}
    changed = with_device(A_SHOP, DeviceConfig("far", "printer", "network", long))
    assert f'\n[device.options]\nhost = "{"h" * 60}"\npath = "{"p" * 60}"\n' in changed
    changed = with_device("", DeviceConfig("far", "printer", "network"))
    changed = with_device(changed, DeviceConfig("far", "printer", "network", long), "far")
    assert f'\n[device.options]\nhost = "{"h" * 60}"\n' in changed
    assert devices(changed)[0].options == long


def test_only_the_key_that_changed_is_touched_in_inline_options() -> None:
    moved = DeviceConfig("printer", "printer", "network", {"host": "192.0.2.8", "port": 9100})
    assert with_device(A_SHOP, moved, "printer") == A_SHOP.replace("192.0.2.7", "192.0.2.8")


def test_only_the_key_that_changed_is_touched_in_a_table_of_options() -> None:
    faster = DeviceConfig("scale", "scale", "toledo_8217", SCALE.options | {"baud": 9600})
    assert with_device(A_SHOP, faster, "scale") == A_SHOP.replace("baud = 4800", "baud = 9600")


def test_options_come_and_go_and_those_that_stay_keep_their_comments() -> None:
    other = DeviceConfig("scale", "scale", "toledo_8217", {"baud": 4800, "parity": "even"})
    assert with_device(A_SHOP, other, "scale") == A_SHOP.replace(
        'port = "/dev/serial/by-id/usb-1"\n', ""
    ).replace("baud = 4800\n", 'baud = 4800\nparity = "even"\n')
    less = DeviceConfig("printer", "printer", "network", {"host": "192.0.2.7", "cut": False})
    assert with_device(A_SHOP, less, "printer") == A_SHOP.replace("port = 9100", "cut = false")
    none = DeviceConfig("printer", "printer", "network")
    assert with_device(A_SHOP, none, "printer") == A_SHOP.replace(
        '{ host = "192.0.2.7", port = 9100 }', "{}"
    )


def test_what_stays_is_not_written_anew() -> None:
    text = A_SHOP.replace('{ host = "192.0.2.7", port = 9100 }', "{host='192.0.2.7',  port=0x238C}")
    moved = DeviceConfig("printer", "printer", "network", PRINTER.options | {"host": "192.0.2.8"})
    assert with_device(text, moved, "printer") == text.replace("'192.0.2.7'", '"192.0.2.8"')
    more = DeviceConfig("printer", "printer", "network", PRINTER.options | {"cut": True})
    assert with_device(text, more, "printer") == text.replace(
        "{host='192.0.2.7',  port=0x238C}", "{ host = '192.0.2.7', port = 0x238C, cut = true }"
    )


def test_a_file_without_a_line_end_at_its_end_gets_none() -> None:
    text = with_device("", PRINTER).removesuffix("\n")
    moved = DeviceConfig("printer", "printer", "network", PRINTER.options | {"port": 9101})
    assert with_device(text, moved, "printer") == text.replace("9100", "9101")


def test_a_device_can_be_given_another_name() -> None:
    named = DeviceConfig("the grey one", "printer", "network", PRINTER.options)
    assert with_device(A_SHOP, named, "printer") == A_SHOP.replace(
        'name = "printer"', 'name = "the grey one"'
    )


def test_true_is_not_one() -> None:
    text = with_device("", DeviceConfig("a", "b", "c", {"x": 1}))
    changed = with_device(text, DeviceConfig("a", "b", "c", {"x": True}), "a")
    assert changed == text.replace("x = 1", "x = true")


def test_a_removed_device_takes_nothing_else_with_it() -> None:
    cut = A_SHOP.index("\n[[device]]\nname = 'scale'"), A_SHOP.index("\n# The screen")
    assert without_device(A_SHOP, "scale") == A_SHOP[: cut[0]] + A_SHOP[cut[1] :]
    left = without_device(A_SHOP, "printer")
    assert "# On the counter\n" in left
    assert devices(left) == (SCALE,)


def test_a_removed_device_leaves_no_hole_at_the_top_of_the_file() -> None:
    text = with_device(with_device("", SCANNER), PRINTER)
    assert without_device(text, SCANNER.name) == with_device("", PRINTER)
    text = text.replace("\n", "\r\n")
    assert without_device(text, SCANNER.name) == with_device("", PRINTER).replace("\n", "\r\n")


def test_a_device_that_is_already_so_changes_nothing() -> None:
    strange = A_SHOP.replace('"printer"', "'''printer'''").replace("9100", "0x238C")
    assert with_device(strange, PRINTER, "printer") == strange


def test_a_name_that_another_device_has_is_refused() -> None:
    for was in (None, "printer"):
        with pytest.raises(BadConfiguration, match="two devices"):
            with_device(A_SHOP, DeviceConfig("scale", "printer", "network"), was)


def test_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(NoSuchDevice) as refused:
        with_device(A_SHOP, SCANNER, "drawer")
    assert refused.value.fields == {"device": "drawer"}
    with pytest.raises(NoSuchDevice):
        without_device(A_SHOP, "drawer")


def test_of_two_devices_with_one_name_none_is_guessed_at() -> None:
    twice = A_SHOP.replace("'scale'", "'printer'")
    with pytest.raises(BadConfiguration, match="two devices"):
        without_device(twice, "printer")
    with pytest.raises(BadConfiguration, match="two devices"):
        with_device(twice, SCANNER, "printer")


def test_a_mistake_of_a_hand_is_named_with_its_line_and_column() -> None:
    broken = A_SHOP.replace("port = 9100 }", "port = }")
    changes: tuple[Callable[[], str], ...] = (
        lambda: with_device(broken, SCANNER),
        lambda: with_device(broken, PRINTER, "printer"),
        lambda: without_device(broken, "printer"),
    )
    for change in changes:
        with pytest.raises(BadConfiguration) as refused:
            change()
        assert "line 13, column 40" in str(refused.value.fields["why"])


def test_what_only_looks_like_a_device_is_none() -> None:
    decoys = '''
[store]
folder = """
[[device]]
name = "no"
# """

[[device]]
name = "yes"
kind = "k"
type = "t"
options = { list = [
  ["x"], # [[device]]
  [
    "y"
  ],
], text = \'\'\'
[[device]]
# a\'\'\' }
# [[device]]
'''
    assert len(devices(decoys)) == 1
    changed = with_device(decoys, DeviceConfig("new", "k", "t"))
    assert changed.startswith(decoys.removesuffix("# [[device]]\n"))
    assert changed.endswith('type = "t"\n# [[device]]\n')
    left = without_device(decoys, "yes")
    assert left == decoys[: decoys.index('\n[[device]]\nname = "yes"')] + "# [[device]]\n"


def test_devices_in_a_list_stay_in_their_list() -> None:
    text = """\
device = [ # all of them
  { name = "a", kind = "k", type = "t" }, # the first
  { name = "b", kind = "k", type = "t", options = { x = 1 } },
]

[screen]
width = 800
"""
    a, b, c = (DeviceConfig(name, "k", "t", {"x": 2}) for name in "abc")
    more = with_device(with_device(text, b, "b"), c)
    assert "x = 2 } }," in more
    more = with_device(more, a, "a")
    assert "# all of them" in more
    assert "# the first" in more
    assert devices(more) == (a, b, c)
    assert devices(without_device(more, "b")) == (a, c)
    assert with_device("device = []\n", a).startswith("device = [{ name")


def test_a_table_that_somebody_tore_apart_is_refused_rather_than_rearranged() -> None:
    torn = """\
[[device]]
name = "a"
kind = "k"
type = "t"
[screen]
width = 800
[device.options]
x = 1
"""
    with pytest.raises(CannotChangeSettings) as refused:
        with_device(torn, DeviceConfig("a", "k", "t", {"x": 2}), "a")
    assert refused.value.fields == {"device": "a"}
    assert with_device(torn, DeviceConfig("a", "k", "t", {"x": 1}), "a") == torn
    assert without_device(torn, "a") == "[screen]\nwidth = 800\n"
    assert devices(with_device(torn, DeviceConfig("b", "k", "t")))[0].options == {"x": 1}


# ------------------------------------------------------------------------------------------------- for any file


def quoted(text: str) -> str:
    """A text as TOML, written without the library that we use."""
    plain = "".join(
        letter if letter.isprintable() and letter not in '"\\' else f"\\U{ord(letter):08x}"
        for letter in text
    )
    return f'"{plain}"'


def written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    assert isinstance(value, list)
    return f"[{', '.join(written(inner) for inner in value)}]"


TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
NAMES = st.one_of(
    TEXTS, st.sampled_from(['"', "'''", "\n", "]]", "[[device]]", "#", "a.b", "\r\n", "\\"])
)
VALUES = st.one_of(
    st.booleans(), st.integers(-(2**63), 2**63 - 1), TEXTS, st.lists(TEXTS, max_size=3)
)
OPTIONS = st.dictionaries(
    st.one_of(NAMES, st.sampled_from(["host", "port", "baud"])), VALUES, max_size=4
)
DEVICES = st.builds(DeviceConfig, NAMES, NAMES, NAMES, OPTIONS)
COMMENTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=9).map(
    "#{}".format
)
LINES = st.lists(st.one_of(COMMENTS, st.just("")), max_size=3)
ENDS = st.one_of(st.just(""), COMMENTS.map(" {}".format))


class File(NamedTuple):
    """A file as somebody might have written it: lines that belong to no device, and those of each device."""

    text: str
    config: Config
    others: tuple[str, ...]
    devices: dict[str, list[str]]

    def comments(self, name: str) -> list[str]:
        """The comments within a device that have lines of their own."""
        return [line for line in self.devices[name] if line.startswith("#")]


@st.composite
def files(draw: st.DrawFn) -> File:
    known = draw(st.lists(DEVICES, max_size=3, unique_by=lambda device: device.name))
    columns = draw(st.integers(20, 60))
    lines = [*draw(LINES), f"columns={columns}{draw(ENDS)}", *draw(LINES)]
    others = list(lines)
    written_as = {}
    for device in known:
        mine = draw(device_lines(device))
        written_as[device.name] = mine
        between = draw(LINES)
        if draw(st.booleans()) and not any(line.startswith("[screen]") for line in others):
            between += ["[screen]", f"width = 800{draw(ENDS)}", *draw(LINES)]
        lines += mine + between
        others += between
    width = 800 if "[screen]" in others else 1280
    end = draw(st.sampled_from(["\n", "\r\n"]))
    text = end.join(lines) + draw(st.sampled_from(["", end]))
    config = parse(f"columns = {columns}\n[screen]\nwidth = {width}\n", "test")
    return File(
        text, Config(config.store, config.screen, columns, tuple(known)), tuple(others), written_as
    )


@st.composite
def device_lines(draw: st.DrawFn, device: DeviceConfig) -> list[str]:
    """One device in one of the ways in which TOML lets it be written."""
    keys = [("name", device.name), ("kind", device.kind), ("type", device.type)]
    lines = [draw(st.sampled_from(["[[device]]", "  [[ device ]] # one", '[["device"]]']))]
    for key, value in draw(st.permutations(keys)):
        lines += [
            *draw(LINES),
            f"{draw(st.sampled_from(['', '  ']))}{key} = {quoted(value)}{draw(ENDS)}",
        ]
    pairs = [f"{quoted(key)} = {written(value)}" for key, value in device.options.items()]
    style = draw(st.sampled_from(["inline", "table", "dotted"]))
    if style == "inline":
        lines += [*draw(LINES), f"options={{{', '.join(pairs)}}}{draw(ENDS)}"] if pairs else []
    else:
        before = "" if style == "table" else "options."
        lines += ["[device.options]"] if style == "table" else []
        for pair in pairs:
            lines += [*draw(LINES), f"{before}{pair}{draw(ENDS)}"]
    return lines


def lines_of(text: str) -> list[str]:
    """The lines that say something, with the bytes at their ends."""
    return [line for line in text.split("\n") if line.strip()]


def stand_in_order(wanted: list[str], lines: list[str]) -> bool:
    """Whether all wanted lines are there, one after the other."""
    rest = iter(lines)
    return all(any(line.strip("\r") == one.strip("\r") for line in rest) for one in wanted)


def told(config: Config) -> str:
    """A configuration with the kinds of its values, in a fixed order: `1 == True`, and to a driver they differ."""
    shown = [
        (device.name, device.kind, device.type, sorted(map(repr, device.options.items())))
        for device in config.device
    ]
    return repr((config.store, config.screen, config.columns, shown))


def with_devices(config: Config, *known: DeviceConfig) -> str:
    return told(Config(config.store, config.screen, config.columns, known))


@given(files())
def test_the_files_of_these_tests_say_what_they_are_meant_to_say(file: File) -> None:
    assert told(parse(file.text, "test")) == told(file.config)


@given(files(), DEVICES)
def test_any_device_can_be_added_to_any_file_and_all_lines_stay(
    file: File, new: DeviceConfig
) -> None:
    assume(new.name not in file.devices)
    changed = with_device(file.text, new)
    assert told(parse(changed, "test")) == with_devices(file.config, *file.config.device, new)
    pairs = zip(file.text, changed, strict=False)
    same = next((at for at, (one, other) in enumerate(pairs) if one != other), len(file.text))
    assert changed.endswith(file.text[same:])  # something was put in, and nothing taken away
    if "\r\n" in file.text:
        assert "\n" not in changed.replace("\r\n", "")
    else:
        assert "\r" not in changed


@given(files(), DEVICES)
def test_an_added_device_that_is_removed_again_leaves_the_file_as_it_was(
    file: File, new: DeviceConfig
) -> None:
    assume(new.name not in file.devices)
    text = file.text
    if not text.endswith("\n"):
        text += "\r\n" if "\r\n" in text else "\n"
    assert without_device(with_device(text, new), new.name) == text


@given(files(), DEVICES, st.data())
def test_any_device_can_be_changed_to_any_other_and_the_rest_stays_byte_for_byte(
    file: File, new: DeviceConfig, data: st.DataObject
) -> None:
    known = file.config.device
    assume(known)
    index = data.draw(st.integers(0, len(known) - 1))
    was = known[index]
    assume(new.name == was.name or new.name not in file.devices)
    if data.draw(st.booleans()):  # a small change, as a person makes it
        new = DeviceConfig(was.name, was.kind, new.type, was.options | new.options)
    try:
        changed = with_device(file.text, new, was.name)
    except CannotChangeSettings:
        # Of `options.port = 1` tomlkit cannot always take away a key: then it is refused, and never done wrong.
        assert any(line.startswith("options.") for line in file.devices[was.name])
        assert not set(was.options) <= set(new.options)
        return
    wanted = [*known[:index], new, *known[index + 1 :]]
    assert told(parse(changed, "test")) == with_devices(file.config, *wanted)
    assert stand_in_order([line for line in file.others if line.strip()], lines_of(changed))
    assert with_device(changed, new, new.name) == changed
    for name in set(file.devices) - {was.name}:
        assert stand_in_order(file.comments(name), lines_of(changed))
    if set(new.options) >= set(was.options):
        assert stand_in_order(file.comments(was.name), lines_of(changed))
    if "\r\n" in file.text:
        assert "\n" not in changed.replace("\r\n", "")
    else:
        assert "\r" not in changed


@given(files(), st.data())
def test_any_device_can_be_removed_and_every_line_of_the_others_stays(
    file: File, data: st.DataObject
) -> None:
    known = file.config.device
    assume(known)
    gone = data.draw(st.sampled_from(known))
    left = without_device(file.text, gone.name)
    others = [device for device in known if device.name != gone.name]
    assert told(parse(left, "test")) == with_devices(file.config, *others)
    assert stand_in_order([line for line in file.others if line.strip()], lines_of(left))
    for device in others:
        assert stand_in_order(file.comments(device.name), lines_of(left))
    assert stand_in_order(lines_of(left), lines_of(file.text))


@given(st.text(max_size=80), DEVICES)
def test_no_text_makes_it_stumble(text: str, new: DeviceConfig) -> None:
    try:
        changed = with_device(text, new)
    except BadConfiguration:
        return
    assert new.name in [device.name for device in devices(changed)]


# ----------------------------------------------------------------------------------------------------- on the disk


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "open-pos.toml"
    path.write_bytes(A_SHOP.encode())
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_read_with_its_own_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "open-pos.toml"
    assert read(path) is None
    path.write_bytes("columns = 48 # ß\r\n".encode())
    assert read(path) == "columns = 48 # ß\r\n"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadConfiguration):
        read(path)
    with pytest.raises(BadConfiguration):
        read(tmp_path)


def test_a_saved_file_is_there_byte_for_byte_and_the_one_before_is_kept(file: Path) -> None:
    changed = with_device(A_SHOP.replace("\n", "\r\n"), SCANNER)
    save(file, changed)
    assert file.read_bytes() == changed.encode()
    assert file.with_name("open-pos.toml~").read_bytes() == A_SHOP.encode()
    assert load(file).device[-1] == SCANNER
    assert names(file.parent) == ["open-pos.toml", "open-pos.toml~"]


def test_a_save_can_be_undone(file: Path) -> None:
    save(file, with_device(A_SHOP, SCANNER))
    put_back(file, was_there=True)
    assert read(file) == A_SHOP
    fresh = file.with_name("fresh.toml")
    save(fresh, A_SHOP)
    put_back(fresh, was_there=False)
    assert read(fresh) is None
    with pytest.raises(CannotSaveSettings):
        put_back(fresh, was_there=False)


@pytest.mark.parametrize(
    ("was", "text"),
    [
        ("device 1", '[[device]]\nnmae = "x"\nkind = "printer" # the old one\ntype = "usb"\n'),
        (
            "x",
            '[[device]]\nname = "x" # the old one\ncolour = "red"\nkind = "printer"\ntype = "usb"\n',
        ),
        (
            "device 1",
            '[[device]]\nname = 7 # the old one\nkind = 1\n\n[device.options]\nvendor = "04b8"\n',
        ),
        ("x", 'device = [{ name = "x", kind = "printer", typ = "usb" }] # the old one\n'),
    ],
)
def test_a_device_whose_table_is_none_is_mended_or_taken_out(was: str, text: str) -> None:
    assert devices(text)[0].wrong
    mended = DeviceConfig("printer", "printer", "usb", {"vendor": "04b8"})
    changed = with_device(text, mended, was)
    assert devices(changed) == (mended,)
    assert "# the old one" in changed
    assert devices(without_device(text, was)) == ()


def test_the_second_of_two_devices_of_one_name_can_be_given_another() -> None:
    twice = with_device("", PRINTER) + with_device("", PRINTER)
    assert [one.name for one in devices(twice)] == ["printer", "printer (2)"]
    renamed = msgspec.structs.replace(PRINTER, name="second")
    assert devices(with_device(twice, renamed, "printer (2)")) == (PRINTER, renamed)
    assert devices(without_device(twice, "printer (2)")) == (PRINTER,)
    moved = msgspec.structs.replace(PRINTER, options={"host": "192.0.2.9"})
    assert devices(with_device(twice, moved, "printer"))[0] == moved
    # Without the first, the second would be another device.
    with pytest.raises(BadConfiguration, match="two devices"):
        without_device(twice, "printer")
    with pytest.raises(BadConfiguration, match="two devices"):
        with_device(twice, renamed, "printer")


def test_the_first_save_makes_the_file(tmp_path: Path) -> None:
    save(tmp_path / "open-pos.toml", A_SHOP)
    assert names(tmp_path) == ["open-pos.toml"]
    assert read(tmp_path / "open-pos.toml") == A_SHOP


def test_saving_what_is_there_already_keeps_the_version_before(file: Path) -> None:
    save(file, "columns = 48\n")
    save(file, "columns = 48\n")
    assert file.with_name("open-pos.toml~").read_bytes() == A_SHOP.encode()


@pytest.mark.parametrize("wrong", ["columns = ", "colums = 48", "# \ud800"])
def test_what_could_not_be_read_again_is_never_written(file: Path, wrong: str) -> None:
    with pytest.raises(BadConfiguration):
        save(file, wrong)
    assert file.read_bytes() == A_SHOP.encode()
    assert names(file.parent) == ["open-pos.toml"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_mode_and_owner_stay(file: Path, mode: int) -> None:
    file.chmod(mode)
    if os.geteuid() == 0:
        os.chown(file, 1234, 1235)
    before = file.stat()
    save(file, "columns = 48\n")
    for path in (file, file.with_name("open-pos.toml~")):
        after = path.stat()
        assert (after.st_mode, after.st_uid, after.st_gid) == (
            before.st_mode,
            before.st_uid,
            before.st_gid,
        )


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    link = tmp_path / "etc" / "open-pos.toml"
    link.symlink_to(file)
    save(link, "columns = 48\n")
    assert link.is_symlink()
    assert file.read_text() == "columns = 48\n"
    assert names(link.parent) == ["open-pos.toml"]


@contextmanager
def no_room() -> Iterator[None]:
    """The kernel refuses to write even one byte to any file, as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_write_that_fails_changes_nothing_and_leaves_nothing_behind(file: Path) -> None:
    with no_room(), pytest.raises(CannotSaveSettings) as refused:
        save(file, "columns = 48\n")
    assert refused.value.fields["path"] == str(file)
    assert refused.value.fields["why"]
    assert file.read_bytes() == A_SHOP.encode()
    assert names(file.parent) == ["open-pos.toml"]


def test_a_version_before_that_cannot_be_kept_stops_the_save(file: Path) -> None:
    file.with_name("open-pos.toml~").mkdir()
    with pytest.raises(CannotSaveSettings):
        save(file, "columns = 48\n")
    assert file.read_bytes() == A_SHOP.encode()
    assert names(file.parent) == ["open-pos.toml", "open-pos.toml~"]


def test_a_folder_that_is_not_there_or_not_writable_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "gone" / "open-pos.toml", Path("/proc/self/open-pos.toml"), tmp_path):
        with pytest.raises(CannotSaveSettings) as refused:
            save(path, A_SHOP)
        assert refused.value.fields["path"] == str(path)


ON_A_SMALL_DISK = """
import subprocess, sys
from pathlib import Path
from appliance.settings import CannotSaveSettings, save
disk = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], check=True)
file = disk / "open-pos.toml"
save(file, "columns = 40\\n")
(disk / "rest").write_bytes(b"")
try:
    with (disk / "rest").open("wb", buffering=0) as rest:
        while rest.write(b"x" * 512):
            pass
except OSError:
    pass
for options in ("remount,rw", "remount,ro"):
    subprocess.run(["mount", "-o", options, disk], check=True)
    try:
        save(file, "columns = 48\\n")
    except CannotSaveSettings as refused:
        print(refused.fields["why"], file.read_text().strip(), len(list(disk.iterdir())))
"""


def may_mount() -> bool:
    return not subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"],
        check=False,
        capture_output=True,
    ).returncode


@pytest.mark.skipif(not may_mount(), reason="needs the right to mount")
def test_a_full_and_a_read_only_disk_are_said_and_the_file_is_as_it_was(tmp_path: Path) -> None:
    ran = subprocess.run(
        ["unshare", "--mount", sys.executable, "-c", ON_A_SMALL_DISK, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert ran.stdout.splitlines() == [
        "No space left on device columns = 40 2",
        "Read-only file system columns = 40 2",
    ]
