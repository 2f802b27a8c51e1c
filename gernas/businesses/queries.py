"""Questions about businesses, their parts, cases, merges and imports."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from gernas.accounts.models import User
from gernas.businesses.access import By, visible_to
from gernas.businesses.errors import NotYours
from gernas.businesses.models import (
    Business,
    BusinessImport,
    BusinessKind,
    BusinessPerson,
    CaseState,
    Certificate,
    CertificateKind,
    Consent,
    Merge,
    MergeCase,
    PersonRole,
    Product,
    Sector,
)
from gernas.businesses.sealing import hash_nik_by_all_keys
from gernas.businesses.values import looks_like_nik, read_phone
from gernas.core.database import db
from gernas.core.permissions import Holder, Permission
from gernas.core.text import LIKE_ESCAPE, search_like

PAGE_SIZE = 50
SORTS = ("name", "city", "added", "changed")
NIB_CLAIMED, NIB_VERIFIED, NO_NIB = "claimed", "verified", "none"
LIVE, ARCHIVED, TO_ERASE = "", "archived", "erase"


@dataclass(frozen=True, kw_only=True)
class BusinessFilter:
    """Which businesses to list; what is None or empty does not restrict."""

    text: str = ""
    kind: BusinessKind | None = None
    sector: Sector | None = None
    province_code: str | None = None
    nib: str = ""  # one of claimed, verified, none
    certificate: CertificateKind | None = None
    in_catalogue: bool | None = None
    state: str = LIVE  # or archived, erase

    @property
    def is_narrow(self) -> bool:
        choices = (self.text, self.kind, self.sector, self.province_code, self.nib)
        return any(choices) or self.certificate is not None or self.in_catalogue is not None


@dataclass(frozen=True)
class Sorting:
    key: str = "name"  # one of SORTS
    descending: bool = False


@dataclass(frozen=True)
class BusinessPage:
    """One page of businesses; ``counts`` are the products and certificates of each, by its id."""

    rows: Sequence[Business]
    certificates: dict[int, list[CertificateKind]]
    total: int
    page: int
    pages: int


# --- For organizers ---------------------------------------------------------------------------


def list_businesses(
    holder: Holder,
    wanted: BusinessFilter,
    sorting: Sorting,
    *,
    page: int = 1,
    size: int | None = PAGE_SIZE,
    permission: Permission = Permission.SEE_BUSINESSES,
) -> BusinessPage:
    """A page of the businesses on which the person holds a permission; all with ``size=None``.

    A fixed number of queries, whatever is found.
    """
    matching = select(Business).where(*_conditions(holder, wanted, permission))
    counted = select(func.count()).select_from(matching.order_by(None).subquery())
    total = db.session.scalar(counted) or 0
    pages = max(1, -(-total // size)) if size else 1
    page = min(max(page, 1), pages)
    ordered = matching.order_by(*_order(sorting))
    if size:
        ordered = ordered.limit(size).offset((page - 1) * size)
    rows = db.session.scalars(ordered).all()
    ids = [row.id for row in rows] if size else None
    return BusinessPage(rows, list_certificate_kinds(ids), total, page, pages)


def list_certificate_kinds(ids: Collection[int] | None) -> dict[int, list[CertificateKind]]:
    """The kinds of certificates of businesses, by their ids; of all with None."""
    rows = select(Certificate.business_id, Certificate.kind).order_by(Certificate.kind)
    if ids is not None:
        rows = rows.where(Certificate.business_id.in_(ids))
    found: dict[int, list[CertificateKind]] = {}
    for business_id, kind in db.session.execute(rows.distinct()):
        found.setdefault(business_id, []).append(CertificateKind(kind))
    return found


def list_with(holder: Holder, permission: Permission, ids: Collection[int]) -> set[int]:
    """Those of the businesses on which the person holds the permission."""
    rows = select(Business.id).where(Business.id.in_(ids), visible_to(holder, permission))
    return set(db.session.scalars(rows))


def find_visible(holder: Holder, permission: Permission, business_id: int) -> Business | None:
    """A business on which the person holds a permission, its parts loaded; None else."""
    return db.session.scalar(
        select(Business)
        .where(Business.id == business_id, visible_to(holder, permission))
        .options(
            selectinload(Business.people).joinedload(BusinessPerson.user),
            selectinload(Business.products),
            selectinload(Business.certificates),
            selectinload(Business.channels),
        )
    )


def list_province_codes(holder: Holder) -> list[str]:
    """The provinces of the businesses that the person may see."""
    rows = select(Business.province_code).where(
        visible_to(holder, Permission.SEE_BUSINESSES),
        Business.province_code.is_not(None),
        Business.merged_into_id.is_(None),
    )
    return [code for code in db.session.scalars(rows.distinct()) if code]


def search_businesses(
    holder: Holder, permission: Permission, text: str, *, limit: int = 20
) -> Sequence[Business]:
    """Businesses found by what is being typed, for choosing one; [] for nothing."""
    if not text:
        return []
    wanted = BusinessFilter(text=text)
    statement = select(Business).where(*_conditions(holder, wanted, permission))
    return db.session.scalars(statement.order_by(Business.name_key).limit(limit)).all()


def _conditions(
    holder: Holder, wanted: BusinessFilter, permission: Permission = Permission.SEE_BUSINESSES
) -> list[ColumnElement[bool]]:
    conditions = [
        visible_to(holder, permission),
        Business.merged_into_id.is_(None),
        Business.erased_at.is_(None),
    ]
    if wanted.state == ARCHIVED:
        conditions.append(Business.archived_at.is_not(None))
    else:
        conditions.append(Business.archived_at.is_(None))
    if wanted.state == TO_ERASE:
        conditions.append(Business.erase_asked_at.is_not(None))
    if wanted.kind is not None:
        conditions.append(Business.kind == wanted.kind)
    if wanted.sector is not None:
        conditions.append(Business.sector == wanted.sector)
    if wanted.province_code is not None:
        conditions.append(Business.province_code == wanted.province_code)
    if wanted.in_catalogue is not None:
        conditions.append(Business.shown_in_catalogue.is_(wanted.in_catalogue))
    if wanted.certificate is not None:
        conditions.append(Business.certificates.any(Certificate.kind == wanted.certificate))
    conditions += _nib_conditions(wanted.nib)
    conditions += _search(wanted.text, visible_to(holder, Permission.EDIT_BUSINESSES))
    return conditions


def _nib_conditions(nib: str) -> list[ColumnElement[bool]]:
    if nib == NIB_VERIFIED:
        return [Business.nib_verified_at.is_not(None)]
    if nib == NIB_CLAIMED:
        return [Business.nib.is_not(None), Business.nib_verified_at.is_(None)]
    return [Business.nib.is_(None)] if nib == NO_NIB else []


def _search(text: str, may_see_people: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Each word in name or city, or in what is personal where the person may see that.

    A number is sought as NIB, phone or whole NIK instead.
    """
    number = _as_number(text)
    if number is not None:
        return [or_(Business.name.contains(text, autoescape=True), may_see_people & number)]
    found = []
    for pattern in search_like(text):
        owner = Business.owner_name.ilike(pattern, escape=LIKE_ESCAPE)
        email = Business.email.ilike(pattern, escape=LIKE_ESCAPE)
        name = Business.name.ilike(pattern, escape=LIKE_ESCAPE)
        city = Business.city.ilike(pattern, escape=LIKE_ESCAPE)
        found.append(or_(name, city, may_see_people & or_(owner, email)))
    return found


