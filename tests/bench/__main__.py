"""Runs measures and keeps what they found: `python -m tests.bench [NAME…] [--quick]`."""

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Final

from tests.bench import report
from tests.bench.run import Run, scratch

ORDER: Final = (
    "sale",
    "catalogue",
    "journal",
    "screen",
    "devices",
    "wages",
    "server",
    "mirror",
    "pages",
)
BY_NAME: Final = (*ORDER, "image")
"""The image is measured only when it is named: it must have been built, and takes half an hour."""
_STOPPED: Final = 130


def main() -> int:
    chosen = _parser().parse_args()
    names = chosen.names or ORDER
    sections = []
    try:
        with scratch() as folder:
            run = Run(folder, chosen.quick)
            for name in BY_NAME:
                if name not in names:
                    continue
                measure: Callable[[Run], report.Section] = import_module(
                    f"tests.bench.{name}"
                ).measure
                sections.append(measure(run))
                print(sections[-1].as_text(), flush=True)
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped; RESULTS.md is as it was\n")
        return _STOPPED
    if chosen.quick:
        print("\na quick run is not kept in RESULTS.md")
    else:
        report.keep(sections, BY_NAME)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BY_NAME))
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
