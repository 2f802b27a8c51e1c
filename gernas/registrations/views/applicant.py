"""The applicant's side, put together: importing this gives its blueprints all their pages."""

from gernas.registrations.views import answer, apply, correct, files, returning, sending
from gernas.registrations.views.mine import bp as mine_bp
from gernas.registrations.views.public import bp

__all__ = ["answer", "apply", "bp", "correct", "files", "mine_bp", "returning", "sending"]
