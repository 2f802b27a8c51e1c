"""gunicorn's own lines, as ours: JSON, and without the addresses of requests."""

from typing import Any

from gunicorn.glogging import Logger

from gernas.core.logs import JsonLines


class ServerLog(Logger):  # type: ignore[misc]
    """Given to gunicorn with ``--logger-class``."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())
