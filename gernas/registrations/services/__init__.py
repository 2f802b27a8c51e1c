"""All that can be done to calls and registrations, each with all its rules."""
