"""The register's side of the parts of the page of the staff; each satisfies `staffing.StaffPart`."""
