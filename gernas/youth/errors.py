"""Every way a rule about youth programmes can fail, with the sentence people read."""

from collections.abc import Mapping

from flask_babel import gettext as _

from gernas.core.errors import Conflict, GernasError, NotThere


class BadValues(GernasError):
    """What was typed cannot be kept: a sentence for each field; none of it was written."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


# --- Programme, roles, members, guardians, organisations ----------------------------------------


class LinkOver(NotThere):
    status = 410

    def __init__(self) -> None:
        super().__init__(_("This link no longer works. Ask the coordinator for a new one."))


class ProgrammeChanged(Conflict):
    def __init__(self) -> None:
        super().__init__(
            _("Someone changed this just now. Look at the present state and save again.")
        )


# --- Shifts, taking them, swaps -----------------------------------------------------------------


# --- Suggestion, desk, hours --------------------------------------------------------------------


# --- Help for businesses, content, certificates -------------------------------------------------
