"""Who changed what, when, from what to what: a log that only grows."""
