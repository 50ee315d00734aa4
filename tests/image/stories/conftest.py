"""Cards with the image that `make test-image` has built."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.card import Card
from tests.image.till import Till

BUILT = Path(os.environ.get("OPEN_POS_IMAGE", "build/image/debian-amd64")).resolve()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder of the image."""
    assert (BUILT / "open-pos.img").exists(), f"no image in {BUILT}: make test-image builds it"
    return BUILT


@pytest.fixture(scope="module")
def till(built: Path, request: pytest.FixtureRequest) -> Iterator[Till]:
    """A till with a card that was just flashed; one for all tests of a file, in their order. Its pictures stay."""
    folder = BUILT / "pictures" / str(request.module.__name__).rpartition("_")[2]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = Till(Card(folder / "card.img", built / "open-pos.img"), folder)
    try:
        yield made
    finally:
        made.pull_the_plug()
        (folder / "card.img").unlink()
