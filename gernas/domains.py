"""What spans domains is registered here, one function a domain, from the ground up."""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from gernas.core import views as core_views
from gernas.core.i18n import ENGLISH
from gernas.core.office import Part, register_part
from gernas.core.permissions import Permission


def register_domains(app: Flask) -> None:
    """Bring the domains together: blueprints, address converters, registries, commands."""
    _core(app)
    _audit(app)
    _messages(app)
    _calendars(app)
    _accounts(app)
    _campaigns(app)
    _events(app)
    _businesses(app)
    _registrations(app)
    _booths(app)
    _youth(app)
    _planner(app)
    _site(app)
    # Last in the menu, whichever domain they belong to.
    register_part(app, Part("people", _l("People"), "people.index", Permission.INVITE_PEOPLE))
    register_part(app, Part("audit", _l("Log"), "audit.index", Permission.READ_AUDIT))
    register_part(app, Part("messages", _l("Mail"), "messages.index", Permission.MANAGE_USERS))


def register_public(app: Flask, blueprint: Blueprint) -> None:
    """Register public pages twice: in Indonesian, and in English under ``/en``."""
    app.register_blueprint(blueprint)
    app.register_blueprint(blueprint, name=f"{blueprint.name}{ENGLISH}", url_prefix="/en")


def _core(app: Flask) -> None:
    app.register_blueprint(core_views.bp)


def _audit(app: Flask) -> None:
    from gernas.audit import chain  # noqa: F401 - registers what the worker does
    from gernas.audit.views import bp

    app.register_blueprint(bp)


def _messages(app: Flask) -> None:
    from gernas.messages import delivery  # noqa: F401 - registers what the worker does
    from gernas.messages.settings import check_mail_settings
    from gernas.messages.views import bp

    check_mail_settings(app.config["GERNAS"])
    app.register_blueprint(bp)


def _calendars(app: Flask) -> None:
    from gernas.accounts.own_data import register_own_data
    from gernas.accounts.views.account import offer
    from gernas.calendars import jobs  # noqa: F401 - registers the job
    from gernas.calendars.cli import calendar
    from gernas.calendars.queries import tell_personal_feeds
    from gernas.calendars.views import feeds, own

    app.register_blueprint(feeds.bp)
    app.register_blueprint(own.bp)
    app.template_context_processors[own.bp.name].append(offer)  # the tabs of one's own pages
    app.cli.add_command(calendar)
    register_own_data("private_calendars", lambda user: tell_personal_feeds(user.id))


def _accounts(app: Flask) -> None:
    from gernas.accounts import jobs  # noqa: F401 - registers what the worker does
    from gernas.accounts.cli import user
    from gernas.accounts.log_words import register_log_words
    from gernas.accounts.setup import init_accounts
    from gernas.accounts.views import account, door, people

    init_accounts(app)
    register_public(app, door.bp)
    app.register_blueprint(account.bp)
    app.register_blueprint(people.bp)
    app.cli.add_command(user)
    register_log_words()


def _campaigns(app: Flask) -> None:
    from gernas.calendars.scopes import register_feed_scope
    from gernas.campaigns.converters import CampaignConverter, StopConverter
    from gernas.campaigns.feeds import resolve_campaign_feed, resolve_stop_feed
    from gernas.campaigns.grant_scopes import register_grant_scopes
    from gernas.campaigns.log_words import register_log_words
    from gernas.campaigns.words import value_words

    app.url_map.converters["campaign"] = CampaignConverter
    app.url_map.converters["stop"] = StopConverter
    from gernas.campaigns.views import bp  # Its addresses need the converters.

    app.register_blueprint(bp)
    register_grant_scopes()
    register_log_words()
    register_feed_scope(resolve_campaign=resolve_campaign_feed, resolve_stop=resolve_stop_feed)
    app.jinja_env.globals["value_words"] = value_words
    register_part(app, Part("campaigns", _l("Campaigns"), "campaigns.index", Permission.SEE_PLANS))


def _events(app: Flask) -> None:
    from gernas.accounts.erasures import register_erasure
    from gernas.accounts.own_data import register_own_data
    from gernas.calendars.scopes import (
        register_entry_source,
        register_event_kinds,
        register_feed_scope,
        register_personal_entries,
    )
    from gernas.calendars.services import EntrySource
    from gernas.events.calendar import build_entries, list_entry_ids, resolve_event_feed
    from gernas.events.converters import EventConverter
    from gernas.events.follows import explain_forgetting, forget_person, tell_follows
    from gernas.events.grant_scopes import register_grant_scopes
    from gernas.events.log_words import register_log_words
    from gernas.events.personal import list_personal_uids
    from gernas.events.words import KIND_WORDS

    app.url_map.converters["event"] = EventConverter
    from gernas.events.views import bp  # Its addresses need the converters.

    app.register_blueprint(bp)
    register_grant_scopes()
    register_log_words()
    register_feed_scope(resolve_event=resolve_event_feed)
    register_event_kinds(lambda: {str(kind): words for kind, words in KIND_WORDS.items()})
    register_entry_source("events", EntrySource(list_entry_ids, build_entries))
    register_personal_entries("events", list_personal_uids)
    register_own_data("follows", tell_follows)
    register_erasure(explain=explain_forgetting, erase=forget_person)
    start = Part("start", _l("Overview"), "events.start", Permission.SEE_PLANS)
    app.extensions["office_parts"].insert(0, start)
    register_part(app, Part("venues", _l("Venues"), "events.venues", Permission.SEE_PLANS))


