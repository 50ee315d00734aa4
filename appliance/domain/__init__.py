"""The shop's arithmetic and rules. Pure: no clock, no chance, no input or output, no `float`."""
