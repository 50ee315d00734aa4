"""The parts of the page of the staff, on the register's side: each does its commands and makes its snapshot."""
