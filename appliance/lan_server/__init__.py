"""The LAN server: the journal of all registers, and the back office in a browser."""
