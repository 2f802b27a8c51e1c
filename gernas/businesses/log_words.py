"""How the log of changes calls what happens to businesses and what hangs on them."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from gernas.audit.words import register_action, register_field, register_subject
from gernas.businesses.words import (
    CERTIFICATE_WORDS,
    KIND_WORDS,
    MEANS_WORDS,
    PERSON_ROLE_WORDS,
    SECTOR_WORDS,
    SIZE_WORDS,
)

ACTIONS = {
    "business.added": _l("Added the business"),
    "business.edited": _l("Edited the business"),
    "business.verified": _l("Verified the NIB"),
    "business.unverified": _l("Took back that the NIB was verified"),
    "business.archived": _l("Archived the business"),
    "business.restored": _l("Restored the business"),
    "business.merged": _l("Merged another record into the business"),
    "business.unmerged": _l("Took the merge back"),
    "business.nik_kept": _l("Kept the NIK"),
    "business.nik_removed": _l("Deleted the NIK"),
    "business.nik_shown": _l("Looked at the NIK"),
    "business.person_added": _l("Named a person of the business"),
    "business.person_joined": _l("A person manages the business"),
    "business.person_declined": _l("A person left the invitation"),
    "business.person_removed": _l("Took a person out of the business"),
    "business.person_forgotten": _l("Took out a person who was forgotten"),
    "business.erasure_asked": _l("Asked for the business to be forgotten"),
    "business.erasure_taken_back": _l("Took back the wish to be forgotten"),
    "business.erased": _l("Deleted what was personal about the business"),
    "business.exported": _l("Took along businesses with their contacts"),
    "product.added": _l("Added the product"),
    "product.edited": _l("Edited the product"),
    "product.archived": _l("Stopped showing the product"),
    "product.restored": _l("Showed the product again"),
    "certificate.added": _l("Added the certificate"),
    "certificate.edited": _l("Edited the certificate"),
    "certificate.removed": _l("Deleted the certificate"),
    "certificate.verified": _l("Looked at the certificate"),
    "channel.added": _l("Added the shop"),
    "channel.removed": _l("Took the shop away"),
    "consent.given": _l("Recorded a consent"),
    "consent.withdrawn": _l("Withdrew a consent"),
    "merge_case.dismissed": _l("Noted that two records are two businesses"),
    "merge_case.reopened": _l("Put the pair into the list again"),
    "import.taken": _l("Took businesses in from a spreadsheet"),
    "import.undone": _l("Took an import back"),
}
FIELDS = {
    "name": _l("Business name"),
    "kind": _l("Kind"),
    "nib": _l("NIB"),
    "nib_verified_at": _l("NIB verified"),
    "npwp": _l("NPWP of the organisation"),
    "owner_name": _l("Owner or person in charge"),
    "size_class": _l("Size"),
    "sector": _l("Sector"),
    "address": _l("Street address"),
    "city": _l("City or regency"),
    "province_code": _l("Province"),
    "phone": _l("Phone"),
    "whatsapp": _l("WhatsApp"),
    "email": _l("Email"),
    "social": _l("Social accounts"),
    "website": _l("Website"),
    "about": _l("About the business"),
    "about_en": _l("The same in English"),
    "shown_in_catalogue": _l("In the catalogue"),
    "archived_at": _l("Archived"),
    "merged": _l("Merged record"),
    "person": _l("Person"),
    "role": _l("Role"),
    "rows": _l("Rows"),
}
PARTS = {
    "product": {
        "name": _l("Product"),
        "name_en": _l("Product in English"),
        "description": _l("Description"),
        "description_en": _l("Description in English"),
        "price_rupiah": _l("Price"),
        "unit": _l("The price is for"),
        "url": _l("Where it can be bought"),
        "photo": _l("Photo"),
        "archived_at": _l("Archived"),
    },
    "certificate": {
        "kind": _l("Certificate"),
        "number": _l("Certificate number"),
        "expires_on": _l("Valid until"),
        "file_label": _l("File"),
        "verified_at": _l("Looked at"),
    },
    "sales_channel": {"url": _l("Address of the shop")},
    "consent": {
        "purpose": _l("Consent"),
        "means": _l("How it was given"),
        "wording_version": _l("Wording"),
    },
    "merge_case": {"state": _l("State")},
    "business_import": {
        "added": _l("Added"),
        "known": _l("Known before"),
        "bad": _l("Not right"),
        "removed": _l("Removed"),
        "kept": _l("Stayed"),
    },
    "user": {"rows": _l("Rows")},
}


def register_log_words() -> None:
    for action, words in ACTIONS.items():
        register_action(action, words)
    for name, words in FIELDS.items():
        register_field("business", name, words)
    for kind, fields in PARTS.items():
        for name, words in fields.items():
            register_field(kind, name, words)
    for name, codes in (("kind", KIND_WORDS), ("sector", SECTOR_WORDS), ("size_class", SIZE_WORDS)):
        register_field("business", name, FIELDS[name], values=_texts(codes))
    register_field("business", "role", FIELDS["role"], values=_texts(PERSON_ROLE_WORDS))
    register_field(
        "certificate", "kind", PARTS["certificate"]["kind"], values=_texts(CERTIFICATE_WORDS)
    )
    register_field("consent", "means", PARTS["consent"]["means"], values=_texts(MEANS_WORDS))
    register_subject(
        "business",
        name=_l("Business"),
        url=lambda number: url_for("businesses.show", business_id=number),
    )
    register_subject("product", name=_l("Product"))
    register_subject("certificate", name=_l("Certificate"))
    register_subject("sales_channel", name=_l("Shop"))
    register_subject("consent", name=_l("Consent"))
    register_subject("merge_case", name=_l("Pair of records"))
    register_subject(
        "business_import",
        name=_l("Import of businesses"),
        url=lambda number: url_for("businesses.import_one", import_id=number),
    )


def _texts(codes: Mapping[Any, object]) -> dict[str, object]:
    return {str(code): text for code, text in codes.items()}
