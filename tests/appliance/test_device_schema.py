"""What a page can set on a driver is what the driver's own options say, and comes back as the driver wants it."""

import pytest

import drivers
from appliance import device_schema


@pytest.mark.parametrize("kind", drivers.kinds())
def test_every_driver_can_be_shown_with_its_options(kind: str) -> None:
    for name in drivers.available(kind):
        for option in device_schema.options_of(kind, name, {}):
            assert option.takes in {"text", "number", "yes_no", "choice", "list"}
            assert bool(option.choices) is (option.takes == "choice")


def test_options_say_what_they_take_and_what_they_are_left_out() -> None:
    options = {one.key: one for one in device_schema.options_of("printer", "network", {"port": 9})}
    assert options["host"].required
    assert (options["port"].takes, options["port"].default, options["port"].value) == (
        "number",
        9100,
        9,
    )
    assert options["columns"].choices == ("32", "42", "48")
    assert options["confirm"].takes == "yes_no"


def test_text_from_a_page_becomes_what_the_driver_wants() -> None:
    typed = device_schema.typed
    assert typed("printer", "network", {"host": "1", "port": "9100", "columns": "42"}) == {
        "host": "1",
        "port": 9100,
        "columns": 42,
    }
    assert typed("label", "zpl_network", {"width_mm": "57,5", "height_mm": "32"}) == {
        "width_mm": 57.5,
        "height_mm": 32.0,
    }
    bits: object = typed("badge", "wiegand", {"bits": ("26", "34")})["bits"]
    assert bits == (26, 34)


def test_what_does_not_fit_is_left_for_the_drivers_check_to_name() -> None:
    assert device_schema.typed("printer", "network", {"port": "many", "no": "x"}) == {
        "port": "many",
        "no": "x",
    }
    with pytest.raises(drivers.UnknownDriver):
        device_schema.typed("printer", "netwrok", {})


def test_simulated_devices_are_offered_only_where_they_make_sense() -> None:
    real = {one.type for kind in device_schema.kinds(simulated=False) for one in kind.types}
    assert "simulated" not in real
    assert "network" in real
    assert all(
        "simulated" in {one.type for one in kind.types}
        for kind in device_schema.kinds(simulated=True)
    )
