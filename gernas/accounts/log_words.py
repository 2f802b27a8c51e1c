"""How the log of changes calls what happens to people, roles and invitations."""

from flask import url_for
from flask_babel import lazy_gettext as _l

from gernas.accounts.queries import find_user_ids, user_names
from gernas.accounts.words import ROLE_WORDS
from gernas.audit.words import (
    register_action,
    register_field,
    register_people,
    register_subject,
)

ACTIONS = {
    "user.added": _l("Opened an account"),
    "user.profile_changed": _l("Changed name or language"),
    "user.password_changed": _l("Changed the password"),
    "user.email_changed": _l("Changed the address"),
    "user.factor_added": _l("Switched the second step on"),
    "user.factor_removed": _l("Took the second step away"),
    "user.recovery_codes_renewed": _l("Made new recovery codes"),
    "user.release_asked": _l("Asked to take the second step away"),
    "user.sessions_ended": _l("Signed the person out"),
    "user.deactivated": _l("Closed the account"),
    "user.activated": _l("Opened the account again"),
    "user.erasure_asked": _l("Asked to have the account erased"),
    "user.erasure_taken_back": _l("Wants to keep the account after all"),
    "user.erased": _l("Erased the account"),
    "grant.given": _l("Gave a role"),
    "grant.ended": _l("Ended a role"),
    "grant.restored": _l("Gave a role back"),
    "invitation.sent": _l("Invited"),
    "invitation.sent_again": _l("Sent the invitation again"),
    "invitation.withdrawn": _l("Withdrew the invitation"),
    "invitation.accepted": _l("Accepted the invitation"),
}
FIELDS = {
    "email": _l("Email"),
    "name": _l("Name"),
    "language": _l("Language"),
    "role": _l("Role"),
    "place": _l("Where"),
    "starts_at": _l("From"),
    "ends_at": _l("Until"),
}


def register_log_words() -> None:
    for action, words in ACTIONS.items():
        register_action(action, words)
    for kind in ("user", "grant", "invitation"):
        for name, words in FIELDS.items():
            register_field(kind, name, words)
    for kind in ("grant", "invitation"):
        register_field(
            kind,
            "role",
            FIELDS["role"],
            values={str(role): words for role, words in ROLE_WORDS.items()},
        )
    register_subject(
        "user", name=_l("Person"), url=lambda number: url_for("people.show", user_id=number)
    )
    register_subject("grant", name=_l("Role"))
    register_subject("invitation", name=_l("Invitation"), url=lambda _id: url_for("people.invited"))
    register_people(names=user_names, find=find_user_ids)
