"""Badges: what anyone can reckon from what a member did; they are kept nowhere."""

from gernas.youth.models import TaskKind
from gernas.youth.recognition.done import Done


def list_badges(done: Done) -> list[str]:
    """Codes of the badges that someone has earned, in the order in which they are shown."""
    roles = {role.name for role in done.roles}
    online = {TaskKind.MARKETPLACE_SHOP, TaskKind.FIRST_ONLINE_ORDER}
    earned = {
        "first": done.shifts > 0,
        "day": done.minutes >= 8 * 60,
        "week": done.minutes >= 40 * 60,
        "companion": bool(done.business_ids),
        "three": len(done.business_ids) >= 3,
        "online": bool(online & set(done.tasks)),
        "allround": len(roles) >= 3,
    }
    return [badge for badge, has in earned.items() if has]