def _as_number(text: str) -> ColumnElement[bool] | None:
    """The condition for a text that is a number; None for any other."""
    digits = "".join(sign for sign in text if sign not in " .-+()")
    if not (digits.isascii() and digits.isdigit() and len(digits) >= 6):
        return None
    ways: list[ColumnElement[bool]] = [Business.nib.startswith(digits)]
    if looks_like_nik(digits):
        ways.append(Business.nik_hash.in_(hash_nik_by_all_keys(digits)))
    try:
        phone = read_phone(text)
    except ValueError:
        phone = f"+{digits}"
    ways += [Business.phone == phone, Business.whatsapp == phone]
    return or_(*ways)


def _order(sorting: Sorting) -> list[Any]:
    columns = {
        "name": (Business.name_key,),
        "city": (func.lower(func.coalesce(Business.city, "")), Business.name_key),
        "added": (Business.created_at,),
        "changed": (Business.updated_at,),
    }[sorting.key]
    turned = [column.desc() if sorting.descending else column for column in columns]
    return [*turned, Business.id.desc() if sorting.descending else Business.id]


# --- Parts ------------------------------------------------------------------------------------


def list_consents(business: Business) -> Sequence[Consent]:
    """The consents of a business, also withdrawn ones, the newest first."""
    rows = select(Consent).where(Consent.business_id == business.id)
    return db.session.scalars(rows.order_by(Consent.id.desc())).all()


