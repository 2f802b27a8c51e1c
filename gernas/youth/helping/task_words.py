"""What members do for businesses, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from gernas.youth.models import TaskKind

TASK_WORDS: Mapping[TaskKind, Any] = {
    TaskKind.MARKETPLACE_SHOP: _l("Marketplace shop opened"),
    TaskKind.PRODUCT_PHOTOS: _l("Product photos"),
    TaskKind.DESCRIPTIONS: _l("Product descriptions"),
    TaskKind.FIRST_ONLINE_ORDER: _l("First online order"),
    TaskKind.QRIS: _l("QRIS payment set up"),
    TaskKind.MAP_ENTRY: _l("Place on the online map"),
    TaskKind.SHORT_VIDEO: _l("Short video"),
    TaskKind.LIVE_SELLING: _l("Live-selling session"),
    TaskKind.ECATALOGUE_LISTING: _l("Listing in the government e-catalogue"),
}


def task_word(kind: TaskKind | str) -> str:
    return str(TASK_WORDS[TaskKind(kind)])
