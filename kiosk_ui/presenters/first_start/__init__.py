"""The first start of a register: a page that leads from the language to the first sale."""

from kiosk_ui.presenters.first_start.presenter import FirstStartPresenter

__all__ = ["FirstStartPresenter"]
