"""What a person can type about businesses and what hangs on them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from gernas.accounts.models import NAME_LENGTH
from gernas.businesses.checking import ADDRESS_LENGTH, BIGGEST_PRICE, CITY_LENGTH
from gernas.businesses.fields import (
    ChannelField,
    CodeField,
    DocumentField,
    EmailField,
    NibField,
    NikField,
    NpwpField,
    PhoneField,
    SheetField,
    SocialField,
)
from gernas.businesses.models import TITLE_LENGTH, Business, ConsentMeans, Product
from gernas.businesses.sheets import COLUMNS
from gernas.businesses.values import SOCIAL
from gernas.businesses.wordings import WORDINGS
from gernas.businesses.words import (
    CERTIFICATE_WORDS,
    KIND_WORDS,
    PERSON_ROLE_WORDS,
    SECTOR_WORDS,
    SIZE_LIMITS,
)
from gernas.campaigns.forms import VersionedForm
from gernas.core.fields import (
    DateField,
    GernasForm,
    MarkdownField,
    PictureField,
    ProvinceField,
    RupiahField,
    TextAreaField,
    TextField,
    UrlField,
)

_ON_PAPER = {
    ConsentMeans.PAPER: _l("They signed a form"),
    ConsentMeans.SPOKEN: _l("They said so, and I noted it"),
}


class BusinessForm(VersionedForm):
    """A business, for organizers and for its own people."""

    name = TextField(
        _l("Business name"),
        max_length=TITLE_LENGTH,
        required=True,
        description=_l("As customers know it."),
    )
    kind = CodeField(_l("Kind"), words=KIND_WORDS, required=True)
    sector = CodeField(_l("Sector"), words=SECTOR_WORDS)
    size_class = CodeField(
        _l("Size"),
        words=SIZE_LIMITS,
        description=_l("By PP 7/2021. A new business counts its capital: 1, 5 and 10 billion."),
    )
    nib = NibField(
        _l("NIB"), description=_l("13 digits, from OSS. Leave it empty if there is none.")
    )
    npwp = NpwpField(
        _l("NPWP of the organisation"),
        description=_l("15 or 16 digits. Leave it empty for a person, whose NPWP is the NIK."),
    )
    owner_name = TextField(_l("Owner or person in charge"), max_length=NAME_LENGTH)
    address = TextField(
        _l("Street address"), max_length=ADDRESS_LENGTH, description=_l("Not shown to the public.")
    )
    city = TextField(
        _l("City or regency"),
        max_length=CITY_LENGTH,
        description=_l("For example Kota Metro or Kabupaten Pesawaran."),
    )
    province_code = ProvinceField(_l("Province"))
    phone = PhoneField(_l("Phone"), description=_l("For example 0812 3456 7890."))
    whatsapp = PhoneField(_l("WhatsApp"), description=_l("Where buyers may write to."))
    email = EmailField(_l("Email"))
    website = UrlField(_l("Website"))
    instagram = SocialField(
        "Instagram", platform="instagram", description=_l("Name or address, like @kopi.lampung")
    )
    facebook = SocialField("Facebook", platform="facebook")
    tiktok = SocialField("TikTok", platform="tiktok")
    youtube = SocialField("YouTube", platform="youtube")
    x = SocialField("X", platform="x")
    about = MarkdownField(
        _l("About the business"),
        description=_l("What it makes, since when, what is special about it."),
    )
    about_en = MarkdownField(_l("The same in English"))

    @classmethod
    def of(cls, business: Business) -> "BusinessForm":
        """The form as a saved business fills it."""
        return cls(obj=business, data=dict(business.social))

    def read_values(self) -> dict[str, Any]:
        """Column names and what was typed for them."""
        values = self.values()
        values["social"] = {name: values.pop(name) for name in SOCIAL}
        return values


class NikForm(GernasForm):
    """A NIK, which never goes back to a page."""

    nik = NikField(
        _l("NIK of the owner"),
        required=_l("Write the 16 digits of the NIK."),
        description=_l(
            "16 digits, from the ID card. Kept encrypted; only the last four are shown."
        ),
    )


class ProductForm(GernasForm):
    """A product with its photo."""

    name = TextField(_l("Product"), max_length=TITLE_LENGTH, required=True)
    price_rupiah = RupiahField(
        _l("Price"),
        maximum=BIGGEST_PRICE,
        description=_l("In rupiah. Leave it empty if it varies."),
    )
    unit = TextField(
        _l("The price is for"),
        max_length=60,
        description=_l("For example a pack of 250 g, a piece."),
    )
    description = TextAreaField(_l("Description"), max_length=2_000)
    photo = PictureField(_l("Photo"), description=_l("JPEG, PNG or WebP, at most 8 MB."))
    photo_alt = TextField(
        _l("What the photo shows"),
        max_length=TITLE_LENGTH,
        description=_l("For people who do not see it. Left empty, it is the product’s name."),
    )
    remove_photo = BooleanField(_l("Take the photo away"))
    url = UrlField(_l("Where it can be bought"))
    name_en = TextField(_l("Product in English"), max_length=TITLE_LENGTH)
    description_en = TextAreaField(_l("Description in English"), max_length=2_000)

    @classmethod
    def of(cls, product: Product | None) -> "ProductForm":
        if product is None:
            return cls()
        names = ("name", "price_rupiah", "unit", "description", "photo_alt", "url")
        more = ("name_en", "description_en")
        return cls(data={name: getattr(product, name) for name in (*names, *more)})

    def read_values(self) -> dict[str, Any]:
        skipped = {"csrf_token", "photo", "remove_photo"}
        return {
            field.name: None if field.data == "" else field.data
            for field in self
            if field.name not in skipped
        }


class CertificateForm(GernasForm):
    """A permit or certificate with its file."""

    kind = CodeField(_l("Certificate"), words=CERTIFICATE_WORDS, required=True)
    number = TextField(
        _l("Certificate number"), max_length=80, description=_l("As it stands on the paper.")
    )
    expires_on = DateField(
        _l("Valid until"), description=_l("Leave it empty if it does not expire.")
    )
    document = DocumentField(
        _l("File"),
        description=_l("A PDF or a photo of the paper, at most 8 MB. Not shown to the public."),
    )


class ChannelForm(GernasForm):
    """A place on the web where the business sells."""

    url = ChannelField(
        _l("Address of the shop"),
        required=_l("Write the address of the shop."),
        description=_l("Of your shop at Shopee, Tokopedia, TikTok or elsewhere."),
    )


class PersonForm(GernasForm):
    """Someone who is to manage the business as well."""

    name = TextField(_l("Name"), max_length=NAME_LENGTH, required=True)
    email = EmailField(
        _l("Email"),
        required=_l("Write the email address of the person."),
        description=_l(
            "We write to this address. The person signs in with it and takes the invitation."
        ),
    )
    phone = PhoneField(_l("Phone"))
    role = CodeField(_l("Role"), words=PERSON_ROLE_WORDS, required=True)


class ContactForm(PersonForm):
    """A person of a business as an organizer notes them, also without an address."""

    email = EmailField(_l("Email"), description=_l("With it the person can manage the business."))


class ConsentForm(GernasForm):
    """A consent that an organizer records on someone's behalf."""

    purpose = CodeField(
        _l("Consent"),
        words={key: wording.title for key, wording in WORDINGS.items()},
        required=True,
    )
    means = CodeField(_l("How it was given"), words=_ON_PAPER, required=True)
    note = TextField(
        _l("Note"), max_length=500, description=_l("For example where the signed form lies.")
    )


class ButtonForm(GernasForm):
    """A form that is one button: its token shows that the page was ours."""


class UploadForm(GernasForm):
    """A spreadsheet to take in."""

    file = SheetField(
        _l("Spreadsheet"),
        required=_l("Choose a file."),
        description=_l("XLSX or CSV, at most 10 MB and 20,000 rows."),
    )


def offer_columns(field: Any) -> None:
    """Let a column be matched with anything a spreadsheet can say."""
    field.choices = [("", _l("Leave out")), *((one.field, one.title) for one in COLUMNS)]


def matching_form(columns: Sequence[str], matching: Sequence[str]) -> GernasForm:
    """A form with a list for each column of a file, named ``column_0`` and so on."""

    class MatchingForm(GernasForm):
        pass

    for number, head in enumerate(columns):
        select = SelectField(head or str(number + 1), coerce=str, validate_choice=True)
        setattr(MatchingForm, f"column_{number}", select)
    data: Mapping[str, str] = {f"column_{number}": name for number, name in enumerate(matching)}
    form = MatchingForm(data=data)
    for number in range(len(columns)):
        offer_columns(form[f"column_{number}"])
    return form
