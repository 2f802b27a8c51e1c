"""Who may open what: every route as every role, and the rows of others as if there were none."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.accounts.door import csrf_token
from tests.security.world import NOBODYS, PEOPLE, World, is_office, list_rules, plain_endpoint

# administrator, campaign manager, stop manager, organizer, organizer of the event alone, viewer,
# viewer of the stop, nobody (signed in, no role), signed out
COLUMNS = (*PEOPLE, "nobody", None)
SIGNS = "ACSOEVWN-"

# + lets in, x refuses (403), 0 there is no such thing (404), > to the sign-in page. The rows are
# those of the first side; private feeds and devices are someone else's.
TABLE = """
                                     A C S O E V W N -
events.start                         + + + + + + + x >
campaigns.index                      + + + + + + + x >
campaigns.add                        + x x x x x x x >
campaigns.show                       + + 0 0 0 + 0 0 >
campaigns.edit                       + + 0 0 0 x 0 0 >
campaigns.publish                    + + 0 0 0 x 0 0 >
campaigns.withdraw                   + + 0 0 0 x 0 0 >
campaigns.archive                    + + 0 0 0 x 0 0 >
campaigns.restore                    + + 0 0 0 x 0 0 >
campaigns.indicators                 + + 0 0 0 + 0 0 >
campaigns.show_indicator             + + 0 0 0 + 0 0 >
campaigns.add_indicator_page         + + 0 0 0 x 0 0 >
campaigns.edit_indicator_page        + + 0 0 0 x 0 0 >
campaigns.remove_indicator_page      + + 0 0 0 x 0 0 >
campaigns.add_observation_page       + + 0 0 0 x 0 0 >
campaigns.edit_observation_page      + + 0 0 0 x 0 0 >
campaigns.remove_observation_page    + + 0 0 0 x 0 0 >
campaigns.add_stop_page              + + 0 0 0 x 0 0 >
campaigns.show_stop                  + + + + 0 + + 0 >
campaigns.edit_stop_page             + + + x 0 x x 0 >
campaigns.archive_stop_page          + + x x 0 x x 0 >
campaigns.restore_stop_page          + + x x 0 x x 0 >
planner.copy_campaign_page           + x 0 0 0 x 0 0 >
planner.copy_stop_page               + + x x 0 x x 0 >
events.roadshow                      + + 0 0 0 + 0 0 >
events.list_campaign_events          + + 0 0 0 + 0 0 >
events.print_campaign_events         + + 0 0 0 + 0 0 >
events.export_campaign_events        + + 0 0 0 + 0 0 >
events.add_to_campaign               + + 0 0 0 x 0 0 >
events.list_stop_events              + + + + 0 + + 0 >
events.print_stop_events             + + + + 0 + + 0 >
events.export_stop_events            + + + + 0 + + 0 >
events.add_to_stop                   + + + + 0 x x 0 >
events.show                          + + + + + + + 0 >
events.edit                          + + + + + x x 0 >
events.postpone                      + + + + + x x 0 >
events.cancel                        + + + + + x x 0 >
events.revive                        + + + + + x x 0 >
events.confirm                       + + + + + x x 0 >
events.archive                       + + + + + x x 0 >
events.restore                       + + + + + x x 0 >
events.copy                          + + + + + + + 0 >
events.add_to_agenda                 + + + + + x x 0 >
events.edit_agenda                   + + + + + x x 0 >
events.move_up                       + + + + + x x 0 >
events.move_down                     + + + + + x x 0 >
events.remove_from_agenda            + + + + + x x 0 >
events.restore_to_agenda             + + + + + x x 0 >
events.preview                       + + + + + x x x >
events.venues                        + + + + + + + x >
events.venue                         + + + + + + + x >
events.venue_choices                 + + + + + x x x >
events.new_venue                     + + + + + x x x >
events.change_venue                  + + + + + x x x >
events.put_venue_away                + + + + + x x x >
events.bring_venue_back              + + + + + x x x >
events.merge_venue                   + + + + + x x x >
core.components                      + + + + + + + x >
audit.index                          + + + x x x x x >
audit.print_entries                  + + + x x x x x >
people.index                         + + + x x x x x >
people.show                          + + + x x x x x >
people.invite                        + + + x x x x x >
people.invited                       + + + x x x x x >
people.resend                        + + + x x x x x >
people.withdraw                      + + + x x x x x >
people.end                           + + + x x x x x >
people.restore                       + + + x x x x x >
people.ask_release                   + + + x x x x x >
people.agree_release                 + + + x x x x x >
people.deactivate                    + x x x x x x x >
people.activate                      + x x x x x x x >
people.end_sessions                  + x x x x x x x >
people.end_session                   + x x x x x x x >
messages.index                       + x x x x x x x >
messages.show                        + x x x x x x x >
messages.retry                       + x x x x x x x >
account.mine                         + + + + + + + + >
account.profile                      + + + + + + + + >
account.email                        + + + + + + + + >
account.password                     + + + + + + + + >
account.factor                       + + + + + + + + >
account.recovery_codes               + + + + + + + + >
account.remove_factor                + + + + + + + + >
account.sessions                     + + + + + + + + >
account.end_one                      + + + + + + + + >
account.end_others                   + + + + + + + + >
businesses.index                     + + + + + + + x >
businesses.export_xlsx               + + + + + + + x >
businesses.export_csv                + + + + + + + x >
businesses.export_contacts           + + + + + x x x >
businesses.add                       + + + + + x x x >
businesses.twins                     + + + + + x x x >
businesses.merges                    + + + + + x x x >
businesses.import_list               + + + + + x x x >
businesses.import_template           + + + + + x x x >
businesses.show                      + + 0 0 0 + 0 x >
businesses.edit                      + + 0 0 0 x x x >
businesses.verify                    + + 0 0 0 x x x >
businesses.unverify                  + + 0 0 0 x x x >
businesses.archive                   + + 0 0 0 x x x >
businesses.restore                   + + 0 0 0 x x x >
businesses.nik                       + + 0 0 0 x x x >
businesses.reveal_nik                + + 0 0 0 x x x >
businesses.remove_nik                + + 0 0 0 x x x >
businesses.consent                   + + 0 0 0 x x x >
businesses.end_consent               + + 0 0 0 x x x >
businesses.erase                     + + 0 0 0 x x x >
businesses.approve_certificate       + + 0 0 0 x x x >
businesses.disapprove_certificate    + + 0 0 0 x x x >
businesses.look_for_twins            + + 0 0 0 x x x >
businesses.compare                   + + 0 0 0 x x x >
businesses.split                     + + 0 0 0 x x x >
businesses.dismiss                   + + 0 0 0 x x x >
businesses.reopen                    + + 0 0 0 x x x >
businesses.new_product               + + 0 0 0 x x x >
businesses.change_product            + + 0 0 0 x x x >
businesses.put_product_away          + + 0 0 0 x x x >
businesses.bring_product_back        + + 0 0 0 x x x >
businesses.new_certificate           + + 0 0 0 x x x >
businesses.change_certificate        + + 0 0 0 x x x >
businesses.drop_certificate          + + 0 0 0 x x x >
businesses.certificate_file          + + 0 0 0 x x x >
businesses.new_channel               + + 0 0 0 x x x >
businesses.drop_channel              + + 0 0 0 x x x >
businesses.new_person                + + 0 0 0 x x x >
businesses.drop_person               + + 0 0 0 x x x >
businesses.import_one                + 0 0 0 0 x x x >
businesses.import_progress           + 0 0 0 0 x x x >
businesses.import_match              + 0 0 0 0 x x x >
businesses.import_take               + 0 0 0 0 x x x >
businesses.import_undo               + 0 0 0 0 x x x >
businesses.import_drop               + 0 0 0 0 x x x >
own_businesses.index                 + + + + + + + + >
own_businesses.add                   + + + + + + + + >
own_businesses.show                  + 0 0 0 0 0 0 0 >
own_businesses.edit                  + 0 0 0 0 0 0 0 >
own_businesses.accept                0 0 0 0 0 0 0 0 >
own_businesses.decline               0 0 0 0 0 0 0 0 >
own_businesses.consent               + 0 0 0 0 0 0 0 >
own_businesses.end_consent           + 0 0 0 0 0 0 0 >
own_businesses.nik                   + 0 0 0 0 0 0 0 >
own_businesses.remove_nik            + 0 0 0 0 0 0 0 >
own_businesses.download              + 0 0 0 0 0 0 0 >
own_businesses.consents              + 0 0 0 0 0 0 0 >
own_businesses.ask_erase             + 0 0 0 0 0 0 0 >
own_businesses.keep                  + 0 0 0 0 0 0 0 >
own_businesses.new_product           + 0 0 0 0 0 0 0 >
own_businesses.change_product        + 0 0 0 0 0 0 0 >
own_businesses.put_product_away      + 0 0 0 0 0 0 0 >
own_businesses.bring_product_back    + 0 0 0 0 0 0 0 >
own_businesses.new_certificate       + 0 0 0 0 0 0 0 >
own_businesses.change_certificate    + 0 0 0 0 0 0 0 >
own_businesses.drop_certificate      + 0 0 0 0 0 0 0 >
own_businesses.certificate_file      + 0 0 0 0 0 0 0 >
own_businesses.new_channel           + 0 0 0 0 0 0 0 >
own_businesses.drop_channel          + 0 0 0 0 0 0 0 >
own_businesses.new_person            + 0 0 0 0 0 0 0 >
own_businesses.drop_person           + 0 0 0 0 0 0 0 >
own_calendar.index                   + + + + + + + + >
own_calendar.add                     + + + + + + + + >
own_calendar.revoke                  0 0 0 0 0 0 0 0 >
"""

# Venues are everyone's, messages the administrators'; a business belongs to no campaign.
BUSINESS_ROWS = {"business_id", "other_id", "product_id", "certificate_id", "channel_id"}
BUSINESS_ROWS |= {"person_id", "merge_id", "import_id", "purpose"}
SHARED = {"venue_id", "message_id"} | BUSINESS_ROWS
NOWHERE = {
    "campaign": "kampanye-lain",
    "stop": "kampanye-lain/provinsi-lain",
    "event": "acara-lain",
}

PUBLIC = """
site.home site.list_campaigns site.campaign site.stop site.list_events site.event site.calendars
site.about site.help site.privacy site.contact machines.robots machines.sitemap
calendars.site calendars.campaign calendars.stop calendars.event calendars.personal
follow.event follow.campaign follow.stop follow.sent follow.confirm follow.leave follow.leave_now
accounts.sign_in accounts.code accounts.new_code accounts.password accounts.factor accounts.forgot
accounts.forgot_sent accounts.new_password accounts.new_email accounts.invitation accounts.sign_out
events.file catalogue.index catalogue.show core.healthz core.readyz core.metrics static other_static
"""


def expected() -> dict[str, str]:
    """The signs of each endpoint of ``TABLE``, in the order of ``COLUMNS``."""
    lines = [line.split() for line in TABLE.strip().splitlines()[1:]]
    return {name: "".join(signs) for name, *signs in lines}


def test_the_table_names_every_route_and_no_other(world: World) -> None:
    """ASVS 8.1.1: whoever adds a route says here who may open it."""
    routes = {plain_endpoint(rule) for rule in list_rules(world.app)}

    assert {*expected(), *PUBLIC.split()} == routes


@pytest.mark.usefixtures("nothing_is_kept")
def test_every_role_gets_as_far_as_the_table_says(world: World) -> None:
    """ASVS 8.2.1, 8.3.1: each route by each method as each role; nothing is kept of it."""
    seen = dict.fromkeys(expected(), "")
    for who in COLUMNS:
        client = world.client(who)
        token = csrf_token(client, "/akun" if who else "/masuk")
        for rule, methods in _guarded(world):
            verdicts = {_verdict(_send(client, world, rule, m, token)) for m in methods}
            seen[plain_endpoint(rule)] += verdicts.pop() if len(verdicts) == 1 else str(verdicts)

    wrong = {name: (signs, expected()[name]) for name, signs in seen.items()}
    assert {name: pair for name, pair in wrong.items() if pair[0] != pair[1]} == {}


def test_public_routes_are_open_to_everyone(own_world: World) -> None:
    """ASVS 8.2.1."""
    world, shut = own_world, []
    for who in ("administrator", None):
        client = world.client(who)
        token = csrf_token(client, "/masuk/kata-sandi")
        for rule in list_rules(world.app):
            if plain_endpoint(rule) not in PUBLIC.split():
                continue
            for method in _methods(rule):
                status = _send(client, world, rule, method, token).status_code
                if status in (401, 403, 404, 405, 500):
                    shut.append((method, rule.rule, status))

    assert [one for one in shut if one[1] != "/metrics"] == []


@pytest.mark.parametrize(
    ("who", "methods"),
    [
        ("campaign manager", ("GET", "POST", "HEAD", "OPTIONS", "PUT")),
        ("organizer of the event", ("GET", "POST")),
        ("viewer", ("GET", "POST")),
        ("nobody", ("GET", "POST")),
        (None, ("GET", "POST", "HEAD", "OPTIONS", "PUT")),
    ],
)
def test_the_other_campaign_might_as_well_not_be_there(
    world: World, who: str | None, methods: tuple[str, ...]
) -> None:
    """ASVS 8.2.2, 8.4.1: its rows, alone or among ours, get the answer of rows that are nowhere."""
    client = world.client(who)
    token = csrf_token(client, "/akun" if who else "/masuk")
    differences = []
    for method in methods:
        for address, nowhere in _pairs(world):
            found = _describe(_open(client, method, address, token))
            missed = _describe(_open(client, method, nowhere, token))
            if found != missed:
                differences.append((method, address, found[0], missed[0]))

    assert differences == []


@pytest.mark.parametrize("who", ["campaign manager", None])
def test_a_form_without_its_token_does_not_tell_what_is_there(
    world: World, who: str | None
) -> None:
    """ASVS 8.2.2: the token is asked for before the row is looked at, or after, but always so."""
    client = world.client(who)
    differences = []
    for address, nowhere in _pairs(world):
        found, missed = _describe(client.post(address)), _describe(client.post(nowhere))
        if found != missed:
            differences.append((address, found[0], missed[0]))

    assert differences == []


def test_the_way_to_the_sign_in_page_does_not_tell_what_is_there(world: World) -> None:
    """ASVS 8.2.2: the page to come back to is kept whether or not there is such a row."""
    client = world.client(None)
    there, nowhere = (
        client.get("/masuk/kata-sandi", query_string={"next": f"/kelola/{slug}"}).text
        for slug in (world.two.campaign, NOWHERE["campaign"])
    )

    assert f"next=/kelola/{world.two.campaign}" in there
    assert _without_names(there) == _without_names(nowhere)


def _guarded(world: World) -> Iterator[tuple[Rule, list[str]]]:
    names = expected()
    for rule in list_rules(world.app):
        if plain_endpoint(rule) in names:
            yield rule, _methods(rule)


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def _pairs(world: World) -> Iterator[tuple[str, str]]:
    """Addresses with rows of the other side, each with its like that has a row of nobody."""
    for rule in list_rules(world.app):
        parts = set(rule.arguments)
        if not is_office(rule) or not parts - SHARED:
            continue
        nowhere = world.address(rule, **{name: NOWHERE.get(name, NOBODYS) for name in parts})
        yield world.address(rule, world.two), nowhere
        if len(parts) > 1:
            for name in parts - set(NOWHERE):
                theirs = {name: world.value(rule, name, world.two)}
                yield world.address(rule, **theirs), world.address(rule, **{name: NOBODYS})
                ours = {name: world.value(rule, name, world.one)}
                yield world.address(rule, world.two, **ours), nowhere
        if "<stop:stop>" in rule.rule:
            yield world.address(rule, stop=f"{world.one.campaign}/{world.two.stop}"), nowhere
            yield world.address(rule, stop=f"{world.two.campaign}/{world.one.stop}"), nowhere


def _send(client: FlaskClient, world: World, rule: Rule, method: str, token: str) -> TestResponse:
    return _open(client, method, world.address(rule), token)


def _open(client: FlaskClient, method: str, address: str, token: str) -> TestResponse:
    if method in ("GET", "HEAD", "OPTIONS"):
        return client.open(address, method=method, buffered=True)
    return client.open(address, method=method, data={"csrf_token": token}, buffered=True)


def _verdict(answer: TestResponse) -> str:
    status, location = answer.status_code, answer.headers.get("Location", "")
    if status in (302, 303) and location.partition("?")[0] in ("/masuk", "/en/masuk"):
        return ">"
    if status in (200, 302, 303, 409, 410, 418, 422):
        return "+"
    return {403: "x", 404: "0"}.get(status, f"[{status} {answer.request.path}]")


def _describe(answer: TestResponse) -> tuple[int, str, str, str]:
    """What a reader can tell of an answer, without the names that he asked with himself."""
    headers = dict(answer.headers)
    headers.pop("X-Request-ID")
    text = answer.text.replace(answer.headers["X-Request-ID"], "")
    location = headers.pop("Location", "").partition("?")[0]
    for name in ("Set-Cookie", "Content-Length"):
        headers.pop(name, None)
    return answer.status_code, location, str(sorted(headers.items())), _without_names(text)


def _without_names(text: str) -> str:
    text = re.sub(r"IjQ?[\w-]+\.[\w-]+\.[\w-]+", "token", text)
    return re.sub(r"[a-z]+-(?:satu|dua|lain)|\d+", "", text)
