"""Pages on which an exhibitor chooses a booth and reads what there is to know about it."""

from flask import Blueprint

bp = Blueprint("exhibitor", __name__)
