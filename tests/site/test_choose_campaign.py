"""Which campaign the front page is about."""

from datetime import date

from gernas.campaigns.models import Campaign
from gernas.core.clock import now
from gernas.site.queries import choose_main_campaign

TODAY = date(2022, 6, 24)


def campaign(number: int, first: date, last: date, **values: object) -> Campaign:
    return Campaign(id=number, starts_on=first, ends_on=last, **{"is_example": False, **values})


def year(number: int, of: int, **values: object) -> Campaign:
    return campaign(number, date(of, 1, 1), date(of, 12, 31), **values)


def test_the_running_one_is_shown() -> None:
    running = year(2, 2022)

    assert choose_main_campaign([year(1, 2021), running, year(3, 2023)], TODAY) is running


def test_a_real_one_that_runs_goes_before_an_example() -> None:
    real, example = year(1, 2022), year(2, 2022, is_example=True)

    assert choose_main_campaign([example, real], TODAY) is real


def test_an_example_is_shown_while_nothing_real_runs() -> None:
    example = year(2, 2022, is_example=True)
    past = year(1, 2021, archived_at=now())

    assert choose_main_campaign([past, example], TODAY) is example


def test_an_archived_one_is_not_running_any_more() -> None:
    archived, coming = year(1, 2022, archived_at=now()), year(2, 2023)

    assert choose_main_campaign([archived, coming], TODAY) is coming


def test_else_the_next_one_and_else_the_last_one() -> None:
    older, last = year(1, 2020), year(2, 2021)
    soon, later = year(3, 2023), year(4, 2024)

    assert choose_main_campaign([later, soon, last], TODAY) is soon
    assert choose_main_campaign([older, last], TODAY) is last
    assert choose_main_campaign([], TODAY) is None