def _businesses(app: Flask) -> None:
    from gernas.accounts.erasures import register_erasure
    from gernas.accounts.mine import register_section
    from gernas.accounts.own_data import register_own_data
    from gernas.accounts.views.account import offer
    from gernas.businesses import jobs  # noqa: F401 - registers what the worker does
    from gernas.businesses.cli import import_group
    from gernas.businesses.log_words import register_log_words
    from gernas.businesses.mine import make_section
    from gernas.businesses.personal import tell_own_businesses
    from gernas.businesses.services.leaving import explain_forgetting, forget_person
    from gernas.businesses.views import bp, own, public

    app.register_blueprint(bp)
    app.register_blueprint(own.bp)
    app.template_context_processors[own.bp.name].append(offer)  # the tabs of one's own pages
    register_public(app, public.bp)
    app.cli.add_command(import_group)
    register_log_words()
    register_section(make_section)
    register_erasure(explain=explain_forgetting, erase=forget_person)
    register_own_data("businesses", tell_own_businesses)
    part = Part("businesses", _l("Businesses"), "businesses.index", Permission.SEE_BUSINESSES)
    register_part(app, part)


def _registrations(app: Flask) -> None:
    from gernas.accounts.arrivals import register_arrival
    from gernas.accounts.erasures import register_erasure
    from gernas.accounts.mine import register_section
    from gernas.accounts.own_data import register_own_data
    from gernas.accounts.views.account import offer
    from gernas.calendars.scopes import register_personal_entries
    from gernas.campaigns.panels import register_stop_panel
    from gernas.registrations import deciding_jobs, jobs  # noqa: F401 - what the worker does
    from gernas.registrations.businesses import register_with_businesses
    from gernas.registrations.converters import CallConverter, RegistrationConverter
    from gernas.registrations.log_words import register_log_words
    from gernas.registrations.mine import bring_together, make_data_section, make_section
    from gernas.registrations.panels import make_stop_panel
    from gernas.registrations.personal import list_personal_uids, tell_own_registrations
    from gernas.registrations.services.forgetting import explain_forgetting, forget_person
    from gernas.registrations.views import applicant

    app.url_map.converters["call"] = CallConverter
    app.url_map.converters["registration"] = RegistrationConverter
    from gernas.registrations.views.office import bp  # Its addresses need the converters.

    app.register_blueprint(bp)
    part = Part("registrations", _l("Calls"), "registrations.index", Permission.SEE_PLANS)
    app.extensions["office_parts"].insert(2, part)
    register_public(app, applicant.bp)
    app.register_blueprint(applicant.mine_bp)
    app.template_context_processors[applicant.mine_bp.name].append(offer)
    register_section(make_section)
    register_section(make_data_section)
    register_own_data("registrations", tell_own_registrations)
    register_arrival(bring_together)
    register_erasure(explain=explain_forgetting, erase=forget_person)  # after businesses
    register_personal_entries("registrations", list_personal_uids)
    register_stop_panel(make_stop_panel)
    register_log_words()
    register_with_businesses()


def _booths(app: Flask) -> None:
    from gernas.accounts.views.account import offer
    from gernas.booths import jobs  # noqa: F401 - registers what the worker does
    from gernas.booths.calendar import (
        build_plan_entries,
        keep_calendars_of,
        list_personal_uids,
        list_plan_ids,
    )
    from gernas.booths.finding import list_plans_of
    from gernas.booths.log_words import register_log_words
    from gernas.booths.panels import make_event_panel, make_further
    from gernas.booths.services.allocating import bring_back, release_of
    from gernas.booths.services.loading import release_slots
    from gernas.booths.views import bp, exhibitor, public
    from gernas.calendars.scopes import register_entry_source, register_personal_entries
    from gernas.calendars.services import EntrySource
    from gernas.core.revisions import register_dependents
    from gernas.events.calendar import register_further_entries
    from gernas.events.panels import register_event_panel
    from gernas.registrations.registries import (
        register_further,
        when_place_is_back,
        when_place_is_lost,
    )

    app.register_blueprint(bp)
    register_public(app, exhibitor.bp)
    app.register_blueprint(exhibitor.mine_bp)
    app.template_context_processors[exhibitor.mine_bp.name].append(offer)
    register_public(app, public.bp)
    register_log_words()
    register_event_panel(make_event_panel)
    register_further(make_further)
    when_place_is_lost(release_of)
    when_place_is_lost(release_slots)
    when_place_is_back(bring_back)
    register_dependents("plans", list_plans_of)
    register_further_entries("booths", keep_calendars_of)
    register_entry_source("booths", EntrySource(list_plan_ids, build_plan_entries))
    register_personal_entries("booths", list_personal_uids)


