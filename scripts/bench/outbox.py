"""The outbox as the figures of killed workers need it.

Run as ``python -m scripts.bench.outbox queue NUMBER`` or ``work SECONDS`` with the settings of an
installation in the environment, each in a process of its own.
"""

import sys
from datetime import timedelta

from gernas.app import create_app
from gernas.core.database import transaction
from gernas.core.worker import run_worker
from gernas.messages import delivery
from gernas.messages.services import put_message

DOMAIN = "mati.example.id"
TEMPLATE = "mail_test"


def queue(number: int, url: str) -> None:
    """Queue so many mails, each to an address of its own, in one transaction."""
    with transaction():
        for one in range(number):
            put_message(
                TEMPLATE,
                to=f"siti{one}@{DOMAIN}",
                language="id",
                values={"url": url},
                key=f"bench:{one}",
            )


def shorten_leases(seconds: float) -> None:
    """Let messages of a dead worker be taken over so soon, not after minutes: nobody waits."""
    delivery.LEASE = timedelta(seconds=seconds)
    delivery.MARGIN = delivery.LEASE / 5


def main() -> None:
    what, number = sys.argv[1:]
    app = create_app()
    with app.app_context():
        if what == "queue":
            queue(int(number), app.config["GERNAS"].url)
        else:
            shorten_leases(float(number))
            run_worker(app)


if __name__ == "__main__":
    main()
