"""Certificates and badges: what was done, codes anyone can check."""
