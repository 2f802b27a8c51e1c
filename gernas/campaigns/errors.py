"""Every way in which a rule about campaigns, stops and indicators can fail."""

from typing import Any

from flask_babel import gettext as _

from gernas.core.errors import Conflict, GernasError


class SlugTaken(GernasError):
    def __init__(self, slug: str) -> None:
        super().__init__(_("The address “%(slug)s” is already in use. Choose another.", slug=slug))


class BadSlug(GernasError):
    def __init__(self) -> None:
        super().__init__(
            _("An address has lower-case letters, digits and single hyphens, and no reserved word.")
        )


class ReversedDates(GernasError):
    def __init__(self) -> None:
        super().__init__(_("The last day comes before the first."))


class UnknownProvince(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Choose a province from the list."))


class NegativeNumber(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Numbers here start at 0."))


class KeyTaken(GernasError):
    def __init__(self, key: str) -> None:
        super().__init__(_("The campaign already has an indicator “%(key)s”.", key=key))


class ForeignStop(GernasError):
    def __init__(self) -> None:
        super().__init__(_("This stop belongs to another campaign."))


class ChangedMeanwhile(Conflict):
    """Two people edited the same row; ``theirs`` maps each field to what the other saved."""

    def __init__(self, row: Any, theirs: dict[str, Any]) -> None:
        super().__init__(
            _("Someone saved this while you were editing. Compare both and save once more.")
        )
        self.theirs = theirs
        self.version: int | None = getattr(row, "version", None)  # observations have none
        self.subject_kind: str = row.__tablename__
        self.subject_id: int = row.id
