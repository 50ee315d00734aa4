"""One cluster for all stories."""

import shutil
from collections.abc import Iterator

import pytest

from tests.cluster.galera import PROVIDER, Cluster, running
from tests.mariadb import mariadbd


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Three nodes. `make test-cluster` is asked for by name, so what it needs must be there."""
    assert mariadbd(), "mariadb-server of Debian is not installed"
    assert PROVIDER.exists(), "galera-4 of Debian is not installed"
    assert shutil.which("rsync"), "rsync is not installed"
    with running() as made:
        yield made
