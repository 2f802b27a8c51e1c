"""Verbs on campaigns, stops and indicators; all the rules, no HTTP."""

from gernas.campaigns.services.campaigns import (
    add_campaign,
    archive_campaign,
    edit_campaign,
    publish_campaign,
    restore_campaign,
    withdraw_campaign,
)
from gernas.campaigns.services.indicators import (
    add_indicator,
    add_observation,
    edit_indicator,
    edit_observation,
    remove_indicator,
    remove_observation,
)
from gernas.campaigns.services.stops import add_stop, archive_stop, edit_stop, restore_stop

__all__ = [
    "add_campaign",
    "add_indicator",
    "add_observation",
    "add_stop",
    "archive_campaign",
    "archive_stop",
    "edit_campaign",
    "edit_indicator",
    "edit_observation",
    "edit_stop",
    "publish_campaign",
    "remove_indicator",
    "remove_observation",
    "restore_campaign",
    "restore_stop",
    "withdraw_campaign",
]
