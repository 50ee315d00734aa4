"""Tags with known numbers, as the tests hold them to readers."""

from typing import NamedTuple

from drivers.badge import Badge


class Tag(NamedTuple):
    id: str
    form: str


SEEED = Tag("62E3086CED", "em4100")
"""The example in the wiki of Seeed, who sell the RDM6300."""

MAKERS = Tag("01026F6C3A", "em4100")
"""The example in a reader maker's table of formats, see `drivers/badge/_wedge_texts.py`."""

CIVINTEC_26 = Tag("D41B81", "wiegand26")
CIVINTEC_34 = Tag("89D41B81", "wiegand34")

MIFARE = Tag("04A1B2C3", "uid4")
NTAG = Tag("04A1B2C3D4E5F6", "uid7")


def badge(tag: Tag, device: str = "reader") -> Badge:
    return Badge(tag.id, tag.form, device)
