"""Verbs on businesses and what hangs on them; all the rules, no HTTP."""

from gernas.businesses.services.businesses import (
    Verification,
    add_business,
    archive_business,
    edit_business,
    restore_business,
    set_nik,
    show_nik,
    verify_nib,
    withdraw_verification,
)
from gernas.businesses.services.consents import (
    give_consent,
    withdraw_all_consents,
    withdraw_consent,
)
from gernas.businesses.services.erasing import (
    ask_for_erasure,
    erase_business,
    take_back_erasure,
)
from gernas.businesses.services.imports import (
    drop_import,
    match_columns,
    start_import,
    take_import,
    undo_import,
)
from gernas.businesses.services.merging import (
    dismiss_case,
    merge_businesses,
    reopen_case,
    undo_merge,
)
from gernas.businesses.services.parts import (
    add_certificate,
    add_channel,
    add_product,
    archive_product,
    edit_certificate,
    edit_product,
    remove_certificate,
    remove_channel,
    restore_product,
    verify_certificate,
)
from gernas.businesses.services.people import (
    accept_invitation,
    add_person,
    decline_invitation,
    link_person,
    remove_person,
)

__all__ = [
    "Verification",
    "accept_invitation",
    "add_business",
    "add_certificate",
    "add_channel",
    "add_person",
    "add_product",
    "archive_business",
    "archive_product",
    "ask_for_erasure",
    "decline_invitation",
    "dismiss_case",
    "drop_import",
    "edit_business",
    "edit_certificate",
    "edit_product",
    "erase_business",
    "give_consent",
    "link_person",
    "match_columns",
    "merge_businesses",
    "remove_certificate",
    "remove_channel",
    "remove_person",
    "reopen_case",
    "restore_business",
    "restore_product",
    "set_nik",
    "show_nik",
    "start_import",
    "take_back_erasure",
    "take_import",
    "undo_import",
    "undo_merge",
    "verify_certificate",
    "verify_nib",
    "withdraw_all_consents",
    "withdraw_consent",
    "withdraw_verification",
]
