"""The second screen, towards the customer: `python -m kiosk_ui.customer`, a process of its own.

It holds nothing: what it shows comes over a Unix socket from `drivers.display.second_screen`, as
finished words. It may crash, hang or be unplugged, and the till does not notice more than that the
screen is not there. Nothing of the till imports it.
"""
