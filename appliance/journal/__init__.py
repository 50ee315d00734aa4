"""The append-only, hash-chained journal: the one record of everything that happens in the shop."""
