"""Three real nodes of a Galera cluster, each a MariaDB of Debian's in a folder of its own.

https://mariadb.com/kb/en/galera-cluster-system-variables/ names the options. State transfer is by rsync, the only way
that needs nothing but rsync.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tests.mariadb import PASSWORD, Server
from tests.ports import free_port

PROVIDER: Final = Path("/usr/lib/galera/libgalera_smm.so")
NODES: Final = 3


class Cluster:
    """The nodes by their numbers, from 0. All are up after `start`."""

    def __init__(self, folder: Path) -> None:
        """Make the folders; nothing runs yet."""
        ports = [(free_port(), free_port(), free_port()) for _ in range(NODES)]
        everyone = ",".join(f"127.0.0.1:{port}" for port, _, _ in ports)
        self.nodes: Final = [
            Server(folder / f"node{number}", _options(own, everyone))
            for number, own in enumerate(ports)
        ]

    def start(self) -> None:
        """A new cluster, all of whose nodes are up when this comes back."""
        self.nodes[0].start("--wsrep-new-cluster")
        for node in self.nodes[1:]:
            node.start()
        self.wait()

    def wait(self, nodes: int = NODES) -> None:
        """Until so many nodes see each other, and all that run are in step."""
        for node in self.nodes:
            if node.is_running:
                node.wait(lambda server: _sees(server, nodes))

    def rejoin(self, number: int) -> None:
        """Start a node that was killed. It gets from the others what it missed."""
        self.nodes[number].begin()

    def stop(self) -> None:
        """End all of it."""
        for node in self.nodes:
            node.kill()

    def url(self, database: str, *numbers: int, ports: dict[int, int] | None = None) -> str:
        """The nodes in this order; `ports` are those of proxies before some of them."""
        through = ports or {}
        hosts = (f"127.0.0.1:{through.get(one, self.nodes[one].port)}" for one in numbers)
        return f"mysql://shop:{quote(PASSWORD, safe='')}@{','.join(hosts)}/{database}"


@contextlib.contextmanager
def running() -> Iterator[Cluster]:
    """A cluster in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="open-pos-galera-"))
    folder.chmod(0o755)
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _options(ports: tuple[int, int, int], everyone: str) -> tuple[str, ...]:
    group, increments, transfer = ports
    provider = (
        f"base_port={group};gmcast.listen_addr=tcp://127.0.0.1:{group};"
        f"ist.recv_addr=127.0.0.1:{increments};gcache.size=64M;pc.recovery=true"
    )
    return (
        "--binlog-format=ROW",
        "--innodb-autoinc-lock-mode=2",
        "--innodb-flush-log-at-trx-commit=1",
        "--wsrep-on=ON",
        f"--wsrep-provider={PROVIDER}",
        "--wsrep-cluster-name=open-pos-tests",
        f"--wsrep-cluster-address=gcomm://{everyone}",
        "--wsrep-node-address=127.0.0.1",
        "--wsrep-sst-method=rsync",
        f"--wsrep-sst-receive-address=127.0.0.1:{transfer}",
        f"--wsrep-provider-options={provider}",
        "--wsrep-retry-autocommit=0",
        # Without it only a superuser may make the triggers that keep entries from being changed.
        "--log-bin-trust-function-creators=ON",
    )


def _sees(server: Server, nodes: int) -> bool:
    state = dict(server.sql("SHOW GLOBAL STATUS LIKE 'wsrep_%'"))
    return (
        state["wsrep_cluster_status"] == "Primary"
        and state["wsrep_local_state_comment"] == "Synced"
        and int(state["wsrep_cluster_size"]) == nodes
    )
