"""Calls of the running example with 478 made-up applications, as many as Lampung had in 2022.

Names, numbers and shops are nobody's: each name holds "Contoh", NIBs begin with zeros, and phone
numbers are ones that no exchange can have. Everything follows from the lists and a hash, so each
load makes the same.
"""

import hashlib
import io
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from gernas.accounts.models import User
from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now, to_utc, today_in
from gernas.core.database import db
from gernas.core.images import read_picture
from gernas.registrations.codes import make_token
from gernas.registrations.demo_words import (
    BRANDS,
    CITIES,
    EXHIBITORS,
    FIRST_NAMES,
    GOALS,
    KINDS_OF_PRODUCT,
    SECOND_BRANDS,
    TEXTS,
    KindOfProduct,
)
from gernas.registrations.files import get_path, new_name, small_name, write_file
from gernas.registrations.models import (
    Call,
    CallKind,
    DecidesBy,
    QuotaDimension,
    Registration,
    RegistrationEvent,
    RegistrationNote,
    RegistrationState,
    Upload,
)
from gernas.registrations.queries import get_form
from gernas.registrations.questions import Question, read_questions
from gernas.registrations.services.answering import confirm_place
from gernas.registrations.services.calls import add_call, edit_call, publish_call, set_quotas
from gernas.registrations.services.submitting import put_answers, submit_at_once
from gernas.registrations.transitions import Actor, Move
from gernas.registrations.values import CallValues, QuotaValues

APPLICATIONS = 478  # of Lampung in 2022 (domain.md, 2)
PLACES = 30
OPEN_SINCE, OPEN_FOR = timedelta(days=4), timedelta(days=10)
QUOTAS = {"food": 12, "drink": 4, "fashion": 6, "craft": 6, "agro": 3, "beauty": 2, "home": 2}
SLUGS = ("penjaringan-ikm-contoh", "stan-mitra-contoh")
MOVED = (*SLUGS, "stan-umkm-contoh")  # that one is of ``demo_exhibitors``
NOTE = "Contoh catatan: kemasan sudah bagus, izin PIRT perlu dicek lagi."
REQUEST = "Contoh permintaan: foto izinnya belum terbaca. Tolong kirim yang lebih jelas."
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

S = RegistrationState


class Dice:
    """Numbers that look thrown and are the same each time."""

    def __init__(self, seed: str) -> None:
        self._digest = hashlib.sha256(seed.encode()).digest()
        self._at = 0

    def throw(self, sides: int) -> int:
        """A number from 0 to ``sides`` - 1."""
        if self._at + 4 > len(self._digest):
            self._digest, self._at = hashlib.sha256(self._digest).digest(), 0
        number = int.from_bytes(self._digest[self._at : self._at + 4], "big")
        self._at += 4
        return number % sides

    def is_below(self, percent: int) -> bool:
        return self.throw(100) < percent

    def pick(self, choices: Sequence[Any]) -> Any:
        return choices[self.throw(len(choices))]


@dataclass(frozen=True)
class MadeUp:
    """One application as it would be typed, and what became of it."""

    number: int
    answers: dict[str, Any]
    state: RegistrationState
    photos: int
    has_papers: bool
    on_behalf: bool


def load_calls(campaign: Campaign, stop: Stop, *, by: User | None) -> int:
    """Make the calls and their applications, unless they are there; returns how many.

    ``by`` is the organizer who looked at some of them. Inside a transaction.
    """
    if db.session.scalar(select(Call.id).where(Call.slug == SLUGS[0])) is not None:
        return 0
    intake = _add_call(campaign, stop, SLUGS[0], _intake_values())
    quotas = [
        QuotaValues(dimension=QuotaDimension.SECTOR, value=sector, size=size)
        for sector, size in QUOTAS.items()
    ]
    set_quotas(intake, quotas, by=None)
    count = _fill(intake, by=by)
    partners = _add_call(campaign, stop, SLUGS[1], _partner_values())
    return count + _let_exhibitors_apply(partners)


def move_calls() -> None:
    """Open the calls of the demo anew, as many days before today; inside a transaction."""
    for call in db.session.scalars(select(Call).where(Call.is_demo, Call.slug.in_(MOVED))).all():
        values = replace(
            CallValues.of(call), opens_at=opens_at(call.zone), closes_at=closes_at(call.zone)
        )
        if values.opens_at != call.opens_at:
            edit_call(call, values, version=None, by=None)


