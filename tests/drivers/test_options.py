"""Choosing a driver and telling it what it must know."""

import pytest

import drivers
from drivers import BadOptions, DeviceAbsent, DeviceTrouble, UnknownDriver


def test_a_class_lists_its_types_by_file_name() -> None:
    assert set(drivers.available("scanner")) >= {"evdev", "serial", "simulated"}
    assert set(drivers.available("printer")) >= {"file", "network", "serial", "simulated", "usb"}
    assert set(drivers.available("drawer")) >= {"gpio_relay", "printer_kick", "simulated"}


def test_every_type_of_every_class_has_options_and_a_driver() -> None:
    for kind in drivers.kinds():
        for type_name in drivers.available(kind):
            module = drivers.load(kind, type_name)
            assert sorted(module.__all__) == ["Driver", "Options"], f"{kind}/{type_name}"


def test_every_class_has_a_simulated_twin() -> None:
    for kind in drivers.kinds():
        assert "simulated" in drivers.available(kind), kind


def test_a_misspelt_type_is_answered_with_the_nearest_right_one() -> None:
    with pytest.raises(UnknownDriver, match="did you mean 'network'") as refusal:
        drivers.load("printer", "netwrok")
    assert refusal.value.nearest == "network"


def test_a_misspelt_class_is_answered_with_the_nearest_right_one() -> None:
    with pytest.raises(UnknownDriver, match="did you mean 'printer'"):
        drivers.load("pritner", "network")


def test_a_private_part_is_no_type() -> None:
    with pytest.raises(UnknownDriver):
        drivers.load("printer", "_session")


def test_options_come_from_a_table_of_the_configuration() -> None:
    module = drivers.load("printer", "network")
    options = drivers.options_for(module, {"host": "192.168.1.9", "columns": 42})
    assert options == module.Options(host="192.168.1.9", columns=42)
    assert module.Driver(options).label == "192.168.1.9:9100"


def test_an_unknown_key_is_answered_with_its_value_and_the_nearest_right_one() -> None:
    module = drivers.load("printer", "network")
    with pytest.raises(BadOptions) as refusal:
        drivers.options_for(module, {"host": "x", "colums": 42})
    assert str(refusal.value) == "unknown key 'colums' (value 42): did you mean 'columns'?"
    assert refusal.value.nearest == "columns"


def test_a_key_like_no_other_is_answered_with_all_of_them() -> None:
    module = drivers.load("drawer", "simulated")
    with pytest.raises(BadOptions, match="known keys: has_switch, label"):
        drivers.options_for(module, {"zzz": 1})


def test_a_wrong_value_is_named_with_its_key() -> None:
    module = drivers.load("drawer", "gpio_relay")
    with pytest.raises(BadOptions, match=r"key 'pulse_ms' has value 900: Expected `int` <= 300"):
        drivers.options_for(module, {"pin": 17, "pulse_ms": 900})


def test_a_missing_key_is_named() -> None:
    with pytest.raises(BadOptions, match="'host' is missing") as refusal:
        drivers.options_for(drivers.load("printer", "network"), {})
    assert refusal.value.key == "host"


@pytest.mark.parametrize(
    ("kind", "type_name", "table", "key"),
    [
        ("scanner", "evdev", {"layout": "xx"}, "layout"),
        ("scanner", "evdev", {"group_separators": ["ctrl"]}, "group_separators"),
        ("scanner", "evdev", {"vendor": "0x0c2e"}, "vendor"),
        ("printer", "network", {"host": "x", "code_page": "CP99999"}, "code_page"),
        ("drawer", "gpio_relay", {"pin": 17, "pulse_ms": 300, "rest_ms": 1100}, "rest_ms"),
        ("drawer", "gpio_relay", {"pin": 17, "sense_pin": 17}, "sense_pin"),
        ("drawer", "printer_kick", {"on_ms": 100, "off_ms": 100}, "on_ms"),
        ("drawer", "printer_kick", {"pin": 3}, "pin"),
    ],
)
def test_what_cannot_work_is_refused_with_its_key(
    kind: str, type_name: str, table: dict[str, object], key: str
) -> None:
    with pytest.raises(BadOptions) as refusal:
        drivers.options_for(drivers.load(kind, type_name), table)
    assert refusal.value.key == key
    assert refusal.value.value == table[key]


def test_a_trouble_has_a_code_and_fields() -> None:
    trouble = DeviceAbsent(device="scanner", tries=3)
    assert isinstance(trouble, DeviceTrouble)
    assert (trouble.code, trouble.fields) == ("device_absent", {"device": "scanner", "tries": 3})
    assert str(trouble) == "device_absent: device='scanner', tries=3"


def test_the_codes_of_all_troubles_differ() -> None:
    for kind in drivers.kinds():
        for type_name in drivers.available(kind):
            drivers.load(kind, type_name)
    troubles: list[type[DeviceTrouble]] = [DeviceTrouble, *DeviceTrouble.__subclasses__()]
    codes = [trouble.code for trouble in troubles]
    assert len(codes) == len(set(codes)), codes
