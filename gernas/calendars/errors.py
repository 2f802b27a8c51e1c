"""Why a feed's address has no feed. Calendar programs show the sentence, if anything."""

from flask_babel import gettext as _

from gernas.core.errors import Conflict, GernasError, NotThere, TooMany


class NoSuchFeed(NotThere):
    """No campaign, stop or event has the address, or no person the token."""

    def __init__(self) -> None:
        super().__init__(_("There is no calendar at this address."))


class UnknownFilter(NotThere):
    """A feed that leaves out a mistyped filter would quietly hold too much."""

    def __init__(self, value: str) -> None:
        super().__init__(_("No calendar can be filtered by “%(value)s”.", value=value[:40]))


class FeedRevoked(GernasError):
    """The person has ended this private address."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("This private calendar was ended by its owner. Subscribe to a new one."))


class FetchedTooOften(TooMany):
    """A program asks for a private feed far more often than it can have changed."""

    def __init__(self, retry_seconds: int) -> None:
        sentence = _("This calendar is fetched too often. Once an hour is enough.")
        super().__init__(sentence, retry_seconds=retry_seconds)


class TooManyFeeds(Conflict):
    """A person needs one private address for each program, not more."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _("You have %(number)d addresses. End one that you no longer use.", number=most)
        )
