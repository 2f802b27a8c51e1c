"""What the domains above add: how much a business sold online after it was helped."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from gernas.businesses.models import Business


@dataclass(frozen=True)
class Sales:
    """What a business reported to have sold online in a period; a fact, no claim of cause."""

    first_on: date
    last_on: date
    rupiah: int


TellSales = Callable[[Business], list[Sales]]

_tellers: list[TellSales] = []


def register_sales(tell: TellSales) -> None:
    """Add a source of sales reports, such as those of mentoring."""
    if tell not in _tellers:
        _tellers.append(tell)


def sales_of(business: Business) -> list[Sales]:
    """The online sales that a business reported, the earliest first; [] if there are none yet."""
    found = [sales for tell in _tellers for sales in tell(business)]
    return sorted(found, key=lambda sales: (sales.first_on, sales.last_on))
