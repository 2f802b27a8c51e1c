"""Words for help and recognition: what was done, how it stands, hours, platforms, badges."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.core.wording import number_words
from gernas.youth.helping.task_words import task_word
from gernas.youth.models import AssistanceState, Platform, ReportState

STATE_WORDS: Mapping[AssistanceState, Any] = {
    AssistanceState.WISHED: _l("Waits for someone"),
    AssistanceState.ACTIVE: _l("Under way"),
    AssistanceState.DONE: _l("Done"),
    AssistanceState.ENDED: _l("Ended"),
}
STATE_TONES: Mapping[AssistanceState, str] = {
    AssistanceState.WISHED: "wait",
    AssistanceState.ACTIVE: "good",
    AssistanceState.DONE: "good",
    AssistanceState.ENDED: "",
}
REPORT_WORDS: Mapping[ReportState, Any] = {
    ReportState.REPORTED: _l("Waits to be confirmed"),
    ReportState.CONFIRMED: _l("Confirmed as right"),
    ReportState.DISPUTED: _l("Not confirmed"),
    ReportState.WITHDRAWN: _l("Taken back"),
}
REPORT_TONES: Mapping[ReportState, str] = {
    ReportState.REPORTED: "wait",
    ReportState.CONFIRMED: "good",
    ReportState.DISPUTED: "bad",
    ReportState.WITHDRAWN: "",
}
PLATFORM_WORDS: Mapping[Platform, Any] = {
    Platform.INSTAGRAM: "Instagram",
    Platform.TIKTOK: "TikTok",
    Platform.YOUTUBE: "YouTube",
    Platform.FACEBOOK: "Facebook",
    Platform.X: "X",
    Platform.BLOG: _l("Blog"),
    Platform.OTHER: _l("Other website"),
}


def task_count_words(kind: str, count: int) -> tuple[str, str]:
    """``("Product photos", "24×")``."""
    return task_word(kind), f"{number_words(count)}×"


def platform_words(platform: str) -> str:
    return str(PLATFORM_WORDS[Platform(platform)])


def assistance_state_words(state: str) -> tuple[str, str]:
    """The words and the tone of a tag."""
    known = AssistanceState(state)
    return str(STATE_WORDS[known]), STATE_TONES[known]


def report_state_words(state: str) -> tuple[str, str]:
    """The words and the tone of a tag."""
    known = ReportState(state)
    return str(REPORT_WORDS[known]), REPORT_TONES[known]


def badge_words(badge: str) -> tuple[str, str]:
    """Name of a badge, and what it is for."""
    return {
        "first": (_("First day"), _("Came to a first shift.")),
        "day": (_("8 hours"), _("Eight hours of confirmed work.")),
        "week": (_("40 hours"), _("Forty hours of confirmed work.")),
        "companion": (_("Companion"), _("Helped a business, and its owner confirmed it.")),
        "three": (_("Three businesses"), _("Helped three businesses.")),
        "online": (_("Brought online"), _("Opened a shop online, or had its first order.")),
        "allround": (_("All-rounder"), _("Worked in three different roles.")),
    }[badge]
