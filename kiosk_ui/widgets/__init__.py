"""The parts of the screen: text, icons, panels, buttons, pools, keypads. Made once and re-filled."""
