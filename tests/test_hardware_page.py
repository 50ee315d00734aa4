"""The page for those who buy and wire devices, drivers/HARDWARE.md: drawings, links, and no driver left out."""

import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

import drivers

FOLDER = Path(drivers.__file__).parent
PAGE = FOLDER / "HARDWARE.md"
TEXT = PAGE.read_text(encoding="utf-8")
DRAWINGS = sorted((FOLDER / "wiring").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
SIMULATED = "simulated"
TYPES = [
    (kind, name)
    for kind in drivers.kinds()
    for name in drivers.available(kind)
    if name != SIMULATED
]
TRIED = TEXT[TEXT.index("\n## What was tried how") :]


def links() -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", TEXT)


def anchors() -> set[str]:
    """What GitHub calls the headings."""
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def section(heading: str) -> str:
    start = TEXT.index(f"\n## {heading}\n")
    return TEXT[start : TEXT.index("\n## ", start + 1)]


def test_there_are_drawings() -> None:
    assert DRAWINGS


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_is_whole_says_what_it_shows_and_is_on_the_page(drawing: Path) -> None:
    root = ElementTree.fromstring(drawing.read_text(encoding="utf-8"))  # noqa: S314 - our own file
    assert root.tag == f"{SVG}svg"
    for name in ("title", "desc"):
        words = root.find(f"{SVG}{name}")
        assert words is not None, name
        assert (words.text or "").strip(), name
    assert f"](wiring/{drawing.name})" in TEXT


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_needs_nothing_from_elsewhere_and_runs_nothing(drawing: Path) -> None:
    root = ElementTree.fromstring(drawing.read_text(encoding="utf-8"))  # noqa: S314 - our own file
    known = {
        "svg",
        "title",
        "desc",
        "style",
        "rect",
        "text",
        "polyline",
        "path",
        "circle",
        "ellipse",
    }
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in known
        assert not any("href" in name or name.startswith("on") for name in element.attrib)
    assert "url(" not in drawing.read_text(encoding="utf-8")
    assert "@import" not in drawing.read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "name"), TYPES)
def test_every_driver_can_be_bought_for_and_its_trial_is_told(kind: str, name: str) -> None:
    assert f"`{name}`" in section("What to buy")
    row = rf"^\| {kind} [^|]*`{name}`[^|]*\|"
    assert re.search(row, TRIED, re.MULTILINE), f"{kind} {name} has no row of what was tried"


@pytest.mark.parametrize("link", sorted(set(links())))
def test_every_link_leads_somewhere(link: str) -> None:
    path, _, anchor = link.partition("#")
    assert "://" not in link, "the page is read without a network"
    assert (FOLDER / path).exists()
    assert not anchor or (not path and anchor in anchors())


def test_every_example_of_the_configuration_is_one_that_its_driver_takes() -> None:
    examples = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert examples
    for example in examples:
        for device in tomllib.loads(example)["device"]:
            module = drivers.load(device["kind"], device["type"])
            drivers.options_for(module, device.get("options", {}))
