r"""The network of the machine: which Wi-Fi there is, joining one, whether a cable is in, its own addresses.

`nmcli` of NetworkManager is asked in its terse form (`-t -e yes`): a line for each thing, fields with `:` between,
and `\:` and `\\` for those two signs within a field. A network is joined as nmcli's man page tells for scripts: a
profile without a secret is added, and brought up with the password on standard input (`passwd-file /dev/stdin`), so
that it stands on no command line; NetworkManager keeps it in a file that only root may read. Profiles go by their UUID:
whatever a network is called, it can so be mistaken for nothing else. One that failed is removed again, unless it is to
be kept for later: then nmcli's editor, whose commands go by standard input too, writes the password into the profile.
"""

import hashlib
import re
import uuid  # noqa: TID251 - NetworkManager names its profiles so
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from appliance.machine.programs import Ran, run
from appliance.problems import Refusal

LOOK_S: Final = 15.0
RESCAN_S: Final = 25.0
JOIN_S: Final = 90
"""NetworkManager itself waits 25 s for the network to let it in and then 45 s for an address, and says which it was."""
SHORTEST_PASSWORD: Final = 8
LONGEST_PASSWORD: Final = 63
LONGEST_SSID: Final = 32
"""In bytes (IEEE 802.11)."""

_NMCLI: Final = ("nmcli", "-t", "-e", "yes")
_PSK: Final = "802-11-wireless-security.psk"
_HEX_KEY: Final = re.compile(r"[0-9A-Fa-f]{64}")
_WRONG: Final = ("secrets were required", "802.1x supplicant")
_NO_ADDRESS: Final = ("ip configuration could not be reserved", "dhcp", "timeout expired")
_GONE: Final = ("network could not be found", "no network with ssid")
_NOT_RUNNING: Final = "networkmanager is not running"
_ADDRESS: Final = re.compile(r"IP[46]\.ADDRESS\[[0-9]+\]")


class WifiWrongPassword(Refusal):
    """The network took the password for a wrong one: `name`."""

    code = "wifi_wrong_password"


class WifiPasswordLength(Refusal):
    """A password of a Wi-Fi has 8 to 63 characters: `least`, `most`."""

    code = "wifi_password_length"


class WifiNotThere(Refusal):
    """The network cannot be heard: `name`."""

    code = "wifi_not_there"


class WifiNoAddress(Refusal):
    """The network let us in and gave no address: `name`."""

    code = "wifi_no_address"


class WifiLater(Refusal):
    """The network could not be joined now, and will be as soon as it can be: `name`."""

    code = "wifi_later"


class WifiForCompanies(Refusal):
    """The network wants a user name as well (802.1X), or an old way of encrypting (WEP): `name`, `security`."""

    code = "wifi_for_companies"


class NetworkTrouble(Refusal):
    """NetworkManager could not do it: `why`, in its words."""

    code = "network_trouble"


class Wifi(NamedTuple):
    """A Wi-Fi that can be heard: its name, its strength (0 to 100), how it is secured (empty: it is open)."""

    name: str
    signal: int
    security: str = ""
    joined: bool = False


class Seen(NamedTuple):
    """The network now. `wired` and `wifi` are a device's state, empty where there is none.

    `connected`, `connecting`, `unplugged` (no cable), `off` (no Wi-Fi joined, or switched off).
    """

    wired: str = ""
    wifi: str = ""
    joined: str = ""
    addresses: tuple[str, ...] = ()
    networks: tuple[Wifi, ...] = ()


class Network(Protocol):
    """The machine's network. Everything blocks, for at most the times above."""

    def look(self, *, again: bool = False) -> Seen:
        """What there is; `again` listens for Wi-Fi anew, which takes seconds. Raises `NetworkTrouble`."""
        ...

    def join(
        self, name: str, password: str, security: str | None = None, *, keep: bool = False
    ) -> None:
        """Join a Wi-Fi, now and at each start. `security` is as in `Wifi`, None for one that was typed.

        One that cannot be heard now, or gives no address, is kept and joined later if `keep` is told.

        Raises `WifiWrongPassword`, `WifiPasswordLength`, `WifiNotThere`, `WifiNoAddress`, `WifiForCompanies`,
        `NetworkTrouble`, and what running a program raises; `WifiLater` for one that was kept.
        """
        ...


