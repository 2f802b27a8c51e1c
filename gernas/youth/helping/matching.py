"""Who fits a business that wants help: near, skilled, speaking its language. No database."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gernas.youth.models import Skill, TaskKind

_WORD = re.compile(r"[^\W0-9_]{2,}")

# What a task asks for. The rest anybody can do.
SKILLS_FOR: Mapping[str, Skill] = {
    TaskKind.MARKETPLACE_SHOP: Skill.MARKETPLACE,
    TaskKind.PRODUCT_PHOTOS: Skill.PHOTO,
    TaskKind.DESCRIPTIONS: Skill.MARKETPLACE,
    TaskKind.FIRST_ONLINE_ORDER: Skill.ADS,
    TaskKind.SHORT_VIDEO: Skill.VIDEO,
    TaskKind.LIVE_SELLING: Skill.VIDEO,
    TaskKind.ECATALOGUE_LISTING: Skill.MARKETPLACE,
}
CITY, PROVINCE, SKILL, LANGUAGE, BUSY = 4, 1, 3, 2, 1


class Reason(StrEnum):
    CITY = "city"
    PROVINCE = "province"
    SKILLS = "skills"
    LANGUAGE = "language"


@dataclass(frozen=True)
class Place:
    city: str | None
    province_code: str | None


@dataclass(frozen=True)
class Wanted:
    """What a business wants, and where it is."""

    place: Place
    tasks: Collection[str]
    languages: str | None = None


@dataclass(frozen=True)
class Helper:
    number: int
    place: Place
    skills: Collection[str]
    languages: str | None = None
    busy: int = 0  # businesses helped now


@dataclass(frozen=True)
class Match:
    number: int
    points: int
    reasons: tuple[Reason, ...]
    skills: tuple[Skill, ...]  # of those that are asked for


def rank_helpers(wanted: Wanted, helpers: Sequence[Helper]) -> list[Match]:
    """The helpers, who fits best first; among equals who helps fewest, then by number."""
    matches = [match(wanted, helper) for helper in helpers]
    busy = {helper.number: helper.busy for helper in helpers}
    return sorted(matches, key=lambda one: (-one.points, busy[one.number], one.number))


def match(wanted: Wanted, helper: Helper) -> Match:
    """How well one helper fits one business, and why."""
    reasons: list[Reason] = []
    points = -BUSY * helper.busy
    if _same(wanted.place.city, helper.place.city):
        reasons.append(Reason.CITY)
        points += CITY
    elif _same(wanted.place.province_code, helper.place.province_code):
        reasons.append(Reason.PROVINCE)
        points += PROVINCE
    asked = dict.fromkeys(SKILLS_FOR[task] for task in wanted.tasks if task in SKILLS_FOR)
    skills = tuple(skill for skill in asked if skill in set(helper.skills))
    if skills:
        reasons.append(Reason.SKILLS)
        points += SKILL * len(skills)
    if _words(wanted.languages) & _words(helper.languages):
        reasons.append(Reason.LANGUAGE)
        points += LANGUAGE
    return Match(helper.number, points, tuple(reasons), skills)


def city_key(city: str | None) -> str:
    """``Kota Metro`` and ``metro`` are one city; ``Kabupaten Pesawaran`` and ``Kab. Pesawaran``."""
    words = _WORD.findall((city or "").casefold())
    return " ".join(word for word in words if word not in _NOT_NAMES)


def _same(one: str | None, other: str | None) -> bool:
    return bool(city_key(one)) and city_key(one) == city_key(other)


def _words(text: str | None) -> set[str]:
    return set(_WORD.findall((text or "").casefold())) - _NOT_NAMES


_NOT_NAMES = frozenset({"kota", "kabupaten", "kab", "bahasa", "dan", "and", "the", "of", "city"})