def _youth(app: Flask) -> None:
    from gernas.accounts.views.account import offer
    from gernas.youth.converters import MemberConverter, OrganisationConverter
    from gernas.youth.grant_scopes import register_grant_scopes

    app.url_map.converters["member"] = MemberConverter
    app.url_map.converters["organisation"] = OrganisationConverter

    from gernas.youth.views import bp, mine_bp, public_bp  # Its addresses need the converters.

    app.register_blueprint(bp)
    register_public(app, public_bp)
    app.register_blueprint(mine_bp)
    app.template_context_processors[mine_bp.name].append(offer)  # the tabs of one's own pages
    register_grant_scopes()
    _youth_members(app)
    _youth_shifts()
    _youth_helping()
    _youth_day()


def _youth_members(app: Flask) -> None:
    from gernas.accounts.arrivals import register_arrival
    from gernas.accounts.erasures import register_erasure
    from gernas.accounts.mine import register_section
    from gernas.accounts.own_data import register_own_data
    from gernas.campaigns.panels import register_stop_panel
    from gernas.youth.log_words import register_log_words
    from gernas.youth.mine import bring_together, make_section
    from gernas.youth.own_data import tell_own_youth
    from gernas.youth.panels import make_stop_panel
    from gernas.youth.services.forgetting import explain_forgetting, forget_person

    register_log_words()
    register_section(make_section)
    register_arrival(bring_together)
    register_erasure(explain=explain_forgetting, erase=forget_person)
    register_own_data("youth", tell_own_youth)
    register_stop_panel(make_stop_panel)
    register_part(app, Part("youth", _l("Youth"), "youth.start", Permission.SEE_YOUTH))


def _youth_shifts() -> None:
    from gernas.calendars.scopes import register_entry_source, register_personal_entries
    from gernas.calendars.services import EntrySource
    from gernas.events.calendar import register_further_entries
    from gernas.youth.members.endings import register_ending
    from gernas.youth.shifts import jobs as shift_jobs  # noqa: F401 - registers what the worker does
    from gernas.youth.shifts.calendar import (
        build_shift_entries,
        keep_calendars_of,
        list_personal_uids,
        list_shift_ids,
    )
    from gernas.youth.shifts.endings import end_shifts
    from gernas.youth.shifts.log_words import register_shift_words

    register_ending(end_shifts)
    register_shift_words()
    register_further_entries("youth", keep_calendars_of)
    register_entry_source("youth", EntrySource(list_shift_ids, build_shift_entries))
    register_personal_entries("youth", list_personal_uids)


def _youth_day() -> None:
    from gernas.events.panels import register_event_panel
    from gernas.youth.day.log_words import register_day_words
    from gernas.youth.day.panels import make_event_panel
    from gernas.youth.shifts import suggestion_jobs  # noqa: F401 - registers what the worker does

    register_day_words()
    register_event_panel(make_event_panel)


def _youth_helping() -> None:
    from gernas.youth.helping.businesses import register_with_businesses
    from gernas.youth.helping.endings import end_help, forget_help
    from gernas.youth.helping.log_words import register_helping_words
    from gernas.youth.helping.parts import (
        make_businesses_part,
        make_certificates_part,
        make_contents_part,
    )
    from gernas.youth.members.endings import register_ending, register_forgetting
    from gernas.youth.parts import register_member_part
    from gernas.youth.recognition import jobs as certificate_jobs  # noqa: F401 - registers what the worker does

    register_ending(end_help)
    register_forgetting(forget_help)
    register_with_businesses()
    register_helping_words()
    register_member_part(make_businesses_part, number=50)
    register_member_part(make_contents_part, number=60)
    register_member_part(make_certificates_part, number=70)


def _planner(app: Flask) -> None:
    from gernas.campaigns.services.editing import when_visibility_changes
    from gernas.events.services import renew_calendar_of
    from gernas.planner.views import bp

    app.register_blueprint(bp)
    when_visibility_changes(renew_calendar_of)


def _site(app: Flask) -> None:
    from gernas.site.views import bp, follow_bp, machines_bp

    register_public(app, bp)
    register_public(app, follow_bp)
    app.register_blueprint(machines_bp)