def make_up(count: int = APPLICATIONS) -> Iterator[MadeUp]:
    """The applications as they would be typed, always the same."""
    by_city: dict[str, int] = {}
    typed: list[dict[str, Any]] = []
    for number in range(count):
        dice = Dice(f"gernas demo application {number}")
        city = _pick_city(dice)
        place = by_city[city] = by_city.get(city, -1) + 1
        answers = _business_answers(dice, number, city, place)
        answers |= _product_answers(dice, KINDS_OF_PRODUCT[answers.pop("_kind")])
        answers |= _sales_answers(dice, number)
        if number % 80 == 79:  # the same business once more
            same = typed[number - 37]
            answers |= {key: same[key] for key in ("whatsapp", "email", "city") if key in same}
            answers["nib"] = same.get("nib", answers.get("nib"))
        typed.append(answers)
        yield MadeUp(
            number=number,
            answers={key: value for key, value in answers.items() if value is not None},
            state=_pick_state(dice),
            photos=1 + dice.throw(3),
            has_papers=dice.is_below(58),
            on_behalf=dice.is_below(6),
        )


def _add_call(campaign: Campaign, stop: Stop, slug: str, values: CallValues) -> Call:
    call = add_call(campaign, values, by=None, stop=stop, slug=slug, is_demo=True)
    return publish_call(call, by=None)


def _intake_values() -> CallValues:
    zone = "Asia/Jakarta"
    year = today_in(zone).year
    return CallValues(
        title=f"Penjaringan IKM Lampung {year}",
        title_en=f"Intake of small industries, Lampung {year}",
        kind=CallKind.MENTORING,
        decides_by=DecidesBy.REVIEW,
        opens_at=opens_at(zone),
        closes_at=closes_at(zone),
        places=PLACES,
        audience_kinds=("umkm", "ikm", "cooperative"),
        audience_provinces=("ID-LA",),
        confirm_days=3,
        **TEXTS["intake"],
    )


def _partner_values() -> CallValues:
    zone = "Asia/Jakarta"
    return CallValues(
        title="Stan mitra Lagawi Fest (contoh)",
        title_en="Booths for partners of Lagawi Fest (example)",
        kind=CallKind.EXHIBITOR_BOOTH,
        decides_by=DecidesBy.FIRST_COME,
        opens_at=opens_at(zone),
        closes_at=closes_at(zone),
        places=8,
        confirm_days=5,
        **TEXTS["partners"],
    )


def opens_at(zone: str) -> datetime:
    return to_utc(today_in(zone) - OPEN_SINCE, time(8), zone)


def closes_at(zone: str) -> datetime:
    return to_utc(today_in(zone) - OPEN_SINCE + OPEN_FOR, time(23, 59), zone)


# --- What is made up ------------------------------------------------------------------------


def _pick_city(dice: Dice) -> str:
    at = dice.throw(sum(weight for _city, weight in CITIES))
    for city, weight in CITIES:
        if at < weight:
            return city
        at -= weight
    return CITIES[0][0]


def _pick_state(dice: Dice) -> RegistrationState:
    at = dice.throw(100)
    if at < 80:
        return S.SUBMITTED
    return S.IN_REVIEW if at < 94 else S.CHANGES_REQUESTED if at < 97 else S.WITHDRAWN


def _business_answers(dice: Dice, number: int, city: str, place: int) -> dict[str, Any]:
    """What an application says of its business; ``place`` counts those of its city."""
    kind = dice.throw(len(KINDS_OF_PRODUCT))
    place += Dice(city).throw(len(BRANDS))  # Each city begins with other names.
    brand = f"{BRANDS[place % len(BRANDS)]} {SECOND_BRANDS[(place * 7) % len(SECOND_BRANDS)]}"
    product = KINDS_OF_PRODUCT[kind]
    return {
        "_kind": kind,
        "business_name": f"{brand} Contoh {product.short}",
        "kind": dice.pick(("umkm", "umkm", "ikm", "ikm", "ikm", "cooperative")),
        "owner_name": f"{FIRST_NAMES[number % len(FIRST_NAMES)]} Contoh",
        "sector": product.sector,
        "size_class": dice.pick(("micro", "micro", "micro", "small", "small", "medium")),
        "province": "ID-LA",
        "city": city,
        "address": f"Jl. Contoh No. {number + 1}, {city}",
        "whatsapp": f"+62721000{number:04}",  # no exchange has numbers that begin with 0
        "email": f"pendaftar{number + 1}@contoh.id" if not dice.is_below(8) else None,
        "instagram": f"contoh.{number + 1}" if dice.is_below(55) else None,
        "nib": f"00000009{number:05}" if dice.is_below(74) else None,
    }


