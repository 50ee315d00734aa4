"""Programs of the system, played."""

from tests.appliance.caretaker.conftest import called, play

__all__ = ["called", "play"]
