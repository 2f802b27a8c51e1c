"""Shifts for all at once: who could fill the open places best. Plain values, no database."""
