"""The till's Wi-Fi, by radio: a router that is off when the till first starts, and a password that was mistyped."""

from tests.image import radio
from tests.image.card import Card
from tests.image.shop import PREPARED, signed_in
from tests.image.till import Till

NETWORK = f"""
[network]
wifi = "{radio.NAME}"
password = "{radio.PASSWORD}"
"""
STORES = "/var/lib/open-pos /etc/open-pos /data/log /boot/open-pos"


def joined(till: Till) -> None:
    """Waits until the till has an address by radio."""
    got = f"ip -4 addr show wlan0 | grep -q {radio.ADDRESS}"
    assert "joined" in till.sh(
        f"for i in $(seq 90); do {got} && break; sleep 2; done; {got} && echo joined"
    )


def test_a_router_that_is_off_when_the_card_is_read_is_waited_for(till: Till, card: Card) -> None:
    card.write(1, "open-pos.toml", (PREPARED + NETWORK).encode())
    till.words_for_kernel = radio.WORDS
    till.switch_on()
    radio.away(till)
    till.sees("keeps it and joins by itself")
    till.keep("kept")
    radio.on(till)
    joined(till)


def test_its_password_stands_in_a_file_of_root_s_and_nowhere_else(till: Till) -> None:
    assert till.sh("cat /boot/open-pos/open-pos.toml").count('password = ""') == 1
    profile = till.sh("ls -l /etc/NetworkManager/system-connections").splitlines()[-1]
    assert profile.startswith("-rw------- 1 root root")
    told = f"(journalctl -b; cat $(find {STORES} -type f)) | grep -acF '{radio.PASSWORD}'"
    assert till.sh(told).split() == ["0"]


def test_the_next_start_is_in_it_by_itself(till: Till) -> None:
    till.pull_the_plug()
    till.switch_on()
    radio.away(till)
    radio.on(till)
    joined(till)
    signed_in(till)
