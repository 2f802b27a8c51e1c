"""Mails while the worker that sends them is killed: few of both, and how an outcome is judged."""

import pytest
from flask import Flask

from scripts.bench.killed import Mailbox, Outcome, _judge, groups, kill_workers


def test_every_mail_arrives_though_its_worker_is_killed(
    app: Flask, environ: dict[str, str]
) -> None:
    """Real processes, a real mail server, SIGKILL at random moments; `make bench` takes 500."""
    outcome = kill_workers(environ, environ["GERNAS_DATABASE_URL"], mails=40, kills=3)

    assert outcome.kills == 3
    assert (outcome.lost, outcome.untrue, outcome.stray) == (0, set(), set())
    assert outcome.twice <= outcome.kills


A, B = (f"siti{number}@mati.example.id" for number in range(2))


@pytest.mark.parametrize(
    ("received", "sent", "explained", "found"),
    [
        ([(A, "1"), (B, "2")], {A, B}, set(), (0, set(), set(), 0)),
        ([(A, "1"), (B, "2"), (B, "2")], {A, B}, {B}, (0, set(), set(), 1)),
        ([(A, "1"), (B, "2"), (B, "2")], {A, B}, set(), (0, set(), {B}, 1)),
        ([(A, "1"), (B, "2"), (B, "3")], {A, B}, {B}, (0, set(), {B}, 1)),
        ([(A, "1")], {A}, set(), (1, set(), set(), 0)),
        ([(A, "1")], {A, B}, set(), (1, {B}, set(), 0)),
        ([(A, "1"), (B, "2")], {A}, set(), (1, set(), set(), 0)),
    ],
)
def test_an_outcome_tells_what_was_lost_untrue_or_strayed(
    received: list[tuple[str, str]],
    sent: set[str],
    explained: set[str],
    found: tuple[int, set[str], set[str], int],
) -> None:
    outcome = _judge(Outcome(2), Mailbox(received), sent, explained)

    assert (outcome.lost, outcome.untrue, outcome.stray, outcome.twice) == found


def test_mails_of_others_are_not_counted() -> None:
    assert Mailbox([(A, "1"), ("bu.sari@contoh.id", "2")]).mails == [(A, "1")]


def test_the_figures_are_those_of_both_databases() -> None:
    names = [name for group in groups() for name in group.names]

    assert len(names) == len(set(names)) == 8
    assert [name for name in names if name.startswith("pg.")] == [f"pg.{one}" for one in names[:4]]