def _product_answers(dice: Dice, product: KindOfProduct) -> dict[str, Any]:
    price = product.price * (80 + dice.throw(60)) // 100
    found = ["spp_irt"] if product.sector in ("food", "drink") and dice.is_below(65) else []
    if product.sector in ("food", "drink", "beauty") and dice.is_below(40):
        found.append("halal")
    if dice.is_below(12):
        found.append("trademark")
    return {
        "product": product.name,
        "price": price // 500 * 500,
        "in_production": dice.pick(("under_one", "one_to_three", "one_to_three", "over_three")),
        "per_month": 20 + dice.throw(60) * 25,
        "certificates": found or ["none"],
    }


def _sales_answers(dice: Dice, number: int) -> dict[str, Any]:
    sells = dice.pick(("no", "chat", "chat", "chat", "marketplace", "marketplace", "own"))
    wants = ("packaging", "photos", "online", "permits", "books", "capital", "export")
    first = dice.throw(len(wants))
    needed = {first, (first + 2) % len(wants), dice.throw(len(wants))}
    return {
        "sells_online": sells,
        "marketplace": f"https://contoh.id/toko/{number + 1}" if sells == "marketplace" else None,
        "sales_last_month": (2 + dice.throw(80)) * 250_000,
        "needs": [want for at, want in enumerate(wants) if at in needed],
        "goal": dice.pick(GOALS),
        "reports_sales": True,
        "agree_application": True,
        "agree_catalogue": True if dice.is_below(70) else None,
    }


# --- Into the database ----------------------------------------------------------------------


def _fill(call: Call, *, by: User | None) -> int:
    """Insert all applications at once; what services would have written of them comes along."""
    form = get_form(call)
    questions = read_questions(form.questions)
    made = list(make_up())
    moments = _spread(call, len(made))
    rows = [
        _row(call, form.id, one, moment, by=by) for one, moment in zip(made, moments, strict=True)
    ]
    db.session.add_all(rows)
    db.session.flush()
    uploads = _add_uploads(rows, made)
    for row, one in zip(rows, made, strict=True):
        files = uploads.get(row.id, {})
        put_answers(row, questions, _in_order(questions, {**one.answers, **files}))
        db.session.add_all(_history(row, one, by=by))
    db.session.flush()
    return len(rows)


def _spread(call: Call, count: int) -> list[datetime]:
    """When they were sent: since the call opened until a little ago, in order."""
    span = now() - timedelta(minutes=30) - call.opens_at
    return [
        call.opens_at + span * ((at + 0.2 + Dice(f"moment {at}").throw(60) / 100) / count)
        for at in range(count)
    ]


def _row(
    call: Call, form_id: int, one: MadeUp, moment: datetime, *, by: User | None
) -> Registration:
    dice = Dice(f"gernas demo code {one.number}")
    code = "".join(dice.pick(ALPHABET) for _ in range(8))
    _token, token_hash = make_token(code, 1)
    is_asked = one.state == S.CHANGES_REQUESTED
    behalf = by.id if by is not None and one.on_behalf else None
    return Registration(
        code=code,
        call_id=call.id,
        form_version_id=form_id,
        state=one.state,
        token_hash=token_hash,
        on_behalf_by_id=behalf,
        behalf_means="spoken" if behalf else None,
        behalf_note="Contoh: didaftarkan di balai desa" if behalf else None,
        requested_fields=["certificate_files"] if is_asked else [],
        request_note=REQUEST if is_asked else None,
        terms_version=call.terms_version if call.terms else None,
        is_demo=True,
        submitted_at=moment,
        created_at=moment - timedelta(minutes=12),
        updated_at=moment,
        answers={},
    )


def _history(row: Registration, one: MadeUp, *, by: User | None) -> Iterator[Any]:
    """The lines of the timeline that led to its state."""
    sent = row.submitted_at or now()
    yield make_event(row, Move.SUBMIT, S.DRAFT, S.SUBMITTED, sent, actor=Actor.APPLICANT)
    looked = min(sent + timedelta(hours=3), now())
    if one.state in (S.IN_REVIEW, S.CHANGES_REQUESTED):
        yield make_event(row, Move.START_REVIEW, S.SUBMITTED, S.IN_REVIEW, looked, by=by)
    if one.state == S.CHANGES_REQUESTED:
        event = make_event(row, Move.REQUEST_CHANGES, S.IN_REVIEW, one.state, looked, by=by)
        event.reason = REQUEST
        yield event
    if one.state == S.WITHDRAWN:
        yield make_event(row, Move.WITHDRAW, S.SUBMITTED, one.state, looked, actor=Actor.APPLICANT)
    if by is not None and one.state == S.IN_REVIEW and one.number % 9 == 0:
        yield RegistrationNote(registration_id=row.id, text=NOTE, by_id=by.id, at=looked)


