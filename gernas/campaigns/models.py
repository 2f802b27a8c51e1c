"""Tables of campaigns, stops and indicators."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gernas.core.database import Model, UtcDateTime
from gernas.core.permissions import ALL, Scope
from gernas.core.provinces import Province, get_province

SLUG_LENGTH = 80
TITLE_LENGTH = 200
MARKDOWN_LENGTH = 10_000
KEY_LENGTH = 60


class Campaign(Model):
    """One edition of the movement, e.g. Gernas BBI 2022."""

    __tablename__ = "campaign"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="dates"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)  # e.g. gernas-bbi-2022
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    title_en: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    headline: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))  # the big line of its page
    headline_en: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    description: Mapped[str | None] = mapped_column(Text)  # Markdown
    description_en: Mapped[str | None] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    host_provinces: Mapped[int | None]  # how many are meant to host, e.g. 12
    is_example: Mapped[bool] = mapped_column(default=False)  # made by the demo, not real
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: only planners see it
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    stops: Mapped[list["Stop"]] = relationship(
        back_populates="campaign", order_by="Stop.number", cascade="all, delete-orphan"
    )

    @property
    def scope(self) -> Scope:
        return Scope("campaign", self.id)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return (self.scope, ALL)

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_public(self) -> bool:
        return self.published_at is not None


class Stop(Model):
    """One host province's leg of the roadshow, e.g. Lampung 2022, "Lagawi Fest"."""

    __tablename__ = "stop"
    __table_args__ = (
        UniqueConstraint("campaign_id", "slug"),
        CheckConstraint("closes_on >= opens_on", name="window"),
        CheckConstraint(
            "cohort_size >= 0 AND champions >= 0 AND mentoring_weeks >= 0", name="numbers"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    number: Mapped[int]  # order in the roadshow, from 1
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH))  # e.g. lampung
    province_code: Mapped[str] = mapped_column(String(5))  # ISO 3166-2, e.g. ID-LA
    theme: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    theme_en: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    manager: Mapped[str | None] = mapped_column(
        String(TITLE_LENGTH)
    )  # movement manager, any institution
    manager_uncertain: Mapped[bool] = mapped_column(default=False)
    manager_term: Mapped[str | None] = mapped_column(
        String(TITLE_LENGTH)
    )  # what sources call the role
    partners: Mapped[list[str]] = mapped_column(JSON, default=list)  # institutions, in order
    opens_on: Mapped[date | None]  # window within which the stop's events are expected
    closes_on: Mapped[date | None]
    cohort_size: Mapped[int] = mapped_column(default=30)
    champions: Mapped[int] = mapped_column(default=5)
    mentoring_weeks: Mapped[int] = mapped_column(default=13)
    description: Mapped[str | None] = mapped_column(Text)  # Markdown
    description_en: Mapped[str | None] = mapped_column(Text)
    champion_names: Mapped[list[str]] = mapped_column(JSON, default=list)  # as reported
    note: Mapped[str | None] = mapped_column(Text)  # what readers should know about the figures
    note_en: Mapped[str | None] = mapped_column(Text)
    sources: Mapped[list[str]] = mapped_column(JSON, default=list)  # addresses
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    campaign: Mapped[Campaign] = relationship(back_populates="stops")

    @property
    def scope(self) -> Scope:
        return Scope("stop", self.id)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return (self.scope, Scope("campaign", self.campaign_id), ALL)

    @property
    def province(self) -> Province:
        return get_province(self.province_code)

    @property
    def zone(self) -> str:
        return self.province.zone


class Unit(StrEnum):
    """What an indicator counts in."""

    UMKM = "umkm"
    UMKM_PER_YEAR = "umkm_per_year"
    IKM = "ikm"
    RUPIAH = "rupiah"
    PERCENT = "percent"
    PROVINCE = "province"
    BUSINESS = "business"
    PERSON = "person"
    BRAND = "brand"


class Indicator(Model):
    """Something counted against dated targets, with its definition and owner."""

    __tablename__ = "indicator"
    __table_args__ = (UniqueConstraint("campaign_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))  # e.g. umkm_onboarded_total
    name: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    name_en: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    definition: Mapped[str | None] = mapped_column(Text)
    definition_en: Mapped[str | None] = mapped_column(Text)
    unit: Mapped[Unit] = mapped_column(String(20))
    owner: Mapped[str | None] = mapped_column(
        String(TITLE_LENGTH)
    )  # institution that answers for it
    is_public: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)  # order on pages
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    campaign: Mapped[Campaign] = relationship()
    observations: Mapped[list["Observation"]] = relationship(
        back_populates="indicator",
        order_by="Observation.on_date, Observation.id",
        cascade="all, delete-orphan",
    )

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return (Scope("campaign", self.campaign_id), ALL)


class ObservationKind(StrEnum):
    """A commitment and what was realised are two indicators, not two kinds."""

    BASELINE = "baseline"
    ACTUAL = "actual"
    TARGET = "target"


class Observation(Model):
    """A dated value of an indicator, for the campaign or one of its stops, with its source."""

    __tablename__ = "observation"
    __table_args__ = (
        CheckConstraint("kind IN ('baseline', 'actual', 'target')", name="kind"),
        Index("ix_observation_indicator_id_on_date", "indicator_id", "on_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("stop.id"), index=True)
    kind: Mapped[ObservationKind] = mapped_column(String(10))
    on_date: Mapped[
        date | None
    ]  # of a target: due by then; of a stop's result: None when not printed
    value: Mapped[Decimal] = mapped_column(
        Numeric(20, 2)
    )  # in the indicator's unit; rupiah up to 18 digits
    coverage: Mapped[str | None] = mapped_column(Text)  # what exactly was counted
    coverage_en: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)  # who said it, where there is no address
    source_url: Mapped[str | None] = mapped_column(Text)
    uncertain: Mapped[bool] = mapped_column(
        default=False
    )  # sources disagree or contradict themselves
    note: Mapped[str | None] = mapped_column(Text)
    note_en: Mapped[str | None] = mapped_column(Text)
    superseded: Mapped[bool] = mapped_column(
        default=False
    )  # a target that a later decision replaced
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    indicator: Mapped[Indicator] = relationship(back_populates="observations")
    stop: Mapped[Stop | None] = relationship()

    @property
    def scopes(self) -> tuple[Scope, ...]:
        stop = (Scope("stop", self.stop_id),) if self.stop_id is not None else ()
        return (*stop, *self.indicator.scopes)
