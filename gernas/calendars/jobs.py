"""Work on all entries at once, done by the worker."""

from typing import Any

from gernas.calendars.scopes import list_entry_sources
from gernas.calendars.services import rerender_all_entries
from gernas.core.jobs import Run, job

RERENDER = "rerender_calendar"


@job(RERENDER)
def rerender(run: Run) -> dict[str, Any]:
    """Render every entry anew, after an upgrade or a new address of the site."""
    return {"changed": rerender_all_entries(list_entry_sources(), run.progress)}
