"""The parts of the page of the staff, each what `staffing.StaffPart` describes."""
