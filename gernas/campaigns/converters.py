"""Parts of back-office addresses that load a campaign or a stop."""

from gernas.campaigns.models import Campaign, Stop
from gernas.campaigns.queries import find_campaign, find_stop
from gernas.core.routing import RowConverter

SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"


class CampaignConverter(RowConverter):
    """``gernas-bbi-2022`` is a campaign."""

    regex = SLUG

    def find(self, value: str) -> Campaign | None:
        return find_campaign(value)


class StopConverter(RowConverter):
    """``gernas-bbi-2022/lampung`` is a stop."""

    regex = f"{SLUG}/{SLUG}"
    part_isolating = False

    def find(self, value: str) -> Stop | None:
        campaign_slug, _, slug = value.partition("/")
        return find_stop(campaign_slug, slug)

    def address(self, row: Stop) -> str:
        return f"{row.campaign.slug}/{row.slug}"
