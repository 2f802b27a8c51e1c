"""What becomes of mails when the worker that sends them is killed again and again.

The worker is that of ``gernas worker`` and gets SIGKILL at random moments; the mail server is a
real one. Only the leases are shorter, so that nobody waits for minutes.
"""

import asyncio
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import Engine, create_engine, text

from scripts.bench.client import HOST
from scripts.bench.databases import PREFIX, postgresql
from scripts.bench.figures import CannotMeasure, Figure, Group, Target, Wanted
from scripts.bench.outbox import DOMAIN
from scripts.bench.servers import ROOT, free_port, install

MAILS, KILLS = 500, 50
LEASE = 5.0  # seconds
ANSWER_SECONDS = 0.03  # what the mail server takes for each mail
SPAN = 0.4  # seconds from a worker's first mail, within which it is killed
LIFE = 3.0  # the same from its start: every fifth may die before its first mail
PATIENCE = 180.0
POLL = 0.01
SETTLE = 3 * ANSWER_SECONDS  # in which the server takes what was on its way
NONE = Target(most=0)
ONE_A_KILL = Target(most=KILLS)

LOST, UNTRUE, STRAY, TWICE = "lost", "untrue", "stray", "twice"
NAMES = tuple(f"mail.killed-{what}" for what in (LOST, UNTRUE, STRAY, TWICE))


def groups() -> list[Group]:
    """The figures on SQLite, then those on PostgreSQL."""
    return [
        Group(
            tuple(prefix + name for name in NAMES),
            lambda wanted, prefix=prefix, database=database: _measure(  # type: ignore[misc]
                wanted, prefix, database
            ),
        )
        for prefix, database in (("", lambda: nullcontext(None)), (PREFIX, postgresql))
    ]


def _measure(
    wanted: Wanted, prefix: str, database: Callable[[], AbstractContextManager[str | None]]
) -> Iterator[Figure]:
    with database() as url, install(url) as installation:
        outcome = kill_workers(
            installation.environ,
            installation.settings.database_url,
            mails=MAILS,
            kills=KILLS,
        )
    name = f"{prefix}mail.killed"
    for figure in (
        Figure(f"{name}-{LOST}", outcome.lost, "mails", NONE),
        Figure(f"{name}-{UNTRUE}", len(outcome.untrue), "mails", NONE),
        Figure(f"{name}-{STRAY}", len(outcome.stray), "mails", NONE),
        Figure(f"{name}-{TWICE}", outcome.twice, "mails", ONE_A_KILL),
    ):
        if wanted(figure.name):
            yield figure


@dataclass
class Mailbox:
    """All that the mail server took, in order: address and Message-ID."""

    received: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(ANSWER_SECONDS)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        with self.lock:  # from here on it is ours, whether the worker hears the answer or not
            self.received += [(address, mail["Message-ID"]) for address in envelope.rcpt_tos]
        return "250 OK"

    @property
    def mails(self) -> list[tuple[str, str]]:
        """Those of the figures: the demo writes others."""
        with self.lock:
            return [one for one in self.received if one[0].endswith(f"@{DOMAIN}")]


@dataclass
class Outcome:
    """What came of it; ``kills`` are those that came while there was something to send."""

    mails: int
    kills: int = 0
    lost: int = 0  # never arrived, or not marked as sent at the end
    untrue: set[str] = field(default_factory=set)  # marked as sent before the server had it
    stray: set[str] = field(default_factory=set)  # twice where no kill explains it, or as two
    twice: int = 0  # copies more than one


def kill_workers(
    environ: Mapping[str, str], database_url: str, *, mails: int, kills: int
) -> Outcome:
    """Queue mails, kill the worker so often while they go out, then let it finish.

    Raises:
        CannotMeasure: a worker ended by itself, or did not finish in time.
    """
    box, chance = Mailbox(), random.Random()  # noqa: S311 - moments, no secrets
    outcome, explained = Outcome(mails), set[str]()
    engine = create_engine(database_url)
    with _mail_server(box) as port:
        environ = {**environ, **_mail_settings(port)}
        subprocess.run([*_OUTBOX, "queue", str(mails)], cwd=ROOT, env=environ, check=True)
        for number in range(kills):
            if _count_waiting(engine) == 0:
                break
            explained |= _live_and_die(box, environ, chance, mails_first=number % 5 != 0)
            outcome.kills += 1
            outcome.untrue |= _list_sent(engine) - {address for address, _id in box.mails}
        with _worker(environ) as process:
            _wait(lambda: _count_waiting(engine) == 0, process, PATIENCE)
    sent = _list_sent(engine)
    engine.dispose()
    return _judge(outcome, box, sent, explained)


def _judge(outcome: Outcome, box: Mailbox, sent: set[str], explained: set[str]) -> Outcome:
    copies = Counter(address for address, _id in box.mails)
    ids = Counter(address for address, _id in set(box.mails))
    outcome.untrue |= sent - set(copies)
    outcome.lost = outcome.mails - len(sent & set(copies))
    outcome.twice = sum(copies.values()) - len(copies)
    twice = {address for address, count in copies.items() if count > 1}
    outcome.stray = (twice - explained) | {one for one, count in ids.items() if count > 1}
    return outcome


def _live_and_die(
    box: Mailbox, environ: Mapping[str, str], chance: random.Random, *, mails_first: bool
) -> set[str]:
    """Start a worker and kill it; the mail that it may have sent without noting it."""
    before = len(box.mails)
    with _worker(environ) as process:
        if mails_first:
            _wait(lambda: len(box.mails) > before, process, PATIENCE)
        time.sleep(chance.uniform(0, SPAN if mails_first else LIFE))
        process.kill()
        process.wait()
    time.sleep(SETTLE)
    return {address for address, _id in box.mails[before:][-1:]}


_OUTBOX = [sys.executable, "-m", "scripts.bench.outbox"]


@contextmanager
def _worker(environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [*_OUTBOX, "work", str(LEASE)],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(is_over: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_over():
        if process.poll() is not None:
            raise CannotMeasure(f"the worker ended with {process.returncode}")
        if time.monotonic() > end:
            raise CannotMeasure(f"the worker was not done within {seconds:.0f} s")
        time.sleep(POLL)


@contextmanager
def _mail_server(box: Mailbox) -> Iterator[int]:
    controller = Controller(box, hostname=HOST, port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def _mail_settings(port: int) -> dict[str, str]:
    return {
        "GERNAS_MAIL_HOST": HOST,
        "GERNAS_MAIL_PORT": str(port),
        "GERNAS_MAIL_SECURITY": "none",
        "GERNAS_MAIL_FROM": "kabar@example.id",
    }


_MINE = f"recipient LIKE '%@{DOMAIN}'"


def _count_waiting(engine: Engine) -> int:
    query = text(f"SELECT count(*) FROM message WHERE state = 'waiting' AND {_MINE}")  # noqa: S608 - ours
    with engine.connect() as connection:
        return int(connection.scalar(query) or 0)


def _list_sent(engine: Engine) -> set[str]:
    query = text(f"SELECT recipient FROM message WHERE state = 'sent' AND {_MINE}")  # noqa: S608 - ours
    with engine.connect() as connection:
        return set(connection.scalars(query))
