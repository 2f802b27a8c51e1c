"""A business for every address that names one, with all that hangs on it."""

import io

from sqlalchemy import select

from gernas.accounts.models import User
from gernas.businesses.documents import check_document
from gernas.businesses.models import (
    Business,
    BusinessImport,
    CertificateKind,
    ImportState,
    PersonRole,
)
from gernas.businesses.services import (
    add_business,
    add_certificate,
    add_channel,
    add_person,
    add_product,
    give_consent,
    link_person,
    merge_businesses,
)
from gernas.businesses.wordings import CATALOGUE
from gernas.core.clock import now
from gernas.core.database import db, transaction
from tests.businesses.conftest import PDF


def make_business_rows(name: str) -> dict[str, int]:
    """Two records with one NIB, one more that was merged into the first, and an import."""
    nib = f"9120000000{len(name):03}"
    with transaction():
        one, other = (_add(f"Usaha {name} {word}", nib) for word in ("satu", "kembar"))
        gone = _add(f"Lain {name} lebur", None)
        product = add_product(one, {"name": "Keripik"}, by=None)
        certificate = add_certificate(
            one,
            kind=CertificateKind.HALAL,
            number="H-1",
            expires_on=None,
            document=check_document(io.BytesIO(PDF), "halal.pdf"),
            by=None,
        )
        channel = add_channel(one, f"https://toko.example.id/{name}", by=None)
        for address in ("satu", "dua"):
            values = {"name": "Budi", "email": f"budi-{address}-{name}@contoh.id"}
            person = add_person(one, values, by=None)
        give_consent(one, CATALOGUE, means="paper", by=None)
        merge = merge_businesses(one, gone, by=None)
        row = BusinessImport(file=f"{name}.table", file_label="daftar.xlsx", created_at=now())
        row.state = ImportState.READY
        db.session.add(row)
        db.session.flush()
    return {
        "business_id": one.id,
        "other_id": other.id,
        "product_id": product.id,
        "certificate_id": certificate.id,
        "channel_id": channel.id,
        "person_id": person.id,
        "merge_id": merge.id,
        "import_id": row.id,
    }


def give_to(ids: dict[str, int], user_id: int) -> None:
    """Make a person an owner of the business, and the one who began the import."""
    with transaction():
        business = db.session.get_one(Business, ids["business_id"])
        user = db.session.get_one(User, user_id)
        link_person(business, user, role=PersonRole.OWNER, by=None)
        db.session.get_one(BusinessImport, ids["import_id"]).created_by_id = user_id


def slug_of(business_id: int) -> str:
    return db.session.scalars(select(Business.slug).where(Business.id == business_id)).one()


def _add(name: str, nib: str | None) -> Business:
    values = {"name": name, "kind": "umkm", "nib": nib, "city": "Metro", "province_code": "ID-LA"}
    return add_business(values, by=None)
