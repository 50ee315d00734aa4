"""How fast the register is, measured. `make bench`; see README.md."""
