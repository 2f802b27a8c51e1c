"""What higher domains tell the calendars: whose feeds there are, and what belongs to a person.

Calendars stand below campaigns and events, so these register themselves here when the
application is put together; registering again replaces.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from gernas.calendars.services import EntrySource
from gernas.core.permissions import Scope


@dataclass(frozen=True, kw_only=True)
class FeedScope:
    """A campaign, stop or event as its feed presents it."""

    kind: str  # campaign, stop or event
    id: int
    slugs: tuple[str, ...]  # the present ones, as in the feed's address; others redirect to them
    name: str  # e.g. Gernas BBI 2022: Lampung
    description: str  # plain text
    page_url: str  # absolute
    revision: Scope  # whose revision rises when the feed's bytes may change


# Each resolves present and former slugs; None when there is nothing public.
ResolveOne = Callable[[str], FeedScope | None]
ResolveStop = Callable[[str, str], FeedScope | None]


@dataclass
class _Registry:
    resolve_campaign: ResolveOne = lambda _slug: None
    resolve_stop: ResolveStop = lambda _campaign, _slug: None
    resolve_event: ResolveOne = lambda _slug: None
    list_event_kinds: Callable[[], Mapping[str, str]] = dict
    personal: dict[str, Callable[[int], Iterable[str]]] = field(default_factory=dict)
    sources: dict[str, EntrySource] = field(default_factory=dict)


_registry = _Registry()


def register_feed_scope(
    *,
    resolve_campaign: ResolveOne | None = None,
    resolve_stop: ResolveStop | None = None,
    resolve_event: ResolveOne | None = None,
) -> None:
    """Say how the slugs of feed addresses are resolved; each domain gives its own."""
    if resolve_campaign is not None:
        _registry.resolve_campaign = resolve_campaign
    if resolve_stop is not None:
        _registry.resolve_stop = resolve_stop
    if resolve_event is not None:
        _registry.resolve_event = resolve_event


def register_event_kinds(list_event_kinds: Callable[[], Mapping[str, str]]) -> None:
    """Say which kinds ``?jenis=`` knows, each with its name for people (may be lazy)."""
    _registry.list_event_kinds = list_event_kinds


def register_personal_entries(name: str, list_uids: Callable[[int], Iterable[str]]) -> None:
    """Add to everyone's private feeds what ``list_uids(user_id)`` returns at that moment."""
    _registry.personal[name] = list_uids


def register_entry_source(name: str, source: EntrySource) -> None:
    """Say how a domain renders all its entries again, for ``rerender_all_entries``."""
    _registry.sources[name] = source


def resolve_campaign(slug: str) -> FeedScope | None:
    return _registry.resolve_campaign(slug)


def resolve_stop(campaign: str, slug: str) -> FeedScope | None:
    return _registry.resolve_stop(campaign, slug)


def resolve_event(slug: str) -> FeedScope | None:
    return _registry.resolve_event(slug)


def list_event_kinds() -> Mapping[str, str]:
    return _registry.list_event_kinds()


def list_personal_uids(user_id: int) -> set[str]:
    """The UIDs of all that belongs to a person now."""
    return {uid for list_uids in _registry.personal.values() for uid in list_uids(user_id)}


def list_entry_sources() -> list[EntrySource]:
    return list(_registry.sources.values())