def make_event(
    row: Registration,
    what: Move,
    source: RegistrationState,
    target: RegistrationState,
    at: datetime,
    *,
    actor: Actor = Actor.ORGANIZER,
    by: User | None = None,
) -> RegistrationEvent:
    return RegistrationEvent(
        registration_id=row.id,
        at=at,
        what=what,
        from_state=source,
        to_state=target,
        actor=actor,
        by_id=by.id if by is not None else None,
        before={},
    )


def _in_order(questions: Sequence[Question], answers: dict[str, Any]) -> dict[str, Any]:
    return {each.key: answers[each.key] for each in questions if each.key in answers}


def _add_uploads(
    rows: Sequence[Registration], made: Sequence[MadeUp]
) -> dict[int, dict[str, list[int]]]:
    """Photos for each and papers for some; returns the ids by registration and question."""
    pictures = [_draw(number) for number in range(6)]
    uploads = []
    for row, one in zip(rows, made, strict=True):
        for at in range(one.photos):
            picture = pictures[(one.number + at) % len(pictures)]
            uploads.append(_upload(row, "photos", f"produk-{at + 1}.webp", picture))
        if one.has_papers:
            paper = pictures[one.number % len(pictures)]
            uploads.append(_upload(row, "certificate_files", "izin.webp", paper))
    db.session.add_all(uploads)
    db.session.flush()
    found: dict[int, dict[str, list[int]]] = {}
    for upload in uploads:
        files = found.setdefault(upload.registration_id, {})
        files.setdefault(upload.question_key, []).append(upload.id)
    return found


@dataclass(frozen=True)
class Drawn:
    """A picture that lies on disk; each upload gets a link to it under a name of its own."""

    name: str
    size: int
    width: int
    height: int


def _upload(row: Registration, key: str, label: str, picture: Drawn) -> Upload:
    name = new_name("webp")
    _link(picture.name, name)
    _link(small_name(picture.name), small_name(name))
    return Upload(
        registration_id=row.id,
        question_key=key,
        stored_name=name,
        label=label,
        content_type="image/webp",
        size=picture.size,
        received=picture.size,
        width=picture.width,
        height=picture.height,
        created_at=row.submitted_at,
        finished_at=row.submitted_at,
    )


def _link(source: str, name: str) -> None:
    """The same bytes under another name, without writing them again where that is possible."""
    try:
        os.link(get_path(source), get_path(name))
    except OSError:
        shutil.copyfile(get_path(source), get_path(name))


def _draw(number: int) -> Drawn:
    """A picture in place of a photo: stripes of woven cloth, drawn from nothing."""
    from PIL import Image, ImageDraw

    grounds = ("#9f0c18", "#23633d", "#294a8c", "#855700", "#5c4c43", "#7a1f5c")
    image = Image.new("RGB", (480, 360), grounds[number % len(grounds)])
    pen = ImageDraw.Draw(image)
    for top in range(0, 360, 60):
        for left in range(-30 * (number % 2), 480, 60):
            pen.polygon([(left, top + 60), (left + 30, top + 8), (left + 60, top + 60)], "#f1e9de")
        pen.rectangle((0, top, 480, top + 6), "#d9a53f")
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    out.seek(0)
    picture = read_picture(out)
    name = new_name("webp")
    write_file(small_name(name), picture.small_content)
    write_file(name, picture.content)
    return Drawn(name, len(picture.content), picture.width, picture.height)


def _let_exhibitors_apply(call: Call) -> int:
    """Let partners apply one after the other by the services; some confirm at once."""
    for number, (name, sector, offers) in enumerate(EXHIBITORS):
        registration = submit_at_once(
            call,
            {
                "business_name": name,
                "kind": "exhibitor",
                "sector": sector,
                "province": "ID-LA",
                "city": "Kota Bandar Lampung",
                "owner_name": f"{FIRST_NAMES[number]} Contoh",
                "email": f"mitra{number + 1}@contoh.id",
                "whatsapp": f"+62721001{number:04}",
                "offers": offers,
                "booth_size": "3x3",
                "booth_count": "1",
                "fascia_name": name,
                "power": "4",
                "staff": "3",
                "agree_application": "yes",
            },
            idempotency_key=f"demo-{call.slug}-{number}",
            language="id",
            agreed_terms=call.terms_version if call.terms else None,
        )
        if registration.holds_place and number % 2 == 0:
            confirm_place(registration, by=None)
    return len(EXHIBITORS)
