"""gunicorn's threads, which take a connection once a request has begun to arrive on it."""

from typing import Any

from gunicorn.workers import gthread


class Worker(gthread.ThreadWorker):  # type: ignore[misc]
    """Given to gunicorn with ``--worker-class``.

    Its own lets a thread wait five seconds on each new connection. Browsers open spare ones, so a
    few visitors could hold all threads; here they lie with those that are kept alive.
    """

    def handle(self, conn: Any) -> Any:
        is_new = not conn.initialized and not conn.data_ready
        if is_new and not conn.wait_for_data(0):
            return gthread._DEFER  # noqa: SLF001 - what its own ``handle`` returns then
        return super().handle(conn)
