"""The judge: zpl-renderer-js (on zebrash), by somebody else: it draws what a format would print."""

import base64
import io
import json
import shutil
import subprocess
from pathlib import Path

from PIL import Image, ImageOps

HERE = Path(__file__).parent / "judge"
PACKAGE = Path(__file__).parents[3] / "build/judge-zpl/package/dist/index.cjs.js"
Box = tuple[int, int, int, int]


def why_not() -> str:
    """Why the judge cannot be asked; nothing if it can."""
    if shutil.which("node") is None:
        return "there is no node here, on which the ZPL renderer runs"
    if not PACKAGE.is_file():
        return "the ZPL renderer is not installed: tests/drivers/label/judge/setup fetches it"
    return ""


class Zebra:
    """One running renderer."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ("node", str(HERE / "render.cjs"), str(PACKAGE)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def draw(self, zpl: bytes, width_mm: float, height_mm: float, dpmm: int) -> list[Image.Image]:
        """The labels that come out, black on white, a dot a pixel."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"zpl": zpl.decode("ascii"), "dpmm": dpmm}
        request |= {"width_mm": width_mm, "height_mm": height_mm}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "trouble" not in answer, answer
        pictures = [io.BytesIO(base64.b64decode(each)) for each in answer["pictures"] or []]
        return [Image.open(picture).convert("L") for picture in pictures]

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


def ink(picture: Image.Image) -> Box | None:
    """The box of all that is black: left, upper, right, lower; nothing on a white label."""
    return ImageOps.invert(picture).point([0] * 128 + [255] * 128).getbbox()
