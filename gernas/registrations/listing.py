"""The reviewer's list: filters and order as they stand in its address, and what they find.

The filters are answered from one index that holds all their columns, so that a call of 100,000
registrations is looked through without reading its rows (``ix_registration_filters``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import joinedload

from gernas.businesses.models import Sector
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.provinces import find_province, province_by_slug
from gernas.core.text import LIKE_ESCAPE, clean_text, search_like
from gernas.registrations.codes import read_code
from gernas.registrations.models import (
    CODE_LENGTH,
    Call,
    FormVersion,
    Registration,
    RegistrationState,
)

PAGE_SIZE = 50
TEXT_LENGTH = 100
S = RegistrationState
ENDED = "ended"  # declined, not confirmed in time, withdrawn
TO_DECIDE = "to_decide"  # new or in review
WITH, WITHOUT = "ada", "belum"  # a NIB
COMPLETE, LACKING = "lengkap", "kurang"  # files
TABS: Mapping[str, tuple[RegistrationState, ...]] = {
    S.SUBMITTED: (S.SUBMITTED,),
    S.IN_REVIEW: (S.IN_REVIEW,),
    S.CHANGES_REQUESTED: (S.CHANGES_REQUESTED,),
    S.ACCEPTED: (S.ACCEPTED,),
    S.CONFIRMED: (S.CONFIRMED,),
    S.WAITLISTED: (S.WAITLISTED,),
    S.REJECTED: (S.REJECTED,),
    ENDED: (S.DECLINED, S.EXPIRED, S.WITHDRAWN),
    TO_DECIDE: (S.SUBMITTED, S.IN_REVIEW),
}
_SORTS = {  # in the address, and what it means
    "dikirim": "sent",
    "usaha": "label",
    "kota": "city",
    "sektor": "sector",
    "berkas": "files",
    "status": "state",
}
_WORDS = {key: word for word, key in _SORTS.items()}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which registrations of some calls to list; what is empty does not restrict."""

    call_ids: tuple[int, ...]
    state: str = ""  # a key of TABS
    sector: str = ""
    province: str = ""  # ISO code
    city: str = ""
    zone: str = ""
    nib: str = ""  # WITH or WITHOUT
    files: str = ""  # COMPLETE or LACKING
    on_behalf: bool = False
    text: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the calls and the state restricts the list."""
        return any(
            (
                self.sector,
                self.province,
                self.city,
                self.zone,
                self.nib,
                self.files,
                self.on_behalf,
                self.text,
            )
        )


@dataclass(frozen=True)
class Sorting:
    key: str = "sent"
    descending: bool = True


@dataclass(frozen=True)
class Listing:
    """What an address asks of the list. What it cannot mean is left out."""

    wanted: Wanted
    sorting: Sorting = Sorting()
    after: str = ""  # code of the registration before the page
    before: str = ""  # or of the one behind it

    def to_args(self) -> dict[str, str]:
        """The filters and the order for an address, without the page."""
        wanted = self.wanted
        province = find_province(wanted.province)
        args = {
            "status": wanted.state,
            "sektor": wanted.sector,
            "provinsi": province.slug if province else "",
            "kota": wanted.city,
            "zona": wanted.zone,
            "nib": wanted.nib,
            "berkas": wanted.files,
            "lewat": "pendamping" if wanted.on_behalf else "",
            "q": wanted.text,
            "urut": "" if self.sorting == Sorting() else self._sort_word(),
        }
        return {name: value for name, value in args.items() if value}

    def sorted_by(self, key: str) -> dict[str, str]:
        """The address's arguments for another order; the same one again turns it round."""
        same = self.sorting.key == key
        turned = Sorting(key, not self.sorting.descending if same else key == "sent")
        return replace(self, sorting=turned).to_args()

    def in_state(self, state: str) -> dict[str, str]:
        return replace(self, wanted=replace(self.wanted, state=state)).to_args()

    def without_filters(self) -> dict[str, str]:
        cleared = Wanted(call_ids=self.wanted.call_ids, state=self.wanted.state)
        return replace(self, wanted=cleared).to_args()

    def _sort_word(self) -> str:
        return f"{'-' if self.sorting.descending else ''}{_WORDS[self.sorting.key]}"


