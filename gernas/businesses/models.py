"""Tables of businesses, their people, products, certificates, channels, consents and merges."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gernas.accounts.models import EMAIL_LENGTH, HASH_LENGTH, NAME_LENGTH, User
from gernas.core.database import Model, UtcDateTime
from gernas.core.permissions import ALL, Scope
from gernas.core.provinces import Province, find_province

SLUG_LENGTH = 80
TITLE_LENGTH = 200
PHONE_LENGTH = 16  # E.164: a plus and at most 15 digits
NIB_DIGITS, NPWP_DIGITS, NIK_DIGITS = 13, 16, 16
FILE_NAME_LENGTH = 80  # of a stored file; random or made of its content
UNDO_MERGE_WITHIN = timedelta(days=7)

_VERIFIED = text("nib_verified_at IS NOT NULL AND merged_into_id IS NULL")
_KNOWN_USER = text("user_id IS NOT NULL")


class BusinessKind(StrEnum):
    UMKM = "umkm"
    IKM = "ikm"  # small and medium industry
    COOPERATIVE = "cooperative"
    VILLAGE_ENTERPRISE = "village_enterprise"  # BUMDes
    EXHIBITOR = "exhibitor"  # bank, marketplace, ministry, top brand


class SizeClass(StrEnum):
    """Declared by the owner, with the limits of PP 7/2021, articles 35 and 36, shown."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Sector(StrEnum):
    FOOD = "food"
    DRINK = "drink"
    FASHION = "fashion"
    CRAFT = "craft"
    BEAUTY = "beauty"  # and fitness
    HOME = "home"  # home decor, furniture
    AGRO = "agro"  # coffee, spices, farm and sea produce
    SERVICE = "service"
    DIGITAL = "digital"  # start-ups, games, marketplaces
    FINANCE = "finance"
    GOVERNMENT = "government"
    OTHER = "other"


class Business(Model):
    """A business or exhibitor organisation; it belongs to no campaign and outlives them all."""

    __tablename__ = "business"
    __table_args__ = (
        Index(  # claimed freely, one business once verified
            "uq_business_verified_nib",
            "nib",
            unique=True,
            postgresql_where=_VERIFIED,
            sqlite_where=_VERIFIED,
        ),
        Index("ix_business_nib", "nib"),
        Index("ix_business_phone", "phone"),
        Index("ix_business_email", "email"),
        Index("ix_business_name_key", "name_key", "city"),
        Index("ix_business_catalogue", "shown_in_catalogue", "province_code", "sector", "name_key"),
        CheckConstraint("nib_verified_at IS NULL OR nib IS NOT NULL", name="verified_nib"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)  # e.g. keripik-bu-siti
    name: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    name_key: Mapped[str] = mapped_column(String(TITLE_LENGTH))  # as twins are looked for by
    kind: Mapped[BusinessKind] = mapped_column(String(20))
    nib: Mapped[str | None] = mapped_column(String(NIB_DIGITS))  # e.g. 9120001234567
    nib_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    nib_verified_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL")
    )
    npwp: Mapped[str | None] = mapped_column(String(NPWP_DIGITS))
    owner_name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    size_class: Mapped[SizeClass | None] = mapped_column(String(10))
    sector: Mapped[Sector | None] = mapped_column(String(20))
    address: Mapped[str | None] = mapped_column(String(300))
    city: Mapped[str | None] = mapped_column(String(100))
    province_code: Mapped[str | None] = mapped_column(String(5))  # ISO 3166-2, e.g. ID-LA
    phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))  # e.g. +6281234567890
    whatsapp: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))  # lower case
    social: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # {"instagram": "kripik.id"}
    website: Mapped[str | None] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(Text)  # Markdown
    about_en: Mapped[str | None] = mapped_column(Text)
    shown_in_catalogue: Mapped[bool] = mapped_column(default=False)  # needs a consent
    nik_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # AES-256-GCM, key number first
    nik_hash: Mapped[str | None] = mapped_column(String(HASH_LENGTH), index=True)  # HMAC-SHA-256
    nik_last4: Mapped[str | None] = mapped_column(String(4))
    is_demo: Mapped[bool] = mapped_column(default=False)  # made up by the demo
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    import_id: Mapped[int | None] = mapped_column(
        ForeignKey("business_import.id", ondelete="SET NULL"), index=True
    )
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"), index=True)
    erase_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its people want it gone
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # what was personal is gone
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    people: Mapped[list["BusinessPerson"]] = relationship(
        back_populates="business", order_by="BusinessPerson.id", cascade="all, delete-orphan"
    )
    products: Mapped[list["Product"]] = relationship(
        back_populates="business", order_by="Product.position", cascade="all, delete-orphan"
    )
    certificates: Mapped[list["Certificate"]] = relationship(
        back_populates="business", order_by="Certificate.id", cascade="all, delete-orphan"
    )
    channels: Mapped[list["SalesChannel"]] = relationship(
        back_populates="business", order_by="SalesChannel.position", cascade="all, delete-orphan"
    )

    @property
    def scope(self) -> Scope:
        return Scope("business", self.id)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """It lies in no campaign; who may see it by its registrations is asked above."""
        return (ALL,)

    @property
    def province(self) -> Province | None:
        return find_province(self.province_code)

    @property
    def is_merged(self) -> bool:
        return self.merged_into_id is not None

    @property
    def is_public(self) -> bool:
        """Whether it has a page in the catalogue."""
        return self.shown_in_catalogue and self.archived_at is None and not self.is_merged


