"""Kinds of entries about the catalogue that are edits of the back office: pictures of products, and files taken in."""

from typing import ClassVar, Final

from appliance.journal.body import Body


class PictureSet(Body, frozen=True):
    """The picture of a product: a small JPEG in base64, empty for none. The newest counts."""

    kind: ClassVar[str] = "picture_set"
    product: str
    jpeg: str = ""


class CatalogueTaken(Body, frozen=True):
    """A part of a file of products is in the catalogue, recorded together with what it brought.

    `file` is the SHA-256 of its bytes, `line` the last line that is done of `lines`; `is_done`: all of it is in.
    What goes on later goes on after `line`, so that no row is taken twice. The counts are those of all parts so far.
    """

    kind: ClassVar[str] = "catalogue_taken"
    file: str
    name: str
    line: int
    lines: int
    added: int = 0
    changed: int = 0
    is_done: bool = False


CATALOGUE_KINDS: Final[tuple[type[Body], ...]] = (PictureSet, CatalogueTaken)