def find_consent(business: Business, purpose: str) -> Consent | None:
    """The consent to a purpose that is in force."""
    rows = select(Consent).where(
        Consent.business_id == business.id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_(None),
    )
    return db.session.scalars(rows.order_by(Consent.id.desc()).limit(1)).first()


def list_owner_addresses(business: Business) -> list[tuple[str, str]]:
    """Where to write to the owners: address and language; the business's own where none is known.

    The account's address counts before one that was typed.
    """
    rows = db.session.execute(
        select(User.email, User.language, BusinessPerson.email)
        .select_from(BusinessPerson)
        .outerjoin(User, User.id == BusinessPerson.user_id)
        .where(BusinessPerson.business_id == business.id, BusinessPerson.role == PersonRole.OWNER)
        .order_by(BusinessPerson.id)
    )
    found = [(own or typed or "", language or "id") for own, language, typed in rows]
    found = [(email, language) for email, language in found if email]
    if not found and business.email:
        found = [(business.email, "id")]
    return list(dict.fromkeys(found))


# --- Cases and merges -------------------------------------------------------------------------


@dataclass(frozen=True)
class CasePage:
    cases: Sequence[MergeCase]
    total: int
    page: int
    pages: int


def list_cases(holder: Holder, *, state: CaseState = CaseState.OPEN, page: int = 1) -> CasePage:
    """Cases of two businesses that the person may both merge, same NIB first, then the newest."""
    rows = _select_cases(holder).where(MergeCase.state == state)
    total = db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    shown = (
        rows.options(joinedload(MergeCase.first), joinedload(MergeCase.second))
        .order_by(MergeCase.opened_at.desc(), MergeCase.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return CasePage(db.session.scalars(shown).all(), total, page, pages)


def count_cases(holder: Holder) -> int:
    """How many open cases wait for the person."""
    rows = _select_cases(holder).where(MergeCase.state == CaseState.OPEN)
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def list_cases_of(business: Business) -> Sequence[MergeCase]:
    """The open cases of one business."""
    rows = select(MergeCase).where(
        or_(MergeCase.first_id == business.id, MergeCase.second_id == business.id),
        MergeCase.state == CaseState.OPEN,
    )
    rows = rows.options(joinedload(MergeCase.first), joinedload(MergeCase.second))
    return db.session.scalars(rows.order_by(MergeCase.id)).all()


def find_case(holder: Holder, first_id: int, second_id: int) -> MergeCase | None:
    """The case of two businesses, if the person may merge both."""
    low, high = sorted((first_id, second_id))
    rows = _select_cases(holder).where(MergeCase.first_id == low, MergeCase.second_id == high)
    return db.session.scalar(rows)


def _select_cases(holder: Holder) -> Select[MergeCase]:
    visible = (
        select(Business.id)
        .where(
            visible_to(holder, Permission.MERGE_BUSINESSES),
            Business.merged_into_id.is_(None),
            Business.erased_at.is_(None),
        )
        .scalar_subquery()
    )
    return select(MergeCase).where(
        MergeCase.first_id.in_(visible), MergeCase.second_id.in_(visible)
    )


def list_merges(holder: Holder, *, limit: int = 50) -> Sequence[Merge]:
    """Merges into businesses that the person may merge, the newest first."""
    kept = aliased(Business)
    visible = select(Business.id).where(visible_to(holder, Permission.MERGE_BUSINESSES))
    rows = (
        select(Merge)
        .join(kept, kept.id == Merge.kept_id)
        .where(Merge.kept_id.in_(visible.scalar_subquery()))
        .options(joinedload(Merge.kept), joinedload(Merge.gone))
    )
    return db.session.scalars(rows.order_by(Merge.id.desc()).limit(limit)).all()


def find_merge(holder: Holder, merge_id: int) -> Merge | None:
    """A merge into a business that the person may merge."""
    visible = select(Business.id).where(visible_to(holder, Permission.MERGE_BUSINESSES))
    return db.session.scalar(
        select(Merge)
        .where(Merge.id == merge_id, Merge.kept_id.in_(visible.scalar_subquery()))
        .options(joinedload(Merge.kept), joinedload(Merge.gone))
    )


# --- One's own --------------------------------------------------------------------------------


def list_own(user: By) -> Sequence[Business]:
    """The businesses that a person manages under the own account, by name."""
    if user is None:
        return []
    rows = (
        select(Business)
        .join(BusinessPerson, BusinessPerson.business_id == Business.id)
        .where(
            BusinessPerson.user_id == user.id,
            Business.merged_into_id.is_(None),
            Business.erased_at.is_(None),
        )
    )
    return db.session.scalars(rows.order_by(Business.name_key, Business.id)).all()


def list_left_behind(user: User) -> list[Business]:
    """Those of a person's businesses that go on without them: someone else runs them as well.

    Whoever is only staff leaves the business to its owner, even to one without an account.
    """
    return [one for one in list_own(user) if _goes_on_without(one, user)]


def find_heir(business_id: int | None, *, but: User) -> BusinessPerson | None:
    """Who runs a business when this person no longer does, owners with an account first."""
    people = select(BusinessPerson).where(
        BusinessPerson.business_id == business_id,
        or_(
            BusinessPerson.user_id != but.id,
            BusinessPerson.user_id.is_(None)
            & (BusinessPerson.email.is_(None) | (BusinessPerson.email != but.email)),
        ),
    )
    first = (
        BusinessPerson.user_id.is_(None),
        BusinessPerson.role != PersonRole.OWNER,
        BusinessPerson.id,
    )
    return db.session.scalars(people.order_by(*first).limit(1)).first()


def _goes_on_without(business: Business, user: User) -> bool:
    heir = find_heir(business.id, but=user)
    if heir is None:
        return False
    mine = [person for person in business.people if person.user_id == user.id]
    is_owner = any(person.role == PersonRole.OWNER for person in mine)
    return heir.user_id is not None or not is_owner


def get_own(user: Holder, business_id: int) -> Business:
    """A business of the person's own, its parts loaded.

    Raises:
        NotYours
    """
    mine = select(BusinessPerson.business_id).where(BusinessPerson.user_id == user.id)
    business = db.session.scalar(
        select(Business)
        .where(
            Business.id == business_id,
            Business.id.in_(mine.scalar_subquery()),
            Business.merged_into_id.is_(None),
            Business.erased_at.is_(None),
        )
        .options(
            selectinload(Business.people).joinedload(BusinessPerson.user),
            selectinload(Business.products),
            selectinload(Business.certificates),
            selectinload(Business.channels),
        )
    )
    if business is None:
        raise NotYours
    return business


def find_person_of(user: Holder, business: Business) -> BusinessPerson | None:
    """What the person is in the business."""
    return db.session.scalar(
        select(BusinessPerson).where(
            BusinessPerson.business_id == business.id, BusinessPerson.user_id == user.id
        )
    )


def list_invitations(user: User) -> Sequence[BusinessPerson]:
    """Where somebody named the person's address as one of a business, not answered yet."""
    rows = (
        select(BusinessPerson)
        .join(Business, Business.id == BusinessPerson.business_id)
        .where(
            BusinessPerson.email == user.email,
            BusinessPerson.user_id.is_(None),
            Business.merged_into_id.is_(None),
            Business.erased_at.is_(None),
        )
        .options(joinedload(BusinessPerson.business))
    )
    return db.session.scalars(rows.order_by(BusinessPerson.id)).all()


def find_product(business: Business, product_id: int) -> Product | None:
    rows = select(Product).where(Product.business_id == business.id, Product.id == product_id)
    return db.session.scalar(rows)


def find_certificate(business: Business, certificate_id: int) -> Certificate | None:
    rows = select(Certificate).where(
        Certificate.business_id == business.id, Certificate.id == certificate_id
    )
    return db.session.scalar(rows)


# --- Imports ----------------------------------------------------------------------------------


def list_imports(holder: Holder, *, limit: int = 20) -> Sequence[BusinessImport]:
    """The person's imports, the newest first."""
    rows = select(BusinessImport).where(BusinessImport.created_by_id == holder.id)
    return db.session.scalars(rows.order_by(BusinessImport.id.desc()).limit(limit)).all()


def find_import(holder: Holder, import_id: int) -> BusinessImport | None:
    """One of the person's imports."""
    return db.session.scalar(
        select(BusinessImport).where(
            BusinessImport.id == import_id, BusinessImport.created_by_id == holder.id
        )
    )
