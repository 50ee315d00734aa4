"""Puts a theme to work in Kivy: its fonts by name, itself as `T` in every kv file, and the kv files themselves.

kv reads `T` when a widget is made, so a tree keeps the theme it was built with.
"""

from pathlib import Path
from typing import cast

from kivy.core.text import LabelBase
from kivy.lang import Builder, global_idmap

from kiosk_ui.theme import Theme


def use_theme(theme: Theme) -> None:
    """Everything built from here on looks like `theme`."""
    for name, file in theme.fonts.items():
        LabelBase.register(name, str(file))
    global_idmap["T"] = theme


def theme_now() -> Theme:
    """The theme in use."""
    return cast(Theme, global_idmap["T"])


def load_rules(folder: Path) -> None:
    """Load the kv files of a folder, each once in a process."""
    for file in sorted(folder.glob("*.kv")):
        if str(file) not in Builder.files:
            Builder.load_file(str(file))
