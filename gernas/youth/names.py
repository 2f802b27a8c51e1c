"""What the public reads of a member's name."""

from datetime import date

from gernas.youth.models import Member


def public_name(member: Member, today: date) -> str:
    """The whole name of who agreed to be named; of a minor, who may have agreed too, the first."""
    first, _space, _rest = member.name.partition(" ")
    return first if member.is_minor_on(today) else member.name


def initials(name: str) -> str:
    """``R. S.``: of who did not agree."""
    return " ".join(f"{part[0].upper()}." for part in name.split())
