"""Places in shifts end when a member leaves, is taken out, or a guardian says no."""

from flask_babel import force_locale

from gernas.youth.members.endings import Ending, Reason
from gernas.youth.services.taking import end_future_places


def end_shifts(ending: Ending) -> None:
    """End the member's places to come; who waits moves up. What was worked stays."""
    with force_locale(ending.member.language):
        reason = ending.words
    end_future_places(
        ending.member,
        reason=reason,
        by=ending.by,
        programme_id=ending.programme_id,
        only_minor=ending.reason == Reason.GUARDIAN,
    )
