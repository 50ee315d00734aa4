"""The page "This register": backups, software, support access, the screen, restarting.

What takes time is done by a thread of its own (`hosts/upkeep.py`), one task at a time; here the rules are kept, and
what a person did is noted in the journal: before it is done where it would be too late afterwards.
"""

from appliance.upkeep.page import Upkeep

__all__ = ["Upkeep"]
