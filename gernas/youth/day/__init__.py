"""The day of a shift: the desk, scans, attendance, hours."""
