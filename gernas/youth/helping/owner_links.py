"""The link by which an owner confirms what members did for the business.

It goes to the owner by mail, and through the coordinator's own WhatsApp; members never see it,
since they would confirm their own reports. A higher number ends all links before it.
"""

from gernas.accounts.secrets import hash_secret, new_secret
from gernas.core.database import is_writing
from gernas.youth.codes import link_to, make_token, recall_token
from gernas.youth.models import Assistance

OWNER = "assistance"
PATH = "/pendampingan/{token}"


def placeholder_hash() -> str:
    """What a new row keeps until it has a number to derive its secret from."""
    return hash_secret(new_secret())


def set_owner_token(assistance: Assistance) -> str:
    """Give a flushed row the hash of its present secret; returns the secret."""
    token, assistance.owner_token_hash = make_token(
        OWNER, assistance.id, assistance.owner_token_number
    )
    return token


def get_owner_token(assistance: Assistance) -> str:
    """The secret of the row's link; once its key is gone another, which a transaction keeps."""
    number = assistance.owner_token_number
    token = recall_token(OWNER, assistance.id, number, assistance.owner_token_hash)
    if token is None:
        token, token_hash = make_token(OWNER, assistance.id, number)
        if is_writing():
            assistance.owner_token_hash = token_hash
    return token


def owner_link(assistance: Assistance, *, language: str = "id") -> str:
    """The whole address of the page on which the owner confirms."""
    return link_to(PATH.format(token=get_owner_token(assistance)), language=language)