@dataclass(frozen=True)
class Page:
    """One page of registrations; ``total`` counts all that the filters find."""

    rows: Sequence[Registration]
    total: int
    has_before: bool = False
    has_after: bool = False
    forms: Mapping[int, FormVersion] = field(default_factory=dict)  # by their ids


def read_listing(args: Mapping[str, str], call_ids: Collection[int]) -> Listing:
    """Read what an address asks of the list of some calls."""
    order = args.get("urut", "")
    province = province_by_slug(args.get("provinsi", ""))
    state, sector = args.get("status", ""), args.get("sektor", "")
    wanted = Wanted(
        call_ids=tuple(call_ids),
        state=state if state in TABS else "",
        sector=sector if sector in {str(each) for each in Sector} else "",
        province=province.iso_code if province else "",
        city=_line(args.get("kota", "")),
        zone=_line(args.get("zona", "")),
        nib=_one_of(args.get("nib", ""), WITH, WITHOUT),
        files=_one_of(args.get("berkas", ""), COMPLETE, LACKING),
        on_behalf=args.get("lewat") == "pendamping",
        text=_line(args.get("q", "")),
    )
    key = _SORTS.get(order.removeprefix("-"))
    sorting = Sorting(key, order.startswith("-")) if key else Sorting()
    after, before = (read_code(args.get(name, "")[:20]) for name in ("setelah", "sebelum"))
    return Listing(wanted, sorting, after or "", "" if after else before or "")


def list_registrations(listing: Listing, *, size: int = PAGE_SIZE) -> Page:
    """The page that a listing asks for; a fixed number of queries, whatever is found."""
    backwards = bool(listing.before)
    ids = list(db.session.scalars(_select_page(listing, size)))
    more, ids = len(ids) > size, ids[:size]
    if backwards:
        ids.reverse()
    rows = get_in_order(ids)
    return Page(
        rows=rows,
        total=count_found(listing.wanted),
        has_before=more if backwards else bool(listing.after and ids),
        has_after=bool(ids) if backwards else more,
        forms=get_forms({row.form_version_id for row in rows}),
    )


def count_found(wanted: Wanted) -> int:
    found = select(func.count()).select_from(Registration).where(*make_conditions(wanted))
    return db.session.scalar(found) or 0


def list_ids(listing: Listing, *, limit: int) -> list[int]:
    """The ids of all that a listing finds, in its order, at most ``limit``."""
    return list(db.session.scalars(_select_ids(listing).order_by(*_order(listing)).limit(limit)))


def list_neighbours(listing: Listing, registration: Registration) -> tuple[str, str]:
    """The codes of the registrations before and behind one in a list; "" where there is none."""
    before = replace(listing, before=registration.code, after="")
    after = replace(listing, after=registration.code, before="")
    codes = []
    for side in (before, after):
        ids = list(db.session.scalars(_select_page(side, 0)))
        code = select(Registration.code).where(Registration.id == (ids[0] if ids else 0))
        codes.append(db.session.scalar(code) or "")
    return codes[0], codes[1]


def get_in_order(ids: Sequence[int]) -> list[Registration]:
    """Registrations with their calls, in the order of their ids; those that are gone are left."""
    rows = db.session.scalars(
        select(Registration)
        .where(Registration.id.in_(ids))
        .options(joinedload(Registration.call).joinedload(Call.stop))
    )
    by_id = {row.id: row for row in rows}
    return [by_id[number] for number in ids if number in by_id]


def get_forms(ids: Collection[int]) -> dict[int, FormVersion]:
    forms = db.session.scalars(select(FormVersion).where(FormVersion.id.in_(ids)))
    return {form.id: form for form in forms}


