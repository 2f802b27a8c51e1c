"""Verbs on businesses and what hangs on them; all the rules, no HTTP."""
