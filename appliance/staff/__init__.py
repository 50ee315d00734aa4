"""The parts of the page of the staff: each does its commands and shows a snapshot, see `staffing.StaffPart`."""
