"""Businesses: one record for each UMKM, cooperative or exhibitor, across stops and years."""
