"""Ready-made forms for the usual calls, in both languages; organizers change them as they like.

What they ask is what organisers of comparable events ask (``domain.md`` §4).
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from gernas.businesses.models import BusinessKind
from gernas.registrations.models import CallKind
from gernas.registrations.questions import Option, Question, QuestionType, ShownIf

Spec = Mapping[str, Any]  # a question; texts are lazy and become Indonesian and English

APPLICATION, CATALOGUE = "application", "catalogue"  # purposes of consents
_TEXTS = ("label", "help", "step")
_NEEDED = {"required": True}


def make_form(kind: CallKind) -> list[Question]:
    """The questions of a ready-made form; for visitors the shortest one."""
    return [_make(spec) for spec in _FORMS[kind]()]


def _make(spec: Spec) -> Question:
    values = dict(spec)
    for name in _TEXTS:
        if name in values:
            values[name], values[f"{name}_en"] = _both(values[name])
    options = [
        Option(value=value, label=label, label_en=english)
        for value, (label, english) in ((v, _both(text)) for v, text in values.pop("options", ()))
    ]
    return Question(**{**values, "options": tuple(options)})


def _both(text: Any) -> tuple[str, str]:
    with force_locale("id"):
        indonesian = str(text)
    with force_locale("en"):
        return indonesian, str(text)


def _field(field: str, label: Any, **more: Any) -> Spec:
    return {
        "key": {"name": "business_name", "province_code": "province"}.get(field, field),
        "type": QuestionType.BUSINESS,
        "field": field,
        "label": label,
        **more,
    }


def _business() -> list[Spec]:
    """What is asked of every UMKM about itself."""
    return [
        _field(
            "name",
            _l("What is your business called?"),
            step=_l("Your business"),
            help=_l("As buyers know it, for example Keripik Bu Siti."),
            **_NEEDED,
        ),
        _field("kind", _l("What kind of business is it?"), **_NEEDED),
        _field("owner_name", _l("Who owns it?"), help=_l("Full name of the owner."), **_NEEDED),
        _field("sector", _l("What do you mainly sell?"), **_NEEDED),
        _field(
            "size_class",
            _l("How large is your business?"),
            help=_l("By the sales of a year, as PP 7/2021 counts."),
            **_NEEDED,
        ),
        _field(
            "province_code", _l("In which province is it?"), step=_l("Where and how"), **_NEEDED
        ),
        _field("city", _l("In which city or regency?"), **_NEEDED),
        _field("address", _l("What is its address?"), **_NEEDED),
        _field(
            "whatsapp",
            _l("On which WhatsApp number do we reach you?"),
            help=_l("For example 0812 3456 7890."),
            **_NEEDED,
        ),
        _field(
            "email",
            _l("What is your email address?"),
            help=_l("News about your application go there. Leave it empty if you have none."),
        ),
        _field("instagram", _l("What is your Instagram account?")),
        _field("website", _l("Where do you sell on the web?"), help=_l("Address of your shop.")),
    ]


def _permits() -> list[Spec]:
    return [
        _field(
            "nib",
            _l("What is your NIB?"),
            step=_l("Permits"),
            help=_l("13 digits, from OSS. Leave it empty if you have none yet."),
        ),
        {
            "key": "certificates",
            "type": QuestionType.CHOICES,
            "label": _l("Which permits and certificates do you have?"),
            "options": [
                ("spp_irt", _l("SPP-IRT")),
                ("halal", _l("Halal certificate")),
                ("bpom", _l("BPOM permit")),
                ("sni", _l("SNI")),
                ("tkdn", _l("TKDN")),
                ("haccp", _l("HACCP")),
                ("trademark", _l("Registered trademark")),
                ("none", _l("None of these yet")),
            ],
            **_NEEDED,
        },
        {
            "key": "certificate_files",
            "type": QuestionType.FILE,
            "label": _l("Show us your permits"),
            "help": _l("PDF or photos, at most five files."),
            "most": 5,
        },
    ]


def _products() -> list[Spec]:
    return [
        {
            "key": "product",
            "is_product": True,
            "type": QuestionType.TEXT,
            "label": _l("Which product do you want to show first?"),
            "step": _l("Your products"),
            **_NEEDED,
        },
        {
            "key": "price",
            "is_product": True,
            "type": QuestionType.RUPIAH,
            "label": _l("What does it cost?"),
            "minimum": 100,
            **_NEEDED,
        },
        {
            "key": "in_production",
            "type": QuestionType.CHOICE,
            "label": _l("How long have you been producing it without a break?"),
            "options": [
                ("under_one", _l("Less than a year")),
                ("one_to_three", _l("One to three years")),
                ("over_three", _l("More than three years")),
            ],
            **_NEEDED,
        },
        {
            "key": "per_month",
            "type": QuestionType.NUMBER,
            "label": _l("How many pieces do you make in a month?"),
            "minimum": 0,
            "maximum": 10_000_000,
        },
        {
            "key": "photos",
            "is_product": True,
            "type": QuestionType.PHOTO,
            "label": _l("Show us your products"),
            "help": _l("One to three photos, taken in daylight. Your phone makes them small."),
            "most": 3,
            **_NEEDED,
        },
    ]


def _power() -> Spec:
    return {
        "key": "power",
        "type": QuestionType.CHOICE,
        "label": _l("How much electricity do you need?"),
        "help": _l("2 amperes are enough for lamps and a phone. A blender needs 4."),
        "options": [
            ("2", _l("2 amperes, included")),
            ("4", _l("4 amperes")),
            ("6", _l("6 amperes")),
            ("10", _l("10 amperes")),
            ("16", _l("16 amperes")),
        ],
        **_NEEDED,
    }


def _consents() -> list[Spec]:
    return [
        {
            "key": "agree_application",
            "type": QuestionType.CONSENT,
            "step": _l("Your consent"),
            "label": _l(
                "I agree that the organizers use these answers to decide on my application and to"
                " prepare the event."
            ),
            "help": _l("They are deleted after the time that this call names."),
            "purpose": APPLICATION,
            **_NEEDED,
        },
        {
            "key": "agree_catalogue",
            "type": QuestionType.CONSENT,
            "label": _l(
                "I also agree that name, city, products, certificates and shop links of my"
                " business are shown in the public catalogue."
            ),
            "help": _l("This is up to you and changes nothing in the decision. You can end it."),
            "purpose": CATALOGUE,
        },
    ]


def _umkm_booth() -> list[Spec]:
    return [
        *_business(),
        *_products(),
        *_permits(),
        {**_power(), "step": _l("Your booth")},
        {
            "key": "cooks_on_site",
            "type": QuestionType.CHOICE,
            "label": _l("Do you cook or heat something at the booth?"),
            "options": [("no", _l("No")), ("yes", _l("Yes"))],
            **_NEEDED,
        },
        {
            "key": "cooks_how",
            "type": QuestionType.TEXT,
            "label": _l("With which device?"),
            "help": _l("LPG stoves are not allowed in the hall."),
            "shown_if": ShownIf(key="cooks_on_site", equals="yes"),
            **_NEEDED,
        },
        {
            "key": "helpers",
            "type": QuestionType.NUMBER,
            "label": _l("How many people will stand at the booth?"),
            "help": _l("At most three get a card. Under 18 nobody may help to build up."),
            "minimum": 1,
            "maximum": 3,
            **_NEEDED,
        },
        {
            "key": "joins_training",
            "type": QuestionType.CHOICE,
            "label": _l("Do you come to the training before the event?"),
            "options": [("yes", _l("Yes")), ("no", _l("No, I cannot"))],
            **_NEEDED,
        },
        *_consents(),
    ]


def _exhibitor_booth() -> list[Spec]:
    kinds = {"label": _l("What kind of organisation is it?"), **_NEEDED}
    return [
        _field("name", _l("What is your organisation called?"), step=_l("Organisation"), **_NEEDED),
        _field("kind", **kinds),
        _field("sector", _l("In which sector does it work?"), **_NEEDED),
        _field("province_code", _l("In which province is your office?"), **_NEEDED),
        _field("city", _l("In which city or regency?"), **_NEEDED),
        _field("address", _l("What is its address?")),
        _field("owner_name", _l("Who answers for the booth?"), step=_l("Contact"), **_NEEDED),
        _field("email", _l("To which email address do we write?"), **_NEEDED),
        _field("whatsapp", _l("On which WhatsApp number do we reach this person?"), **_NEEDED),
        _field("website", _l("What is the web address of your organisation?")),
        {
            "key": "offers",
            "type": QuestionType.LONG_TEXT,
            "label": _l("What do you show or offer at the booth?"),
            "help": _l("For example opening accounts, QRIS, selling online, a programme for UMKM."),
            "step": _l("Your booth"),
            **_NEEDED,
        },
        {
            "key": "booth_size",
            "type": QuestionType.CHOICE,
            "label": _l("Which size do you need?"),
            "options": [
                ("3x3", _l("3 × 3 metres")),
                ("2x3", _l("2 × 3 metres")),
                ("2x2", _l("2 × 2 metres")),
            ],
            **_NEEDED,
        },
        {
            "key": "booth_count",
            "type": QuestionType.NUMBER,
            "label": _l("How many booths?"),
            "minimum": 1,
            "maximum": 20,
            **_NEEDED,
        },
        {
            "key": "booth_wish",
            "type": QuestionType.TEXT,
            "label": _l("Do you wish for a certain place?"),
            "help": _l("The organizers group booths and assign them; this is only a wish."),
        },
        {
            "key": "fascia_name",
            "type": QuestionType.TEXT,
            "label": _l("Which name shall stand on the booth?"),
            **_NEEDED,
        },
        _power(),
        {
            "key": "logo",
            "type": QuestionType.PHOTO,
            "label": _l("Add your logo"),
            "help": _l("As JPEG, PNG or WebP."),
        },
        {
            "key": "staff",
            "type": QuestionType.NUMBER,
            "label": _l("How many people will stand at the booth?"),
            "minimum": 1,
            "maximum": 30,
            **_NEEDED,
        },
        *_consents()[:1],
    ]


def _mentoring() -> list[Spec]:
    return [
        *_business(),
        *_products(),
        *_permits(),
        {
            "key": "sells_online",
            "type": QuestionType.CHOICE,
            "label": _l("Do you sell online?"),
            "step": _l("Your sales"),
            "options": [
                ("no", _l("Not yet")),
                ("chat", _l("By WhatsApp or social media")),
                ("marketplace", _l("In a marketplace")),
                ("own", _l("In a shop of my own on the web")),
            ],
            **_NEEDED,
        },
        {
            "key": "marketplace",
            "type": QuestionType.LINK,
            "label": _l("What is the address of your shop there?"),
            "shown_if": ShownIf(key="sells_online", equals="marketplace"),
            **_NEEDED,
        },
        {
            "key": "sales_last_month",
            "type": QuestionType.RUPIAH,
            "label": _l("For how much did you sell last month?"),
            "help": _l("An estimate is enough. It is the starting point, not a test."),
            "minimum": 0,
            **_NEEDED,
        },
        {
            "key": "needs",
            "type": QuestionType.CHOICES,
            "label": _l("What do you need help with most?"),
            "options": [
                ("packaging", _l("Packaging and brand")),
                ("photos", _l("Product photos and content")),
                ("online", _l("Selling online")),
                ("permits", _l("Permits and halal certificate")),
                ("books", _l("Bookkeeping and prices")),
                ("capital", _l("Capital")),
                ("export", _l("Export")),
            ],
            **_NEEDED,
        },
        {
            "key": "goal",
            "type": QuestionType.LONG_TEXT,
            "label": _l("What do you want to have reached when the mentoring ends?"),
            **_NEEDED,
        },
        {
            "key": "reports_sales",
            "type": QuestionType.CONSENT,
            "label": _l("I am ready to meet my mentor each week and to report my sales."),
            "purpose": "mentoring",
            **_NEEDED,
        },
        *_consents(),
    ]


def _visitors() -> list[Spec]:
    return [
        _field("name", _l("For which business or organisation do you come?"), **_NEEDED),
        _field("kind", _l("What kind of organisation is it?"), **_NEEDED),
        _field("owner_name", _l("What is your name?"), **_NEEDED),
        _field("email", _l("What is your email address?")),
        _field("whatsapp", _l("On which WhatsApp number do we reach you?"), **_NEEDED),
        {
            "key": "people",
            "type": QuestionType.NUMBER,
            "label": _l("How many of you will come?"),
            "minimum": 1,
            "maximum": 20,
            **_NEEDED,
        },
        *_consents()[:1],
    ]


_FORMS: Mapping[CallKind, Callable[[], list[Spec]]] = {
    CallKind.UMKM_BOOTH: _umkm_booth,
    CallKind.EXHIBITOR_BOOTH: _exhibitor_booth,
    CallKind.MENTORING: _mentoring,
    CallKind.VISITORS: _visitors,
}

# Who usually may answer each kind of call.
USUAL_AUDIENCE: Mapping[CallKind, list[str]] = {
    CallKind.UMKM_BOOTH: [
        BusinessKind.UMKM,
        BusinessKind.IKM,
        BusinessKind.COOPERATIVE,
        BusinessKind.VILLAGE_ENTERPRISE,
    ],
    CallKind.EXHIBITOR_BOOTH: [],
    CallKind.MENTORING: [BusinessKind.UMKM, BusinessKind.IKM, BusinessKind.COOPERATIVE],
    CallKind.VISITORS: [],
}
