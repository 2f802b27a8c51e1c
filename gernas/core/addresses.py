"""Addresses that were printed once and must lead somewhere for ever."""

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from gernas.core.database import Model, db


class FormerSlug(Model):
    """A slug that a row once had; it is in QR codes and search engines, so it stays."""

    __tablename__ = "former_slug"
    __table_args__ = (UniqueConstraint("kind", "parent_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # campaign, stop or event
    parent_id: Mapped[int] = mapped_column(default=0)  # of a stop: its campaign; else 0
    slug: Mapped[str] = mapped_column(String(80))
    row_id: Mapped[int]  # where it leads now


def keep_former_slug(kind: str, slug: str, row_id: int, *, parent_id: int = 0) -> None:
    """Let an old slug lead to its row for ever; inside a transaction."""
    known = db.session.scalar(
        select(FormerSlug).filter_by(kind=kind, parent_id=parent_id, slug=slug)
    )
    if known is None:
        known = FormerSlug(kind=kind, parent_id=parent_id, slug=slug, row_id=row_id)
        db.session.add(known)
    known.row_id = row_id
    db.session.flush()


def find_former_slug(kind: str, slug: str, *, parent_id: int = 0) -> int | None:
    """The id of the row that an old slug leads to; None when it never was one."""
    return db.session.scalar(
        select(FormerSlug.row_id).filter_by(kind=kind, parent_id=parent_id, slug=slug)
    )
