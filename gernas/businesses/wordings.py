"""What people consent to, word for word; a changed text gets a new version (UU 27/2022, 22)."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

CATALOGUE = "catalogue"
NEWS = "news"


@dataclass(frozen=True)
class Wording:
    """A purpose with the present text of its consent."""

    purpose: str
    version: str
    title: Any  # lazy
    text: Any
    effect: Any  # what withdrawing does


WORDINGS = {
    CATALOGUE: Wording(
        CATALOGUE,
        "catalogue-1",
        _l("Show my business in the public catalogue"),
        _l(
            "Everyone may see the name, city, sector, description, products, certificates, shop"
            " links, social accounts and WhatsApp number of my business on this site. My own name,"
            " phone, email, street address, NIB, NPWP and NIK are not shown."
        ),
        _l("The page disappears from the catalogue at once."),
    ),
    NEWS: Wording(
        NEWS,
        "news-1",
        _l("Write to me about calls and programmes"),
        _l(
            "The organizers may write to the email address of my business when a call or a"
            " programme fits it. They pass the address on to nobody."
        ),
        _l("You get no more such mails. Mails about your own registrations go on."),
    ),
}


def purpose_words(purpose: str) -> str:
    """What a consent is for, in words; of other domains' purposes the code itself."""
    wording = WORDINGS.get(purpose)
    return str(wording.title) if wording else purpose.replace("_", " ")
