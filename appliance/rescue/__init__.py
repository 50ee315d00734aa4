"""The plain screen that says why the till did not start, and what can be done: `open-pos rescue`."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Show it. Not built yet: the service manager falls back to a text."""
    del arguments
    sys.stderr.write("open-pos rescue: not built yet\n")
    return 1
