"""The shop without a screen or a device: rules, journal, store, services and the processes that run them."""

from typing import Final

__version__: Final = "0.1.0"
