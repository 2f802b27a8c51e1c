"""Ways in which a rule can fail, each with the sentence the reader sees."""

from collections.abc import Mapping


class GernasError(Exception):
    """A rule of a domain was not met; ``message`` is for the person who asked.

    Subclasses pass a sentence that has been through gettext, in the reader's language.
    """

    status = 422

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(GernasError):
    """The person's grants do not cover what was asked."""

    status = 403


class NotThere(GernasError):
    """No such row within the person's scope."""

    status = 404


class Conflict(GernasError):
    """Someone else was faster, or the row is no longer in the state the request assumed."""

    status = 409


class EditedMeanwhile(Conflict):
    """Someone else saved the same row first; the view shows both versions, and loses neither."""


class BadValues(GernasError):
    """What was typed cannot be kept: a sentence for each field; none of it was written."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


class TooMany(GernasError):
    """A limit on how often something may be tried is used up; ``retry_seconds`` until it frees."""

    status = 429

    def __init__(self, message: str, *, retry_seconds: int) -> None:
        super().__init__(message)
        self.retry_seconds = retry_seconds
