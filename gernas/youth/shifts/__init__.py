"""Shifts: who may work which, places and waiting lists, suggestions for gaps."""
