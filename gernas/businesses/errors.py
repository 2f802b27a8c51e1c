"""Every way a rule about businesses can fail, with the sentence people read."""

from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from gernas.core.errors import Conflict, EditedMeanwhile, GernasError, NotThere

if TYPE_CHECKING:
    from gernas.businesses.models import Business


class BusinessChanged(EditedMeanwhile):
    """Someone saved the business after this person had opened it; ``business`` is as it is now."""

    def __init__(
        self, business: "Business", *, changed_by: str | None, changed_at: datetime
    ) -> None:
        super().__init__(
            _(
                "%(name)s changed this business while you were editing.",
                name=changed_by or _("Someone"),
            )
        )
        self.business = business
        self.changed_by = changed_by
        self.changed_at = changed_at


class BusinessArchived(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This business is in the archive. Restore it first."))


class BusinessMerged(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This record was merged into another. Open that one."))


class NotYours(NotThere):
    def __init__(self) -> None:
        super().__init__(_("There is no such business among yours."))


class NeedsConsent(Conflict):
    def __init__(self) -> None:
        super().__init__(_("The business has not agreed to be shown in the catalogue."))


class SameBusiness(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Choose two different records."))


class TooLateToUndo(Conflict):
    def __init__(self) -> None:
        super().__init__(_("A merge can be taken back within 7 days, and once only."))


class CannotRead(GernasError):
    """A spreadsheet that cannot be read, or that is not safe to read."""


class NotArchivable(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This record was merged or erased, so it cannot be changed."))


class NoNib(GernasError):
    def __init__(self) -> None:
        super().__init__(_("The business has no NIB yet."))


class AlreadyOneOfThem(GernasError):
    def __init__(self) -> None:
        super().__init__(_("This person is in the list already."))


class LastOwner(GernasError):
    def __init__(self) -> None:
        super().__init__(_("A business keeps at least one owner. Name another owner first."))


class TooManyRows(GernasError):
    def __init__(self, limit: int) -> None:
        super().__init__(_("At most %(limit)s entries, please.", limit=limit))


class ImportBusy(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This import is being worked on, or is over already."))


class ImportHasErrors(GernasError):
    def __init__(self) -> None:
        super().__init__(
            _("Some rows are not right yet. Mend them in the file, or choose to skip them.")
        )


class NothingToImport(GernasError):
    def __init__(self) -> None:
        super().__init__(_("No row can be taken in. Match at least the business name."))