class NetworkManager:
    """The real one, by `nmcli`."""

    def look(self, *, again: bool = False) -> Seen:
        """See `Network`."""
        devices = list(_rows(_asked("-f", "TYPE,STATE,CONNECTION,DEVICE", "device", "status"), 4))
        wired = _best(state for kind, state, _, _ in devices if kind == "ethernet")
        wifi = _best(state for kind, state, _, _ in devices if kind == "wifi")
        joined = ""
        networks: tuple[Wifi, ...] = ()
        if wifi:
            networks = self._networks(again=again)
            joined = next((one.name for one in networks if one.joined), "")
        up = [
            device
            for kind, state, _, device in devices
            if state.startswith("connected") and kind != "loopback"
        ]
        return Seen(wired, wifi, joined, tuple(self._addresses(up)), networks)

    def join(
        self, name: str, password: str, security: str | None = None, *, keep: bool = False
    ) -> None:
        """See `Network`."""
        if security is None:
            # Its name was typed: perhaps it can be heard all the same, and then it tells how it is secured.
            security = next(
                (one.security for one in self.look().networks if one.name == name), None
            )
        key = _key_management(name, password, security)
        profile = str(uuid.uuid4())
        hidden = () if security is not None else ("802-11-wireless.hidden", "yes")
        secured = () if not key else ("802-11-wireless-security.key-mgmt", key)
        words = ("type", "wifi", "ifname", "*", "con-name", f"open-pos {name}")
        _asked(
            "connection", "add", *words, "connection.uuid", profile, "ssid", name, *hidden, *secured
        )
        secret = password if key else ""
        try:
            is_joined = self._joins(profile, name, secret, keep=keep)
        except Refusal:
            run(("nmcli", "connection", "delete", "uuid", profile), timeout_s=LOOK_S)
            raise
        self._forget_others(profile)
        if not is_joined:
            raise WifiLater(name=name)

    def _joins(self, profile: str, name: str, secret: str, *, keep: bool) -> bool:
        """Whether it was joined; False: it could not be, and is kept."""
        by_password = ("passwd-file", "/dev/stdin") if secret else ()
        done = run(
            ("nmcli", "--wait", str(JOIN_S), "connection", "up", "uuid", profile, *by_password),
            timeout_s=JOIN_S + 10,
            secret=f"{_PSK}:{_escaped(secret)}\n" if secret else "",
        )
        try:
            _refuse_unless_joined(done, name)
        except (WifiNotThere, WifiNoAddress):
            if not keep:
                raise
            self._keep(profile, name, secret)
            return False
        return True

    @staticmethod
    def _keep(profile: str, name: str, password: str) -> None:
        """Write the password into the profile, which NetworkManager then joins by itself. Raises `NetworkTrouble`."""
        if not password:
            return
        done = run(
            ("nmcli", "connection", "edit", "uuid", profile),
            timeout_s=LOOK_S,
            secret=f"set {_PSK} {_whole(name, password)}\nsave persistent\nquit\n",
        )
        if done.code:
            raise NetworkTrouble(why=_why(done))

    @staticmethod
    def _networks(*, again: bool) -> tuple[Wifi, ...]:
        """Each name once, the strongest first; those that tell no name are left out."""
        heard: dict[str, Wifi] = {}
        rescan = ("--rescan", "yes" if again else "auto")
        fields = "IN-USE,SIGNAL,SECURITY,SSID"
        for in_use, signal, security, name in _rows(
            _asked("-f", fields, "device", "wifi", "list", *rescan, timeout_s=RESCAN_S), 4
        ):
            known = heard.get(name)
            strength = int(signal) if signal.isdecimal() else 0
            joined = in_use == "*" or (known is not None and known.joined)
            if name:
                strongest = max(strength, known.signal if known else 0)
                heard[name] = Wifi(name, strongest, "" if security == "--" else security, joined)
        return tuple(
            sorted(heard.values(), key=lambda one: (not one.joined, -one.signal, one.name))
        )

    @staticmethod
    def _addresses(devices: list[str]) -> Iterator[str]:
        """The machine's own addresses, without those that only the same cable knows."""
        for device in devices:
            said = _asked("-f", "IP4.ADDRESS,IP6.ADDRESS", "device", "show", device)
            for field, address in _rows(said, 2):
                bare = address.partition("/")[0]
                if _ADDRESS.fullmatch(field) and not bare.lower().startswith("fe80"):
                    yield bare

    @staticmethod
    def _forget_others(profile: str) -> None:
        """Of the networks that were joined here before, none is left: the till would wander between them."""
        known = run((*_NMCLI, "-f", "TYPE,UUID,NAME", "connection", "show"), timeout_s=LOOK_S)
        for kind, other, name in _rows(known.said, 3):
            if "wireless" in kind and other != profile and name.startswith("open-pos "):
                run(("nmcli", "connection", "delete", "uuid", other), timeout_s=LOOK_S)


def unescaped(line: str) -> list[str]:
    """The fields of a terse line."""
    fields, signs = [""], iter(line)
    for sign in signs:
        if sign == "\\":
            fields[-1] += next(signs, "")
        elif sign == ":":
            fields.append("")
        else:
            fields[-1] += sign
    return fields


def _rows(said: str, count: int) -> Iterator[list[str]]:
    """The lines that have so many fields. Others are none of ours: a name may hold a line break."""
    for line in said.split("\n"):
        fields = unescaped(line)
        if len(fields) == count:
            yield fields


