"""The page "This register": backups, software, support access, the screen and power, each in a file of its own."""

from kiosk_ui.presenters.upkeep.band import BandPresenter
from kiosk_ui.presenters.upkeep.presenter import UpkeepPresenter

__all__ = ["BandPresenter", "UpkeepPresenter"]
