"""A Galera cluster of three nodes on loopback, by `make test-cluster`. Not part of `make test`: it takes minutes."""
