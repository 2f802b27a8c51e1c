"""What spans domains is registered here, one function a domain, from the ground up."""

from flask import Blueprint, Flask

from gernas.config import Settings
from gernas.core import views as core_views
from gernas.core.i18n import ENGLISH


def register_domains(app: Flask, settings: Settings) -> None:
    """Bring the domains together: blueprints, address converters, registries, commands."""
    _core(app)
    _calendars(app)
    _campaigns(app)
    _events(app)


def register_public(app: Flask, blueprint: Blueprint) -> None:
    """Register public pages twice: in Indonesian, and in English under ``/en``."""
    app.register_blueprint(blueprint)
    app.register_blueprint(blueprint, name=f"{blueprint.name}{ENGLISH}", url_prefix="/en")


def _core(app: Flask) -> None:
    app.register_blueprint(core_views.bp)


def _calendars(app: Flask) -> None:
    from gernas.calendars import jobs  # noqa: F401 - registers the job
    from gernas.calendars.cli import calendar
    from gernas.calendars.views import bp

    app.register_blueprint(bp)
    app.cli.add_command(calendar)


def _campaigns(app: Flask) -> None:
    from gernas.campaigns.converters import CampaignConverter, StopConverter

    app.url_map.converters["campaign"] = CampaignConverter
    app.url_map.converters["stop"] = StopConverter


def _events(app: Flask) -> None:
    from gernas.events.converters import EventConverter

    app.url_map.converters["event"] = EventConverter
