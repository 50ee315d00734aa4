"""Where the real products and sales lie that some tests and benches read: never in the repository."""

import os
from pathlib import Path


def real_data(name: str) -> Path:
    """A file of the real data, in $OPEN_POS_DATA or in `shared/data` beside the repository. It may not be there."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("OPEN_POS_DATA", beside)) / name