def make_conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What a filter demands. Drafts are never found: nobody has sent them."""
    conditions: list[ColumnElement[bool]] = [
        _within(wanted.call_ids),
        Registration.submitted_at.is_not(None),
    ]
    if wanted.state:
        conditions.append(_state_is(wanted.state))
    conditions += [
        _plain(getattr(Registration, name)) == value
        for name in ("sector", "province", "city", "zone")
        if (value := getattr(wanted, name))
    ]
    if wanted.nib:
        has_nib = _plain(Registration.nib) != ""
        conditions.append(has_nib if wanted.nib == WITH else ~has_nib)
    if wanted.files:
        complete = Registration.files_given >= Registration.files_asked
        conditions.append(complete if wanted.files == COMPLETE else ~complete)
    if wanted.on_behalf:
        conditions.append(func.coalesce(Registration.on_behalf_by_id, 0) != 0)
    conditions += [
        Registration.search.like(pattern, escape=LIKE_ESCAPE)
        for pattern in search_like(_as_searched(wanted.text))
    ]
    return conditions


def _within(call_ids: Sequence[int]) -> ColumnElement[bool]:
    if len(call_ids) == 1:
        return Registration.call_id == call_ids[0]
    return Registration.call_id.in_(call_ids)


def _state_is(tab: str) -> ColumnElement[bool]:
    """A lapsed offer is over, whatever its state still says."""
    lapsed = and_(Registration.state == S.ACCEPTED, Registration.offer_until <= now())
    if tab == S.ACCEPTED:
        return and_(
            Registration.state == S.ACCEPTED,
            or_(Registration.offer_until.is_(None), Registration.offer_until > now()),
        )
    if tab == ENDED:
        return or_(Registration.state.in_(TABS[ENDED]), lapsed)
    if tab == TO_DECIDE:
        return Registration.state.in_(TABS[TO_DECIDE])
    return Registration.state == tab


def _plain(column: Any) -> ColumnElement[Any]:
    """A column as the one index gives it; bare, SQLite would choose a narrower index for it."""
    return func.coalesce(column, "")


def _as_searched(text: str) -> str:
    """Numbers and codes as the search column has them, however they were typed."""
    text = text.lower()
    digits = "".join(sign for sign in text if sign not in " .-+()")
    if digits.isascii() and digits.isdigit() and len(digits) >= 6:
        is_code = len(digits) == CODE_LENGTH
        return digits if is_code else digits.lstrip("0") or digits  # 0812… is kept as 62812…
    looks_like_code = text[4:5] == "-" or any(sign.isdigit() for sign in text)
    code = read_code(text) if looks_like_code else None  # "kopi pagi" could be one too
    return code.lower() if code else text


def _order_columns(sorting: Sorting) -> ColumnElement[Any]:
    columns: dict[str, Any] = {
        "sent": Registration.submitted_at,
        "label": Registration.search,  # begins with the name of the business, in small letters
        "city": _plain(Registration.city),
        "sector": _plain(Registration.sector),
        "files": Registration.files_asked - Registration.files_given,
        "state": Registration.state,
    }
    column: ColumnElement[Any] = columns[sorting.key]
    return column


def _order(listing: Listing) -> list[Any]:
    column = _order_columns(listing.sorting)
    down = listing.sorting.descending is not bool(listing.before)
    return [part.desc() if down else part.asc() for part in (column, Registration.id)]


def _select_ids(listing: Listing) -> Select[int]:
    return select(Registration.id).where(*make_conditions(listing.wanted))


def _select_page(listing: Listing, size: int) -> Select[int]:
    """The ids of a page and one more, which tells whether it goes on."""
    ids = _select_ids(listing)
    if (code := listing.after or listing.before) and (spot := _find_spot(listing, code)):
        column = _order_columns(listing.sorting)
        place: Any = tuple_(column, Registration.id)
        down = listing.sorting.descending is not bool(listing.before)
        there = tuple_(literal(spot[0], column.type), spot[1])
        ids = ids.where(place < there if down else place > there)
    return ids.order_by(*_order(listing)).limit(size + 1)


def _find_spot(listing: Listing, code: str) -> tuple[Any, int] | None:
    """Where in the order a registration stands; None when it is none of these calls."""
    place = select(_order_columns(listing.sorting), Registration.id).where(
        Registration.code == code, _within(listing.wanted.call_ids)
    )
    row = db.session.execute(place).first()
    return (row[0], row[1]) if row is not None else None


def _line(text: str) -> str:
    return clean_text(text[:1_000])[:TEXT_LENGTH]


def _one_of(value: str, *known: str) -> str:
    return value if value in known else ""
