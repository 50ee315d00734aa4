"""The parts of the page of the staff, on the register's side."""
