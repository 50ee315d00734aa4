"""The machine on which the register runs, as far as the register may do something to it.

One file for each concern: a protocol, the real one, and a simulated twin for the demo. The register is unprivileged:
what needs more is done by starting a unit of systemd, which polkit allows. Nothing here raises but a `Refusal`, and
every wait has a limit.
"""
