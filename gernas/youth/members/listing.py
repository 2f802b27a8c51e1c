"""Members of a programme or organisation: filters and order as they stand in an address.

Pages are cut by keys, so that the last page of 100,000 members costs what the first one does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from gernas.core.database import db
from gernas.core.text import LIKE_ESCAPE, clean_text, search_like
from gernas.youth.codes import read_code
from gernas.youth.members.ages import years_before
from gernas.youth.models import (
    ADULT_AGE,
    CODE_LENGTH,
    Enrolment,
    GuardianAnswer,
    GuardianConsent,
    Member,
    Skill,
)

PAGE_SIZE = 50
TEXT_LENGTH = 100
MOST_CITIES = 200
LIVE, ENDED = "aktif", "keluar"
BANDS: Mapping[str, tuple[int, int]] = {"16-17": (16, 17), "18-24": (18, 24), "25-30": (25, 30)}
NOT_ASKED, UNANSWERED, REFUSED, UNCHECKED = "belum", "ditanya", "menolak", "telepon"
GUARDIANS = (NOT_ASKED, UNANSWERED, REFUSED, UNCHECKED)
_SORTS = {"nama": "name", "baru": "new", "kota": "city"}
_WORDS = {key: word for word, key in _SORTS.items()}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which members to list; what is empty does not restrict."""

    programme_id: int = 0  # 0: of the organisation, whatever the programme
    organisation_id: int = 0
    state: str = LIVE
    city: str = ""
    band: str = ""  # of BANDS
    guardian: str = ""  # of GUARDIANS; minors only
    skill: str = ""
    helps: bool = False
    text: str = ""

    @property
    def is_narrow(self) -> bool:
        parts = (self.city, self.band, self.guardian, self.skill, self.helps, self.text)
        return any(parts) or bool(self.programme_id and self.organisation_id)


@dataclass(frozen=True)
class Listing:
    """What an address asks of the list. What it cannot mean is left out."""

    wanted: Wanted
    sort: str = "name"
    after: str = ""  # code of the member before the page
    before: str = ""  # or of the one behind it

    def to_args(self) -> dict[str, str]:
        """The filters and the order for an address, without the page."""
        wanted = self.wanted
        organisation = wanted.organisation_id if wanted.programme_id else 0
        args = {
            "status": "" if wanted.state == LIVE else wanted.state,
            "organisasi": str(organisation or ""),
            "kota": wanted.city,
            "umur": wanted.band,
            "wali": wanted.guardian,
            "keahlian": wanted.skill,
            "usaha": "ya" if wanted.helps else "",
            "q": wanted.text,
            "urut": "" if self.sort == "name" else _WORDS[self.sort],
        }
        return {name: value for name, value in args.items() if value}

    def sorted_by(self, key: str) -> dict[str, str]:
        return replace(self, sort=key).to_args()


@dataclass(frozen=True)
class Page:
    """One page of members; ``total`` counts all that the filters find."""

    rows: Sequence[Enrolment]
    total: int
    has_before: bool = False
    has_after: bool = False


def read_listing(
    args: Mapping[str, str], *, programme_id: int = 0, organisation_id: int = 0
) -> Listing:
    """Read what an address asks of the list of a programme, or of an organisation's members."""
    chosen = args.get("organisasi", "")
    if programme_id and chosen.isascii() and chosen.isdigit() and len(chosen) < 10:
        organisation_id = int(chosen)
    wanted = Wanted(
        programme_id=programme_id,
        organisation_id=organisation_id,
        state=_one_of(args.get("status", ""), ENDED) or LIVE,
        city=_line(args.get("kota", "")),
        band=_one_of(args.get("umur", ""), *BANDS),
        guardian=_one_of(args.get("wali", ""), *GUARDIANS),
        skill=_one_of(args.get("keahlian", ""), *(str(skill) for skill in Skill)),
        helps=args.get("usaha") == "ya",
        text=_line(args.get("q", "")),
    )
    sort = _SORTS.get(args.get("urut", ""), "name")
    after, before = (read_code(args.get(name, "")[:20]) for name in ("setelah", "sebelum"))
    return Listing(wanted, sort, after or "", "" if after else before or "")


def list_members(listing: Listing, today: date, *, size: int = PAGE_SIZE) -> Page:
    """The page that a listing asks for; a fixed number of queries, whatever is found."""
    backwards = bool(listing.before)
    ids = list(db.session.scalars(_select_page(listing, today, size)))
    more, ids = len(ids) > size, ids[:size]
    if backwards:
        ids.reverse()
    return Page(
        rows=get_in_order(ids),
        total=count_members(listing.wanted, today),
        has_before=more if backwards else bool(listing.after and ids),
        has_after=bool(ids) if backwards else more,
    )


def count_members(wanted: Wanted, today: date) -> int:
    found = _select(wanted, today).with_only_columns(func.count())
    return db.session.scalar(found.order_by(None)) or 0


def list_ids(listing: Listing, today: date, *, limit: int) -> list[int]:
    """The ids of the enrolments that a listing finds, in its order."""
    ids = _select(listing.wanted, today).order_by(*_order(listing)).limit(limit)
    return list(db.session.scalars(ids))


