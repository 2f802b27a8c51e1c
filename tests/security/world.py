"""Two campaigns with a row for every address of the application, and a person for every role.

Whatever is tried against an address is tried with rows of one side, of the other, and of none.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from gernas.accounts.models import (
    FactorRelease,
    Grant,
    Invitation,
    LinkKind,
    MailLink,
    User,
    UserSession,
)
from gernas.accounts.secrets import hash_secret
from gernas.businesses.wordings import CATALOGUE
from gernas.calendars.services import add_personal_feed
from gernas.campaigns.models import Campaign, Observation, Stop
from gernas.campaigns.services.editing import note_change
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.i18n import ENGLISH
from gernas.core.permissions import Role, Scope
from gernas.events.follows import ask_to_follow, get_token
from gernas.events.models import AgendaItem, Event, EventChange, Follow
from gernas.events.services import remove_agenda_item
from gernas.events.services.changing import finish, log_change
from gernas.messages.carriers import FOLDER, file_name
from gernas.messages.models import Message, MessageState
from tests.factories import (
    make_campaign,
    make_event,
    make_indicator,
    make_stop,
    make_user,
    make_venue,
    save,
    sign_in,
)
from tests.security.booths import make_booth_rows
from tests.security.businesses import give_to, make_business_rows, slug_of
from tests.security.table import is_known
from tests.security.youth import ABSENT, make_youth_rows

NOBODYS = 2_000_000_000  # an id that no row has
PICTURE = f"{'ab' * 32}.webp"
FIXED = {
    "name": PICTURE,
    "paper": "papan-stan",
    "figure": "terdaftar",
    "build": "other",
    "filename": "css/tokens.css",
}
OTHER_ROWS = {  # endpoints that need a row in another state than most
    "messages.show": "sent_message_id",
    "events.restore_to_agenda": "removed_item_id",
}
PEOPLE = {
    "administrator": (Role.ADMINISTRATOR, "all"),
    "campaign manager": (Role.CAMPAIGN_MANAGER, "campaign"),
    "stop manager": (Role.STOP_MANAGER, "stop"),
    "organizer": (Role.ORGANIZER, "stop"),
    "organizer of the event": (Role.ORGANIZER, "event"),
    "viewer": (Role.VIEWER, "campaign"),
    "viewer of the stop": (Role.VIEWER, "stop"),
}


@dataclass
class Side:
    """One campaign, and what stands in the addresses of its rows."""

    campaign: str
    stop: str
    event: str
    business: str
    campaign_id: int
    stop_id: int
    event_id: int
    ids: dict[str, int]  # name of an address's part: the row's number
    tokens: dict[str, str]  # endpoint without language: the secret of its link
    scopes: dict[str, Scope] = field(default_factory=dict)
    purpose: str = CATALOGUE  # of a consent
    parts: dict[str, str] = field(default_factory=dict)  # that load a row of youth


@dataclass
class World:
    """Both sides, and the ids of the people who work on the first."""

    app: Flask
    one: Side
    two: Side
    people: dict[str, int]
    built_at: datetime

    def is_still_there(self) -> bool:
        """Whether the database still holds this world and no other; inside a context."""
        campaign = db.session.get(Campaign, self.one.campaign_id)
        there = campaign is not None and campaign.created_at == self.built_at
        db.session.remove()  # Whoever empties the tables waits for open transactions.
        return there

    def client(self, who: str | None) -> FlaskClient:
        """A browser of a person of ``PEOPLE``, of "nobody" without a role, or of no one (None)."""
        client = self.app.test_client()
        if who is not None:
            with self.app.app_context():
                sign_in(self.app, client, db.session.get_one(User, self.people[who]))
        return client

    def address(self, rule: Rule, side: Side | None = None, /, **other: Any) -> str:
        """The address of a rule with the rows of a side; ``other`` replaces some of them."""
        values = {name: self.value(rule, name, side or self.one) for name in rule.arguments}
        other |= {
            name: ABSENT[name] for name, one in other.items() if one == NOBODYS and name in ABSENT
        }
        with self.app.test_request_context("/", base_url=self.app.config["GERNAS"].url):
            built = rule.build({**values, **other}, append_unknown=False)
        assert built is not None, rule.rule
        return built[1]

    def value(self, rule: Rule, name: str, side: Side) -> Any:
        """What stands for ``<name>`` in an address."""
        endpoint = plain_endpoint(rule)
        if name == "token":
            return side.tokens[endpoint]
        if name in FIXED:
            return FIXED[name]
        if name in side.parts:
            return side.parts[name]
        if name == "stop" and "<stop:stop>" in rule.rule:
            return f"{side.campaign}/{side.stop}"
        if name in ("campaign", "stop", "event", "business", "purpose"):
            return getattr(side, name)
        return side.ids[OTHER_ROWS.get(endpoint, name)]


def build_world(app: Flask) -> World:
    """Fill the empty database; inside a context."""
    one, two = _make_side(app, "satu"), _make_side(app, "dua")
    people = {
        name: make_user(role, one.scopes[kind], name=name.title()).id
        for name, (role, kind) in PEOPLE.items()
    }
    people["nobody"] = make_user(name="Nobody").id
    give_to(one.ids, people["administrator"])
    _store_picture(app)
    built_at = db.session.get_one(Campaign, one.campaign_id).created_at
    return World(app, one, two, people, built_at)


def list_rules(app: Flask, method: str | None = None) -> Iterator[Rule]:
    """The rules of the tables, or those for a method, always in the same order."""
    known = (rule for rule in app.url_map.iter_rules() if is_known(plain_endpoint(rule)))
    for rule in sorted(known, key=lambda rule: (rule.rule, rule.endpoint)):
        if method is None or method in (rule.methods or ()):
            yield rule


def plain_endpoint(rule: Rule) -> str:
    """The endpoint without the mark of its language."""
    blueprint, dot, view = rule.endpoint.partition(".")
    return f"{blueprint.removesuffix(ENGLISH)}{dot}{view}"


def is_office(rule: Rule) -> bool:
    return rule.rule == "/kelola" or rule.rule.startswith("/kelola/")


def _make_side(app: Flask, name: str) -> Side:
    campaign = make_campaign(slug=f"kampanye-{name}", description="Tentang **kami**.")
    stop = make_stop(campaign, slug=f"provinsi-{name}", manager="Kementerian")
    venue = make_venue(name=f"Balai {name}")
    first = date(2026, 12, 3)
    event = make_event(stop, slug=f"acara-{name}", starts_on=first, venue_id=venue.id)
    removed, item = save(_agenda_item(event)), save(_agenda_item(event))
    with transaction():
        remove_agenda_item(db.session.get_one(AgendaItem, removed.id), by=None)
    helper = _make_helper(stop, name)
    tokens, feed_id = _make_links(helper["user_id"], stop, name)
    with transaction():
        _publish(campaign, stop, event)
    businesses = make_business_rows(name)
    booths = make_booth_rows(event, name)
    youth, parts = make_youth_rows(event, name)
    scopes = {
        "all": Scope("all"),
        "campaign": campaign.scope,
        "stop": stop.scope,
        "event": event.scope,
    }
    return Side(
        campaign=campaign.slug,
        stop=stop.slug,
        event=event.slug,
        business=slug_of(businesses["business_id"]),
        campaign_id=campaign.id,
        stop_id=stop.id,
        event_id=event.id,
        ids={"venue_id": venue.id, "item_id": item.id, "removed_item_id": removed.id}
        | {"feed_id": feed_id, **helper, **businesses, **booths, **youth}
        | _make_indicator(campaign, stop)
        | _make_messages(app, name),
        tokens=tokens,
        scopes=scopes,
        parts=parts,
    )


def _agenda_item(event: Event) -> AgendaItem:
    moment = now()
    return AgendaItem(
        event_id=event.id,
        position=1,
        title="Pembukaan",
        speakers=["Ibu Sari"],
        created_at=moment,
        updated_at=moment,
    )


def _publish(campaign: Campaign, stop: Stop, event: Event) -> None:
    """Give the rows what services would have: log, history, calendar entries."""
    campaign, stop = db.session.get_one(Campaign, campaign.id), db.session.get_one(Stop, stop.id)
    event = db.session.get_one(Event, event.id)
    for row in (campaign, stop):
        note_change(f"{row.__tablename__}.added", row, {}, by=None, raising=(row.scope,))
    change = EventChange(event_id=event.id, at=now(), what="moved", before={}, after={})
    change.before = {"starts_on": "2026-11-30", "zone": event.zone, "status": "confirmed"}
    change.after = {"starts_on": "2026-12-03", "zone": event.zone, "status": "confirmed"}
    change.reason = "Gedung dipakai"
    db.session.add(change)
    log_change("event.edited", event, {"title": "Sebelumnya"}, by=None)
    finish([event])


def _make_helper(stop: Stop, name: str) -> dict[str, int]:
    """Someone with a role on the stop and everything that can be done to such a person."""
    helper = make_user(Role.VIEWER, stop.scope, email=f"pembantu-{name}@contoh.id")
    asker = make_user(Role.ADMINISTRATOR, email=f"peminta-{name}@contoh.id")
    moment = now()
    with transaction():
        person = db.session.get_one(User, helper.id)
        person.totp_secret, person.totp_since_at = "{}", moment
        grant = db.session.query(Grant).filter_by(user_id=helper.id).one()
    session = UserSession(user_id=helper.id, token_hash=f"{name:x<64}", means="code")
    session.created_at = session.seen_at = moment
    release = FactorRelease(user_id=helper.id, asked_by_id=asker.id, asked_at=moment)
    release.expires_at = moment + timedelta(days=1)
    save(release)
    return {
        "user_id": helper.id,
        "grant_id": grant.id,
        "session_id": save(session).id,
        "invitation_id": save(_invitation(stop, f"undangan-{name}")).id,
    }


def _invitation(stop: Stop, token: str) -> Invitation:
    moment = now()
    return Invitation(
        email=f"calon{stop.id}@contoh.id",
        role=Role.VIEWER,
        scope_kind="stop",
        scope_id=stop.id,
        starts_at=moment,
        token_hash=hash_secret(token),
        created_at=moment,
        sent_at=moment,
        expires_at=moment + timedelta(days=7),
    )


def _make_indicator(campaign: Campaign, stop: Stop) -> dict[str, int]:
    indicator = make_indicator(campaign)
    observation = Observation(
        indicator_id=indicator.id, stop_id=stop.id, kind="actual", value=7, created_at=now()
    )
    observation.on_date = date(2022, 6, 1)
    return {"indicator_id": indicator.id, "observation_id": save(observation).id}


def _make_messages(app: Flask, name: str) -> dict[str, int]:
    """A message that was given up, and one that was sent and is kept as a file."""
    failed, sent = (save(_message(f"{name}-{state}", state)) for state in ("failed", "sent"))
    folder = app.config["GERNAS"].instance / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    mail = "Subject: Uji\r\nTo: a@contoh.id\r\nContent-Type: text/plain\r\n\r\nHalo\r\n"
    (folder / file_name(sent.id)).write_text(mail)
    return {"message_id": failed.id, "sent_message_id": sent.id}


def _message(key: str, state: str) -> Message:
    moment = now()
    return Message(
        key=key,
        template="mail_test",
        language="id",
        recipient="penerima@contoh.id",
        placeholders={"url": "http://gernas.test"},
        is_secret=False,
        state=MessageState(state),
        attempts=1,
        due_at=moment,
        created_at=moment,
        finished_at=moment,
    )


def _make_links(user_id: int, stop: Stop, name: str) -> tuple[dict[str, str], int]:
    """A living secret for every link that leaves by mail and of a private feed; the feed's id."""
    moment = now()
    links = {LinkKind.RESET: f"setel-{name}", LinkKind.EMAIL: f"surel-{name}"}
    for kind, token in links.items():
        link = MailLink(kind=kind, user_id=user_id, token_hash=hash_secret(token))
        link.email, link.created_at = f"baru-{name}@contoh.id", moment
        link.expires_at = moment + timedelta(hours=1)
        save(link)
    with transaction():
        feed, feed_token = add_personal_feed(user_id, "HP")
    follows = {}
    for what in ("follow.confirm", "follow.leave"):
        with transaction():
            ask_to_follow(f"{what}-{name}@contoh.id", stop.scope, language="id")
        with transaction():
            follow = db.session.query(Follow).filter_by(email=f"{what}-{name}@contoh.id").one()
            follow.confirmed_at = moment if what == "follow.leave" else None
            follows[what] = get_token(follow)
    tokens = {
        "accounts.new_password": links[LinkKind.RESET],
        "accounts.new_email": links[LinkKind.EMAIL],
        "accounts.invitation": f"undangan-{name}",
        "calendars.personal": feed_token,
        "follow.leave_now": follows["follow.leave"],
        **follows,
    }
    return tokens, feed.id


def _store_picture(app: Flask) -> None:
    folder = app.config["GERNAS"].files
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PICTURE).write_bytes(b"RIFF\x04\x00\x00\x00WEBP")
