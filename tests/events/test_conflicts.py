"""Two edits of one event are joined: only what both changed has to be decided."""

from dataclasses import replace
from datetime import date

from flask import Flask

from gernas.core.marks import is_changed
from gernas.events.conflicts import join_values, mark_values
from tests.events.conftest import values


def test_what_only_the_other_changed_is_taken_over(context: Flask) -> None:
    base = values()
    mine, theirs = replace(base, title="Judul saya"), replace(base, admission="Gratis")

    joined = join_values(mine, theirs, mark_values(base))

    assert joined.values == replace(base, title="Judul saya", admission="Gratis")
    assert [row[2] for row in joined.rows] == ["Gratis"]


def test_what_both_changed_stays_mine_and_is_shown(context: Flask) -> None:
    base = values()
    mine, theirs = replace(base, title="Saya"), replace(base, title="Mereka")

    joined = join_values(mine, theirs, mark_values(base))

    assert joined.values.title == "Saya"
    assert [row[1:] for row in joined.rows] == [("Saya", "Mereka")]


def test_dates_are_one_decision(context: Flask) -> None:
    base = values()
    mine = replace(base, starts_on=date(2027, 3, 20))
    theirs = replace(base, ends_on=date(2027, 3, 18))

    joined = join_values(mine, theirs, mark_values(base))

    assert (joined.values.starts_on, joined.values.ends_on) == (date(2027, 3, 20), None)
    assert [row[1:] for row in joined.rows] == [
        ("20\xa0Maret\xa02027", "17\xa0Maret\xa02027"),
        ("", "18\xa0Maret\xa02027"),
    ]


def test_both_wanting_the_same_is_no_conflict(context: Flask) -> None:
    base = values()
    both = replace(base, title="Sama")

    assert join_values(both, both, mark_values(base)).rows == []


def test_a_forged_mark_only_shows_more(context: Flask) -> None:
    base = values()

    joined = join_values(base, replace(base, title="Mereka"), "title;kind,:::")

    assert joined.values == base
    assert [row[2] for row in joined.rows] == ["Mereka"]
    assert is_changed("", "slug", "x")
