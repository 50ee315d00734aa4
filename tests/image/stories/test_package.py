"""The Debian package that the image was made with, judged by Debian's own judge."""

import subprocess
from pathlib import Path


def test_lintian_finds_nothing_that_is_not_explained(built: Path) -> None:
    (package,) = (built / "package").glob("*.deb")
    done = subprocess.run(
        ["lintian", "--allow-root", "--no-tag-display-limit", str(package)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not [line for line in done.stdout.splitlines() if line.startswith(("E:", "W:"))]
    assert done.returncode == 0
