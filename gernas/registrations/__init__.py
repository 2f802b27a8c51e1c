"""Registrations: calls to take part, what businesses answer, and who gets the places."""
