"""Booths for all at once: the fairest assignment. Plain values in and out, no database."""
