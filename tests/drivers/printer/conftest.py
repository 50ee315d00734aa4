"""The judge, started once."""

from collections.abc import Iterator

import pytest

from tests.drivers.printer.emupos import Judge, find_program


@pytest.fixture(scope="session")
def running_judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    program = find_program()
    if program is None:
        pytest.skip("emupos is not installed: `make` sets .venv-judge up, or name it in $EMUPOS")
    judge = Judge(program, tmp_path_factory.mktemp("emupos"))
    yield judge
    judge.stop()


@pytest.fixture
def judge(running_judge: Judge) -> Judge:
    """A fresh printer at the judge's."""
    running_judge.begin()
    return running_judge
