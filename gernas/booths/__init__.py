"""Halls, zones and booths of an event on a plan to scale, and who holds which booth."""
