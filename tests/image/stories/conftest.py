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
def card(built: Path, request: pytest.FixtureRequest) -> Iterator[Card]:
    """A card that was just flashed; one for all tests of a file, in their order."""
    folder = BUILT / "pictures" / str(request.module.__name__).rpartition(".test_")[2]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = Card(folder / "card.img", built / "open-pos.img")
    yield made
    made.path.unlink()


@pytest.fixture(scope="module")
def till(card: Card) -> Iterator[Till]:
    """A computer with that card in it, still off. What it shows is kept as pictures beside the card."""
    made = Till(card, card.path.parent)
    yield made
    made.pull_the_plug()
