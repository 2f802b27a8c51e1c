"""All that can be done to floor plans and booths, each with all its rules."""
