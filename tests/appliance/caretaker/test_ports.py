"""The firewall lets the server's port in while it runs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.caretaker import ports
from tests.appliance.caretaker.conftest import Play, calls

RULES = Path(__file__).parents[3] / "image-build/rootfs/etc/nftables.conf"
EMPTY = "table inet open_pos {\n\tset tcp_open {\n\t\ttype inet_service\n\t}\n}\n"
WITH_8443 = EMPTY.replace("_service\n", "_service\n\t\telements = { 22, 8443 }\n")
"""As nft 1.0.6 says it."""


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("", 8443),
        ("[server]\nport = 9000\n", 9000),
        ("[server]\nport = 0\n", 8443),
        ("[server]\nport = '22; flush ruleset'\n", 8443),
        ("server = 3\n", 8443),
        ("port = [", 8443),
    ],
)
def test_the_port_is_a_number_whatever_stands_in_the_file(
    tmp_path: Path, text: str, port: int
) -> None:
    file = tmp_path / "server.toml"
    file.write_text(text)
    assert ports.port_of(file) == port


def test_a_port_is_opened_once_and_closed_once(play: Play, called: Path, tmp_path: Path) -> None:
    missing = str(tmp_path / "server.toml")
    play("nft", EMPTY)
    assert ports.main(["open", missing]) == 0
    assert ports.main(["close", missing]) == 0
    play("nft", WITH_8443)
    assert ports.main(["open", missing]) == 0
    assert ports.main(["close", missing]) == 0
    changes = [line for line in calls(called) if "element" in line]
    assert changes == [
        "nft add element inet open_pos tcp_open { 8443 }",
        "nft delete element inet open_pos tcp_open { 8443 }",
    ]


def test_a_machine_with_another_firewall_has_nothing_to_open(
    play: Play, called: Path, tmp_path: Path
) -> None:
    play("nft", err="Error: No such file or directory\n", code=1)
    assert ports.main(["open", str(tmp_path / "server.toml")]) == 0
    assert len(calls(called)) == 1


def test_nft_itself_finds_no_fault_in_the_firewall() -> None:
    nft = shutil.which("nft", path="/usr/sbin:/sbin:/usr/bin")
    if nft is None:
        pytest.skip("nft is not installed")
    said = subprocess.run([nft, "-c", "-f", RULES], check=False, capture_output=True, text=True)
    if "Operation not permitted" in said.stderr:
        pytest.skip("only root may ask nft")
    assert (said.returncode, said.stderr) == (0, "")


TRIES = """
import socket, sys
listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=0.5)
except TimeoutError:
    print("shut")
else:
    print("open")
"""


@pytest.mark.parametrize(("port", "found"), [(22, "shut"), (8443, "open")])
def test_support_is_let_in_from_elsewhere_only(port: int, found: str) -> None:
    nft, ip = (shutil.which(name, path="/usr/sbin:/sbin:/usr/bin") for name in ("nft", "ip"))
    if nft is None or ip is None or os.geteuid() != 0:
        pytest.skip("needs nft, ip and root")
    # As the caretaker opens it: the till's user, on the same machine, must not get in all the same.
    opens = f"{nft} add element inet open_pos tcp_open '{{ 22 }}'"
    script = f"{ip} link set lo up && {nft} -f {RULES} && {opens} && {sys.executable} -c '{TRIES}' {port}"
    ended = subprocess.run(
        ["unshare", "--net", "sh", "-c", script], check=False, capture_output=True, text=True
    )
    if "unshare" in ended.stderr or "Operation not permitted" in ended.stderr:
        pytest.skip("needs the right to make a network of its own")
    assert (ended.stdout.strip(), ended.stderr) == (found, "")
