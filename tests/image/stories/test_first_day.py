"""A new card, an installer with no keyboard but the screen's, and the first sale."""

from tests.image.shop import keys_her_pin
from tests.image.till import Till


def test_a_new_card_starts_with_the_first_question(till: Till) -> None:
    till.switch_on()
    till.sees("Tap here to go on in English")
    till.keep("language")


def test_country_and_shop_are_asked(till: Till) -> None:
    till.taps("Tap here to go on in English")
    till.sees("A new shop")
    till.keep("way")
    till.taps("A new shop")
    till.taps("Belgium")
    till.sees("Prices on the shelves")
    till.keep("taxes")
    till.taps("Go on")
    till.sees("Name of the shop")
    till.taps("needed")
    for heading, text in (
        ("Name of the shop", "Corner"),
        ("Street and number", "Main 1"),
        ("Postcode and town", "1000 Town"),
    ):
        till.sees_together(heading, "Take over")
        till.types(text)
        till.taps("Take over")
    till.sees("Postcode and town")
    till.keep("shop")
    till.taps("Go on")


def test_power_that_goes_in_the_middle_loses_nothing(till: Till) -> None:
    till.sees("Network cable")
    till.pull_the_plug()
    till.switch_on()
    till.sees("Network cable")
    till.sees("Connected. Nothing more is needed")
    till.keep("network")
    till.taps("Go on")


def test_an_owner_is_made(till: Till) -> None:
    till.sees("Your name")
    till.taps("needed")
    for heading, text in (
        ("Your name", "Olga"),
        ("PIN, at least four digits", "4711"),
        ("The PIN once more", "4711"),
    ):
        till.sees_together(heading, "Take over")
        till.types(text)
        till.taps("Take over")
    till.sees("The PIN once more")
    till.keep("owner")
    till.taps("Go on")
    till.sees("Find and test devices")
    till.keep("devices")
    till.taps("Go on")
    till.sees("This register works alone")
    till.keep("server")
    till.taps("This register works alone")


def test_and_sells(till: Till) -> None:
    till.sees("Products to try with")
    till.keep("goods")
    till.taps("Products to try with")
    till.taps("To the sign-in")
    # No keyboard types a PIN: a scanner is one, too.
    keys_her_pin(till)
    till.taps("Flat white")
    till.sees("3.60")
    till.keep("sale")
    till.taps("Cash")
    till.taps("€5.00")
    till.taps("Take cash")
    till.sees("€1.40")
    till.keep("change")


def test_the_system_itself_is_read_only_and_nobody_can_sign_in(till: Till) -> None:
    assert "ro" in till.sh("findmnt -no OPTIONS /run/open-pos-root/system").split(",")[0]
    assert till.sh("systemctl is-system-running").strip() == "running"
    assert (
        till.sh("systemctl is-active ssh.service open-pos-support-sshd").split() == ["inactive"] * 2
    )
    assert till.sh("ss -Hltun 'not src 127.0.0.0/8' | grep -v mdns | wc -l").strip() == "0"
    assert not till.sh("swapon --show=NAME --noheadings | grep -v zram").strip()
    locked = till.sh("awk -F: '$2 !~ /^[!*]/ {print $1}' /etc/shadow")
    assert not locked.strip()
