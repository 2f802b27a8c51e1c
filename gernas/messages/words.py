"""What the mails are called on the page that lists them."""

from flask_babel import lazy_gettext as _l

_NAMES = {
    "assistance_report": _l("Help for a business: to be confirmed"),
    "booth_given": _l("Booth given"),
    "booth_moved": _l("Booth moved"),
    "booth_released": _l("Booth taken back"),
    "business_invitation": _l("Invitation to a business"),
    "account_erasing": _l("Account will be erased"),
    "email_change": _l("New address: link to confirm"),
    "email_changed": _l("Address was changed"),
    "email_in_use": _l("Address is in use already"),
    "follow_cancelled": _l("Event cancelled"),
    "follow_confirm": _l("Following: link to confirm"),
    "follow_known": _l("Following: known already"),
    "follow_moved": _l("Event moved"),
    "follow_place": _l("Event at another place"),
    "follow_postponed": _l("Event postponed"),
    "follow_revived": _l("Event takes place after all"),
    "invitation": _l("Invitation to a role"),
    "mail_test": _l("Test mail"),
    "nib_claimed": _l("NIB claimed by another business"),
    "password_changed": _l("Password was changed"),
    "password_reset": _l("Link for a new password"),
    "recovery_code_used": _l("Recovery code was used"),
    "recovery_codes_renewed": _l("Recovery codes were renewed"),
    "registration_accepted": _l("Application accepted"),
    "registration_changes": _l("Application: corrections asked for"),
    "registration_closing": _l("Application: the call closes soon"),
    "registration_code": _l("Application: code for another device"),
    "registration_confirm_soon": _l("Place: please confirm"),
    "registration_confirmed": _l("Place confirmed"),
    "registration_ended": _l("Application ended"),
    "registration_expired": _l("Place given up: not confirmed in time"),
    "registration_handed_over": _l("Application handed over"),
    "registration_link": _l("Application: link to go on"),
    "registration_offer": _l("A place is free"),
    "registration_place": _l("Application accepted, a place was free"),
    "registration_queue": _l("Waiting list"),
    "registration_received": _l("Application received"),
    "registration_rejected": _l("Application not accepted"),
    "second_factor_added": _l("Second step switched on"),
    "second_factor_removed": _l("Second step switched off"),
    "sign_in_code": _l("Code to sign in"),
}


def message_name(template: str) -> str:
    """``Event moved`` for the template follow_moved; of an unknown one its own name."""
    return str(_NAMES.get(template, template))
