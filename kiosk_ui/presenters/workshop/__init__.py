"""The page of devices: what the shop has, how it is, setting it up, pairing a scanner, and the self-test.

On the left is the list; on the right a device's form, what is plugged in, or the self-test. The keyboard and the code
that a scanner is to read take the whole page.
"""

from kiosk_ui.presenters.workshop.presenter import WorkshopPresenter

__all__ = ["WorkshopPresenter"]