def _escaped(password: str) -> str:
    """A password as a line of `passwd-file` holds it: a backslash begins an escape, blanks at the ends are dropped."""
    return password.replace("\\", "\\\\").replace(" ", "\\ ").replace("\t", "\\t")


def _whole(name: str, password: str) -> str:
    """A password as nmcli's editor takes it: it drops blanks at the ends, so one with those is given as its key.

    The key is PBKDF2 of it with the network's name (IEEE 802.11, annex J.4).
    """
    if password == password.strip():
        return password
    return hashlib.pbkdf2_hmac("sha1", password.encode(), name.encode(), 4096, 32).hex()


def _asked(*words: str, timeout_s: float = LOOK_S) -> str:
    """What nmcli answers. Raises `NetworkTrouble`."""
    done = run((*_NMCLI, *words), timeout_s=timeout_s)
    if done.code:
        raise NetworkTrouble(why=_why(done))
    return done.said


def _why(done: Ran) -> str:
    """Its last word; the password stands on none of its lines."""
    lines = (done.complained.strip() or done.said.strip()).splitlines()
    return lines[-1].removeprefix("Error: ") if lines else f"nmcli: {done.code}"


def _best(states: Iterator[str]) -> str:
    """What a person would say of all devices of a kind: the best of them; nothing where there is none."""
    found = [_STATES.get(state.partition(" (")[0], "off") for state in states]
    return min(found, key=_ORDER.index, default="")


_STATES: Final = {
    "connected": "connected",
    "connecting": "connecting",
    "unavailable": "unplugged",
    "disconnected": "off",
}
_ORDER: Final = ("connected", "connecting", "off", "unplugged")


def _key_management(name: str, password: str, security: str | None) -> str:
    """How the network is secured, as NetworkManager names it; nothing for an open one."""
    refuse_password(name, password, security)
    if security is None:
        return "wpa-psk" if password else ""
    if not security:
        return ""
    return "sae" if "WPA3" in security and not re.search(r"WPA[12]", security) else "wpa-psk"


def refuse_password(name: str, password: str, security: str | None) -> None:
    """Raises what can be told before anything is tried: `WifiPasswordLength`, `WifiForCompanies`, `WifiNotThere`."""
    if not name or len(name.encode()) > LONGEST_SSID:
        raise WifiNotThere(name=name)
    told = security or ""
    if "802.1X" in told or (told and "WPA" not in told):
        raise WifiForCompanies(name=name, security=told)
    if not (password or told):
        return
    fits = SHORTEST_PASSWORD <= len(password.encode()) <= LONGEST_PASSWORD
    if not (fits or _HEX_KEY.fullmatch(password)) or any(ord(sign) < ord(" ") for sign in password):
        raise WifiPasswordLength(least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)


def _refuse_unless_joined(done: Ran, name: str) -> None:
    if not done.code:
        return
    said = f"{done.said} {done.complained}".lower()
    if any(part in said for part in _WRONG):
        raise WifiWrongPassword(name=name)
    if any(part in said for part in _GONE):
        raise WifiNotThere(name=name)
    if any(part in said for part in _NO_ADDRESS):
        raise WifiNoAddress(name=name)
    raise NetworkTrouble(why=_why(done))


class SimulatedNetwork:
    """The twin: four networks, a cable that is out. The password of each is `password`, and one never answers."""

    PASSWORD: Final = "password"  # noqa: S105 - of a network that is not there
    SILENT: Final = "Café: Gäste ☕"

    def __init__(self) -> None:
        """Nothing is joined."""
        self.joined = ""
        self._heard = (
            Wifi("FRITZ!Box 7590 KX", 82, "WPA2 WPA3"),
            Wifi("Corner & Co.", 71, "WPA2"),
            Wifi(self.SILENT, 44),
            Wifi("office", 30, "WPA2 802.1X"),
        )

    def look(self, *, again: bool = False) -> Seen:
        """See `Network`."""
        del again
        networks = tuple(one._replace(joined=one.name == self.joined) for one in self._heard)
        if not self.joined:
            return Seen("unplugged", "off", networks=networks)
        return Seen("unplugged", "connected", self.joined, ("192.0.2.20",), networks)

    def join(
        self, name: str, password: str, security: str | None = None, *, keep: bool = False
    ) -> None:
        """See `Network`."""
        refuse_password(name, password, security)
        known = next((one for one in self._heard if one.name == name), None)
        if keep and (known is None or name == self.SILENT):
            raise WifiLater(name=name)
        if known is None:
            raise WifiNotThere(name=name)
        if known.security and password != self.PASSWORD:
            raise WifiWrongPassword(name=name)
        if name == self.SILENT:
            raise WifiNoAddress(name=name)
        self.joined = name
