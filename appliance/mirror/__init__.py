"""A register's side of the mirror: pairing, finding the server, shipping entries up and taking them down."""
