"""Lengths, ages and what is in force, for all tables of youth programmes."""

from typing import Any

from sqlalchemy import text

CODE_LENGTH = 8
CERTIFICATE_CODE_LENGTH = 12
CITY_LENGTH = 100
PLACE_LENGTH = 120
NOTE_LENGTH = 500
REASON_LENGTH = 500
FILE_LENGTH = 80
SEARCH_LENGTH = 300
KEY_LENGTH = 40
ADULT_AGE = 18  # UU 35/2014: a child until then, whose guardian must agree
LIVE = text("ended_at IS NULL")
WAITING = text("waiting_number IS NOT NULL")
LIVE_ONLY: dict[str, Any] = {"unique": True, "postgresql_where": LIVE, "sqlite_where": LIVE}
