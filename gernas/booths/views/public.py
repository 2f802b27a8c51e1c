"""The floor plan for everyone: who exhibits where, and the way from the gate."""

from flask import Blueprint

bp = Blueprint("floor_plan", __name__)