def get_in_order(ids: Sequence[int]) -> list[Enrolment]:
    """Enrolments with their members, in the order of their ids."""
    rows = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.id.in_(ids))
        .options(
            joinedload(Enrolment.member).options(
                joinedload(Member.organisation), selectinload(Member.guardians)
            )
        )
    )
    by_id = {row.id: row for row in rows}
    return [by_id[number] for number in ids if number in by_id]


def list_cities(programme_id: int) -> list[str]:
    """Where the members of a programme live, by name; at most 200."""
    rows = db.session.scalars(
        select(Member.city)
        .join(Enrolment, Enrolment.member_id == Member.id)
        .where(Enrolment.programme_id == programme_id, Member.erased_at.is_(None))
        .distinct()
        .order_by(Member.city)
        .limit(MOST_CITIES)
    )
    return list(rows)


def _conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Member.erased_at.is_(None)]
    if wanted.programme_id:
        conditions.append(Enrolment.programme_id == wanted.programme_id)
    if wanted.organisation_id:
        conditions.append(Member.organisation_id == wanted.organisation_id)
    live = Enrolment.ended_at.is_(None)
    conditions.append(live if wanted.state == LIVE else ~live)
    if wanted.city:
        conditions.append(Member.city == wanted.city)
    if wanted.band:
        youngest, oldest = BANDS[wanted.band]
        conditions.append(Member.birth_date <= years_before(today, youngest))
        conditions.append(Member.birth_date > years_before(today, oldest + 1))
    if wanted.skill:
        conditions.append(cast(Member.skills, String).like(f'%"{wanted.skill}"%'))
    if wanted.helps:
        conditions.append(Enrolment.helps_businesses.is_(True))
    if wanted.guardian:
        conditions.append(Member.birth_date > years_before(today, ADULT_AGE))
        conditions.append(_guardian_is(wanted.guardian))
    conditions += [
        Member.search.like(pattern, escape=LIKE_ESCAPE)
        for pattern in search_like(_as_searched(wanted.text))
    ]
    return conditions


def _guardian_is(state: str) -> ColumnElement[bool]:
    live = and_(GuardianConsent.member_id == Member.id, GuardianConsent.ended_at.is_(None))
    if state == NOT_ASKED:
        return ~select(GuardianConsent.id).where(live).exists()
    answer = GuardianConsent.answer
    wanted: dict[str, ColumnElement[bool]] = {
        UNANSWERED: answer.is_(None),
        REFUSED: or_(answer == GuardianAnswer.REFUSED, answer == GuardianAnswer.WITHDRAWN),
        UNCHECKED: and_(answer == GuardianAnswer.GIVEN, GuardianConsent.checked_at.is_(None)),
    }
    return select(GuardianConsent.id).where(live, wanted[state]).exists()


def _as_searched(text: str) -> str:
    """Numbers and codes as the search column has them, however they were typed."""
    text = text.lower()
    digits = "".join(sign for sign in text if sign not in " .-+()")
    if digits.isascii() and digits.isdigit() and len(digits) >= 6:
        is_code = len(digits) == CODE_LENGTH
        return digits if is_code else digits.lstrip("0") or digits  # 0812… is kept as 62812…
    looks_like_code = text[4:5] == "-" or any(sign.isdigit() for sign in text)
    code = read_code(text) if looks_like_code else None
    return code.lower() if code else text


def _select(wanted: Wanted, today: date) -> Select[int]:
    joined = select(Enrolment.id).join(Member, Member.id == Enrolment.member_id)
    return joined.where(*_conditions(wanted, today))


def _key(listing: Listing) -> list[Any]:
    if listing.sort == "new":
        return [Enrolment.id]
    if listing.sort == "city":
        return [Member.city, Member.search, Enrolment.id]
    return [Member.search, Enrolment.id]  # it begins with the name


def _order(listing: Listing) -> list[Any]:
    down = (listing.sort == "new") is not bool(listing.before)
    return [part.desc() if down else part.asc() for part in _key(listing)]


def _select_page(listing: Listing, today: date, size: int) -> Select[int]:
    """The ids of a page and one more, which tells whether it goes on."""
    ids = _select(listing.wanted, today)
    code = listing.after or listing.before
    if code and (spot := _find_spot(listing, code)) is not None:
        down = (listing.sort == "new") is not bool(listing.before)
        place: Any = tuple_(*_key(listing))
        ids = ids.where(place < tuple_(*spot) if down else place > tuple_(*spot))
    return ids.order_by(*_order(listing)).limit(size + 1)


def _find_spot(listing: Listing, code: str) -> Sequence[Any] | None:
    """Where in the order a member stands; None when it is none of these."""
    wanted = listing.wanted
    place = (
        select(*_key(listing))
        .select_from(Enrolment)
        .join(Member, Member.id == Enrolment.member_id)
        .where(Member.code == code)
        .order_by(Enrolment.id.desc())
    )
    if wanted.programme_id:
        place = place.where(Enrolment.programme_id == wanted.programme_id)
    row = db.session.execute(place.limit(1)).first()
    return tuple(row) if row is not None else None


def _line(text: str) -> str:
    return clean_text(text[:1_000])[:TEXT_LENGTH]


def _one_of(value: str, *known: str) -> str:
    return value if value in known else ""
