"""Parts of back-office addresses that load a campaign or a stop."""

from werkzeug.routing import BaseConverter, ValidationError

from gernas.campaigns.models import Campaign, Stop
from gernas.campaigns.queries import find_campaign, find_stop

SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"


class CampaignConverter(BaseConverter):
    """``gernas-bbi-2022`` is a campaign; what is none does not match."""

    regex = SLUG

    def to_python(self, value: str) -> Campaign:
        campaign = find_campaign(value)
        if campaign is None:
            raise ValidationError
        return campaign

    def to_url(self, value: Campaign | str) -> str:
        return value if isinstance(value, str) else value.slug


class StopConverter(BaseConverter):
    """``gernas-bbi-2022/lampung`` is a stop; what is none does not match."""

    regex = f"{SLUG}/{SLUG}"
    part_isolating = False

    def to_python(self, value: str) -> Stop:
        campaign_slug, _, slug = value.partition("/")
        stop = find_stop(campaign_slug, slug)
        if stop is None:
            raise ValidationError
        return stop

    def to_url(self, value: Stop | str) -> str:
        return value if isinstance(value, str) else f"{value.campaign.slug}/{value.slug}"