class PersonRole(StrEnum):
    OWNER = "owner"
    STAFF = "staff"


class BusinessPerson(Model):
    """A person of a business; with ``user_id`` they manage it under their own account."""

    __tablename__ = "business_person"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'staff')", name="role"),
        Index(
            "uq_business_person_user",
            "business_id",
            "user_id",
            unique=True,
            postgresql_where=_KNOWN_USER,
            sqlite_where=_KNOWN_USER,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH), index=True)  # lower case
    phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))
    role: Mapped[PersonRole] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    business: Mapped[Business] = relationship(back_populates="people")
    user: Mapped[User | None] = relationship()


class Product(Model):
    """Something a business sells."""

    __tablename__ = "product"
    __table_args__ = (CheckConstraint("price_rupiah >= 0", name="price"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[int] = mapped_column(
        ForeignKey("business.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    name_en: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    description: Mapped[str | None] = mapped_column(Text)
    description_en: Mapped[str | None] = mapped_column(Text)
    price_rupiah: Mapped[int | None] = mapped_column(BigInteger)
    unit: Mapped[str | None] = mapped_column(String(60))  # what the price is for: 250 g, a pair
    photo: Mapped[str | None] = mapped_column(String(FILE_NAME_LENGTH))  # its stored name
    photo_alt: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    photo_width: Mapped[int | None]  # pixels
    photo_height: Mapped[int | None]
    url: Mapped[str | None] = mapped_column(Text)  # where it can be bought
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    business: Mapped[Business] = relationship(back_populates="products")


class CertificateKind(StrEnum):
    NIB = "nib"
    SPP_IRT = "spp_irt"
    HALAL = "halal"
    BPOM = "bpom"
    SNI = "sni"
    TKDN = "tkdn"
    HACCP = "haccp"
    TRADEMARK = "trademark"


class Certificate(Model):
    """A permit or certificate of a business; numbers are free text where no format is confirmed."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[int] = mapped_column(
        ForeignKey("business.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[CertificateKind] = mapped_column(String(20), index=True)
    number: Mapped[str | None] = mapped_column(String(80))
    expires_on: Mapped[date | None]
    file: Mapped[str | None] = mapped_column(String(FILE_NAME_LENGTH))  # its stored name, random
    file_label: Mapped[str | None] = mapped_column(String(120))  # the name it was given
    file_type: Mapped[str | None] = mapped_column(String(60))  # e.g. application/pdf
    file_size: Mapped[int | None]  # bytes
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    business: Mapped[Business] = relationship(back_populates="certificates")


class ChannelKind(StrEnum):
    SHOPEE = "shopee"
    TOKOPEDIA = "tokopedia"
    TIKTOK_SHOP = "tiktok_shop"
    LAZADA = "lazada"
    BLIBLI = "blibli"
    BUKALAPAK = "bukalapak"
    PADI = "padi"  # state enterprises buy here
    E_CATALOGUE = "e_catalogue"  # LKPP: governments buy here
    OWN_SHOP = "own_shop"  # a shop of its own on the web
    OTHER = "other"


class SalesChannel(Model):
    """A place on the web where a business sells."""

    __tablename__ = "sales_channel"

    id: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[int] = mapped_column(
        ForeignKey("business.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[ChannelKind] = mapped_column(String(20))
    url: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    business: Mapped[Business] = relationship(back_populates="channels")


class ConsentMeans(StrEnum):
    WEB = "web"  # ticked by the person
    PAPER = "paper"  # a signed form
    SPOKEN = "spoken"  # said to a facilitator, who noted it


class Consent(Model):
    """A consent of a business or person to one purpose; withdrawing it keeps the row."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(
            "business_id IS NOT NULL OR user_id IS NOT NULL OR email IS NOT NULL", name="subject"
        ),
        CheckConstraint("means IN ('web', 'paper', 'spoken')", name="means"),
        Index("ix_consent_source", "source_kind", "source_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[int | None] = mapped_column(
        ForeignKey("business.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH), index=True)  # without account
    purpose: Mapped[str] = mapped_column(String(40))  # e.g. catalogue, application, on_behalf
    wording_version: Mapped[str] = mapped_column(String(40))  # e.g. catalogue-1, call-12-3
    language: Mapped[str] = mapped_column(String(2))  # it was read in
    means: Mapped[ConsentMeans] = mapped_column(String(10))
    note: Mapped[str | None] = mapped_column(String(500))  # e.g. where the signed form lies
    source_kind: Mapped[str | None] = mapped_column(String(20))  # e.g. registration
    source_id: Mapped[int | None]  # its table lies above
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(  # who noted it; None: the person alone
        ForeignKey("user.id", ondelete="SET NULL")
    )
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    business: Mapped[Business | None] = relationship()

    @property
    def is_in_force(self) -> bool:
        return self.withdrawn_at is None


class CaseState(StrEnum):
    OPEN = "open"
    MERGED = "merged"
    DISMISSED = "dismissed"  # they are two


class MergeCase(Model):
    """Two records that may be one business, for a person to look at."""

    __tablename__ = "merge_case"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="order"),
        CheckConstraint("state IN ('open', 'merged', 'dismissed')", name="state"),
        Index("ix_merge_case_state", "state", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(
        ForeignKey("business.id", ondelete="CASCADE"), index=True
    )
    reasons: Mapped[list[str]] = mapped_column(JSON)  # of nib, phone, email, name
    state: Mapped[CaseState] = mapped_column(String(10), default=CaseState.OPEN)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    first: Mapped[Business] = relationship(foreign_keys=[first_id])
    second: Mapped[Business] = relationship(foreign_keys=[second_id])


class Merge(Model):
    """One record taken into another, with what is needed to take it back within 7 days."""

    __tablename__ = "merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"), index=True)
    moved: Mapped[dict[str, list[int]]] = mapped_column(
        JSON
    )  # ids of the rows that moved, by table
    before: Mapped[dict[str, Any]] = mapped_column(JSON)  # of the kept record, what was changed
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    merged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    kept: Mapped[Business] = relationship(foreign_keys=[kept_id])
    gone: Mapped[Business] = relationship(foreign_keys=[gone_id])


class ImportState(StrEnum):
    READING = "reading"  # a job looks at the file
    READY = "ready"  # to be matched and looked at
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


class BusinessImport(Model):
    """A spreadsheet of businesses on its way in: read, matched, looked at, taken, taken back."""

    __tablename__ = "business_import"
    __table_args__ = (
        CheckConstraint(
            "state IN ('reading', 'ready', 'running', 'done', 'failed', 'undone')", name="state"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(String(FILE_NAME_LENGTH))  # its stored name, random
    file_label: Mapped[str] = mapped_column(String(120))
    state: Mapped[ImportState] = mapped_column(String(10))
    columns: Mapped[list[str]] = mapped_column(JSON, default=list)  # heads of the file, in order
    matching: Mapped[list[str]] = mapped_column(JSON, default=list)  # field of each column, or ""
    sample: Mapped[list[Any]] = mapped_column(JSON, default=list)  # its first rows
    skip_bad: Mapped[bool] = mapped_column(default=False)  # else all rows or none
    row_count: Mapped[int] = mapped_column(default=0)
    good_count: Mapped[int] = mapped_column(default=0)
    known_count: Mapped[int] = mapped_column(default=0)  # rows of businesses that we have
    bad_count: Mapped[int] = mapped_column(default=0)
    done_rows: Mapped[int] = mapped_column(default=0)  # up to here rows were taken in
    added_count: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(200))  # why the file cannot be read
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)  # the first of them, by row
    job_id: Mapped[int | None]  # the one under way, or the last
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
