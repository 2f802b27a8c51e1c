"""The blueprint of floor plans and booths in the back office."""

from flask import Blueprint

bp = Blueprint("booths", __name__)
