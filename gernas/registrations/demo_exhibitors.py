"""Made-up exhibitors of the running example: a call for booths that goes on, and one that is over.

As in ``demo``, each name holds "Contoh", and everything follows from the lists and a hash.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from gernas.accounts.models import User
from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now
from gernas.core.database import db
from gernas.registrations.codes import make_token
from gernas.registrations.demo import ALPHABET, Dice, closes_at, make_event, opens_at
from gernas.registrations.demo_words import (
    BRANDS,
    CITIES,
    FIRST_NAMES,
    KINDS_OF_PRODUCT,
    SECOND_BRANDS,
    KindOfProduct,
)
from gernas.registrations.models import (
    Call,
    CallKind,
    DecidesBy,
    Registration,
    RegistrationState,
)
from gernas.registrations.queries import get_form
from gernas.registrations.questions import read_questions
from gernas.registrations.ready_forms import make_form
from gernas.registrations.services.calls import add_call, edit_call, publish_call
from gernas.registrations.services.forms import set_questions
from gernas.registrations.services.submitting import put_answers
from gernas.registrations.transitions import Actor, Move
from gernas.registrations.values import CallValues

CHOOSERS, CURATED = "stan-umkm-contoh", "stan-pilihan-contoh"  # their calls
ZONE = "Asia/Jakarta"
PLACES = 40  # of the call that goes on
S = RegistrationState

# What they make, by its place in the list of products: of all sectors, some of it twice.
_CHOOSERS_MAKE = (
    *(0, 16, 22, 3, 12, 21, 4, 18, 29, 13, 17, 26),
    *(1, 24, 20, 28, 15, 23, 19, 21, 2, 17, 22, 16),
)
_CURATED_MAKE = (12, 16, 27, 21, 8, 13, 18, 25, 22, 10, 19, 14, 23)
OWNS = 20  # the number of the application that belongs to an account of the demo

_TEXTS: Mapping[str, Any] = {
    "contact_name": "Sekretariat Contoh",
    "contact_email": "panitia@contoh.id",
    "bring": "Datang sehari sebelumnya, sesuai jam bongkar muat Anda.",
    "bring_en": "Come the day before, at your time for loading.",
}


def load_exhibitors(campaign: Campaign, stop: Stop, *, owner: User | None) -> int:
    """Make both calls and who has a place in them, unless they are there; returns how many.

    One of them belongs to ``owner``. Inside a transaction.
    """
    if db.session.scalar(select(Call.id).where(Call.slug == CHOOSERS)) is not None:
        return 0
    choosers = _add_call(campaign, stop, CHOOSERS, _choosers_values())
    curated = _add_call(campaign, stop, CURATED, _curated_values())
    over = replace(  # as no call may be when it is published
        _curated_values(),
        opens_at=curated.opens_at - timedelta(days=24),
        closes_at=curated.closes_at - timedelta(days=16),
    )
    edit_call(curated, over, version=None, by=None)
    rows = _fill(choosers, _CHOOSERS_MAKE, 0)
    rows[OWNS].user_id = owner.id if owner is not None else None
    rows += _fill(curated, _CURATED_MAKE, len(_CHOOSERS_MAKE))
    db.session.flush()
    return len(rows)


def _add_call(campaign: Campaign, stop: Stop, slug: str, values: CallValues) -> Call:
    """A call whose form asks for no photos."""
    call = add_call(campaign, values, by=None, stop=stop, slug=slug, is_demo=True)
    asked = [one for one in make_form(CallKind.UMKM_BOOTH) if not one.takes_files]
    set_questions(call, asked, by=None)
    return publish_call(call, by=None)


def _choosers_values() -> CallValues:
    return CallValues(
        title="Stan UMKM Lagawi Fest (contoh)",
        title_en="Booths for small businesses at Lagawi Fest (example)",
        description="Contoh. Siapa cepat, dia dapat; stannya Anda pilih sendiri di denah.",
        description_en="An example. First come, first served; you choose your booth on the plan.",
        kind=CallKind.UMKM_BOOTH,
        decides_by=DecidesBy.FIRST_COME,
        opens_at=opens_at(ZONE),
        closes_at=closes_at(ZONE),
        places=PLACES,
        **_TEXTS,
    )


def _curated_values() -> CallValues:
    return CallValues(
        title="Stan pilihan kurator (contoh)",
        title_en="Booths chosen by curators (example)",
        description="Contoh. Sudah ditutup; yang lolos menyebut tiga stan yang diinginkan.",
        description_en="An example. It is closed; whoever passed names three booths.",
        kind=CallKind.UMKM_BOOTH,
        decides_by=DecidesBy.REVIEW,
        opens_at=opens_at(ZONE),
        closes_at=closes_at(ZONE),
        places=len(_CURATED_MAKE),
        **_TEXTS,
    )


@dataclass(frozen=True)
class _MadeUp:
    number: int
    product: KindOfProduct

    @property
    def name(self) -> str:
        first = BRANDS[(self.number * 5 + 3) % len(BRANDS)]
        second = SECOND_BRANDS[(self.number * 11 + 8) % len(SECOND_BRANDS)]
        return f"{self.product.short} {first} {second} Contoh"

    @property
    def answers(self) -> dict[str, Any]:
        dice = Dice(f"gernas demo exhibitor {self.number}")
        city = dice.pick(CITIES)[0]
        cooks = self.product.sector == "food" and dice.is_below(25)
        return {
            "business_name": self.name,
            "kind": "umkm",
            "owner_name": f"{FIRST_NAMES[(self.number * 7) % len(FIRST_NAMES)]} Contoh",
            "sector": self.product.sector,
            "size_class": "micro",
            "province": "ID-LA",
            "city": city,
            "address": f"Jl. Contoh No. {self.number + 1}, {city}",
            "whatsapp": f"+62721002{self.number:04}",  # no exchange has numbers that begin with 0
            "email": f"stan{self.number + 1}@contoh.id",
            "product": self.product.name,
            "price": self.product.price,
            "in_production": "over_three",
            "per_month": 100 + dice.throw(20) * 25,
            "certificates": ["halal"] if self.product.sector in ("food", "drink") else ["none"],
            "power": "4" if cooks else "2",
            "cooks_on_site": "yes" if cooks else "no",
            "cooks_how": "Kompor listrik" if cooks else None,
            "helpers": 1 + dice.throw(3),
            "joins_training": "yes",
            "agree_application": True,
        }


def _fill(call: Call, makes: tuple[int, ...], first: int) -> list[Registration]:
    """Insert them at once, as the services would have left them."""
    form = get_form(call)
    questions = read_questions(form.questions)
    keys = [question.key for question in questions]
    made = [_MadeUp(first + at, KINDS_OF_PRODUCT[kind]) for at, kind in enumerate(makes)]
    rows = [_row(call, form.id, one) for one in made]
    for row, one in zip(rows, made, strict=True):
        answers = {key: one.answers.get(key) for key in keys}
        put_answers(row, questions, {key: typed for key, typed in answers.items() if typed})
        row.holds_place = True
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        db.session.add_all(_history(row))
    call.used = len(rows)
    db.session.flush()
    return rows


def _row(call: Call, form_id: int, one: _MadeUp) -> Registration:
    dice = Dice(f"gernas demo exhibitor code {one.number}")
    code = "".join(dice.pick(ALPHABET) for _ in range(8))
    moment = min(call.opens_at + timedelta(hours=1, minutes=37 * one.number), now())
    return Registration(
        code=code,
        call_id=call.id,
        form_version_id=form_id,
        state=S.ACCEPTED if call.decides_by == DecidesBy.FIRST_COME else S.CONFIRMED,
        token_hash=make_token(code, 1)[1],
        is_demo=True,
        submitted_at=moment,
        decided_at=moment,
        created_at=moment - timedelta(minutes=12),
        updated_at=moment,
        answers={},
    )


def _history(row: Registration) -> Iterator[Any]:
    sent = row.submitted_at or now()
    if row.state == S.ACCEPTED:
        yield make_event(row, Move.SUBMIT, S.DRAFT, S.ACCEPTED, sent, actor=Actor.APPLICANT)
        return
    yield make_event(row, Move.SUBMIT, S.DRAFT, S.SUBMITTED, sent, actor=Actor.APPLICANT)
    days = timedelta(days=1)
    yield make_event(row, Move.ACCEPT, S.SUBMITTED, S.ACCEPTED, sent + days)
    confirmed = sent + 2 * days
    yield make_event(row, Move.CONFIRM, S.ACCEPTED, S.CONFIRMED, confirmed, actor=Actor.APPLICANT)
