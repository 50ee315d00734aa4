"""The announcement by mDNS: found from another machine, and in nobody's way where there is no network.

With root two network namespaces stand for two machines; without it only this machine's own network can be tried.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from appliance.journal.pairing_wire import SERVICE
from appliance.lan_server import addresses
from appliance.lan_server.announce import Announcer

ROOT: Final = Path(__file__).parents[3]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes networks")

ANNOUNCE: Final = """
import sys
from appliance.lan_server.announce import Announcer
one = Announcer("Café am Eck. " * 9, "ABCD2345", 8443)
one.start()
print("started", flush=True)
sys.stdin.read()
one.close()
print("closed", flush=True)
"""
LOOK: Final = f"""
import json, threading
from zeroconf import ServiceBrowser, ServiceListener, Zeroconf
found, speaker = threading.Event(), Zeroconf()
class Listener(ServiceListener):
    def add_service(self, zc, kind, name):
        info = zc.get_service_info(kind, name, 5000)
        said = {{k.decode(): v.decode() for k, v in info.properties.items()}}
        print(json.dumps([info.parsed_addresses(), info.port, said]), flush=True)
        found.set()
    def update_service(self, zc, kind, name): pass
    def remove_service(self, zc, kind, name): pass
ServiceBrowser(speaker, {SERVICE!r}, Listener())
found.wait(30)
speaker.close()
"""


def run_in(space: str, program: str) -> "subprocess.Popen[str]":
    command = ["ip", "netns", "exec", space, sys.executable, "-W", "ignore", "-c", program]
    return subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


@pytest.fixture
def machines() -> Iterator[tuple[str, str]]:
    """Two machines with a cable between them."""
    one, two = (f"opos{os.getpid()}{letter}" for letter in "ab")
    try:
        for space in (one, two):
            ip("netns", "add", space)
            ip("-n", space, "link", "set", "lo", "up")
        ip("-n", one, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", two)
        for number, space in enumerate((one, two), 1):
            ip("-n", space, "addr", "add", f"192.0.2.{number}/24", "dev", "cable")
            ip("-n", space, "link", "set", "cable", "up")
            ip("-n", space, "route", "add", "default", "dev", "cable")
        yield one, two
    finally:
        for space in (one, two):
            subprocess.run(["ip", "netns", "del", space], check=False)


@needs_root
def test_the_server_is_found_from_another_machine(machines: tuple[str, str]) -> None:
    speaker, looker = run_in(machines[0], ANNOUNCE), run_in(machines[1], LOOK)
    try:
        found, _ = looker.communicate(timeout=60)
        hosts, port, said = json.loads(found.splitlines()[0])
        assert (hosts, port) == (["192.0.2.1"], 8443)
        assert (said["v"], said["fp"]) == ("1", "ABCD2345")
        assert said["shop"].startswith("Café am Eck.")
        ended, _ = speaker.communicate("", timeout=60)
        assert ended.splitlines() == ["started", "closed"]
    finally:
        for one in (speaker, looker):
            one.kill()
            one.wait()


@needs_root
def test_without_a_network_the_announcement_is_in_nobodys_way() -> None:
    space = f"opos{os.getpid()}n"
    ip("netns", "add", space)
    try:
        speaker = run_in(space, ANNOUNCE)
        ended, _ = speaker.communicate("", timeout=60)
        assert ended.splitlines() == ["started", "closed"]
        assert speaker.returncode == 0
    finally:
        ip("netns", "del", space)


def test_an_announcement_is_taken_back_quickly() -> None:
    one = Announcer("Corner", "ABCD2345", 8443)
    one.start()
    one.close()
    assert not one._thread.is_alive()


def test_a_machine_has_a_name_or_an_address_always() -> None:
    found = addresses.hosts("Shop.Example")
    assert found[0] == "shop.example"
    assert addresses.hosts()
    assert not {"127.0.0.1", "::1"} & set(addresses.outward())
