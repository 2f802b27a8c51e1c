"""Sign many people up at once for an organisation or a stop: all of them, or none."""

from collections.abc import Sequence
from dataclasses import replace

from gernas.core.database import db
from gernas.core.errors import GernasError
from gernas.core.permissions import Permission
from gernas.youth.members.group_rows import GroupRow
from gernas.youth.models import YouthProgramme
from gernas.youth.services.changing import By, check_may
from gernas.youth.services.joining import Extras, add_member


class NotAll(GernasError):
    """Some rows cannot be kept; nothing was written. ``rows`` say why, one by one."""

    def __init__(self, rows: Sequence[GroupRow]) -> None:
        super().__init__("")
        self.rows = list(rows)


def add_group(
    programme: YouthProgramme,
    rows: Sequence[GroupRow],
    extras: Extras,
    *,
    by: By,
    means: str,
    key: str,
) -> int:
    """Sign the people of a list up; returns how many are new in the programme.

    The same list sent again (by its ``key``) signs up nobody a second time.

    Raises:
        NotAllowed
        NotAll: with a sentence for each row that cannot be kept.
    """
    check_may(by, Permission.ADD_YOUTH, extras.organisation or programme)
    added, looked, bad = 0, [], False
    for row in rows:
        problems = list(row.problems)
        if not problems and row.values is not None:
            own = replace(extras, key=f"{key}:{row.line}")
            try:
                with db.session.begin_nested():
                    joined = add_member(programme, row.values, own, by=by, means=means)
            except GernasError as error:
                problems.extend(_sentences(error))
            else:
                added += joined.is_new
        bad = bad or bool(problems)
        looked.append(replace(row, problems=tuple(problems)))
    if bad:
        raise NotAll(looked)
    return added


def _sentences(error: GernasError) -> list[str]:
    problems = getattr(error, "problems", None)
    return list(problems.values()) if problems else [error.message]
