"""What the pages of proposals show: the proposal beside the present state, and why."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from gernas.booths.assigning.reasons import Why
from gernas.booths.assigning.tasks import Answer, Found
from gernas.booths.choosing import HallView
from gernas.booths.giving import Giving, make_giving, shorten
from gernas.booths.models import Booth, Proposal, ProposalState
from gernas.booths.proposal_queries import list_groups
from gernas.booths.proposal_words import (
    Names,
    change_words,
    clash_words,
    missed_words,
    places_words,
    wish_words,
)
from gernas.booths.queries import list_sponsors
from gernas.booths.services.proposing import Accepted
from gernas.core.database import db
from gernas.registrations.models import Registration


@dataclass(frozen=True)
class Row:
    """An exhibitor in a proposal."""

    id: int
    name: str
    booth: str  # "" for none
    wish: str
    rank: int | None
    reasons: list[str]


@dataclass
class Shown:
    """A proposal that is worked out, with the state of now."""

    proposal: Proposal
    board: Giving
    rows: list[Row] = field(default_factory=list)
    placed: dict[int, int] = field(default_factory=dict)  # exhibitor by booth
    answer: Answer | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    clashes: list[list[str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    given: int = 0
    names: dict[int, str] = field(default_factory=dict)

    @property
    def halls(self) -> list[HallView]:
        """The halls in which a booth is given."""
        return [
            view for view in self.board.halls if any(one.id in self.placed for one in view.booths)
        ]

    @property
    def is_best(self) -> bool:
        return self.answer is not None and self.answer.found == Found.BEST

    @property
    def states(self) -> dict[int, str]:
        """How each booth looks once the proposal is accepted."""
        return {**self.board.tell_states(None), **dict.fromkeys(self.placed, "mine")}

    @property
    def marks(self) -> dict[int, str]:
        proposed = {
            booth: shorten(self.names.get(number, "")) for booth, number in self.placed.items()
        }
        return {**self.board.marks, **proposed}

    @property
    def say(self) -> Callable[[Booth], str]:
        def say(booth: Booth) -> str:
            return f"{booth.label}, {self.names.get(self.placed.get(booth.id, 0), '')}"

        return say


def show_proposal(proposal: Proposal) -> Shown:
    """All that the page of a proposal tells, in as many queries for a large one as for a small."""
    shown = Shown(proposal, make_giving(proposal.plan))
    if proposal.outcome is None:
        return shown
    answer = Answer.of(proposal.outcome["answer"])
    reasons = [Why.of(why) for why in proposal.outcome["why"]]
    accepted = Accepted.of(proposal.outcome.get("accepted") or {"given": [], "left_out": []})
    names = _name(proposal, answer, reasons)
    wishes = shown.board.wishes
    shown.answer, shown.figures = answer, proposal.outcome["figures"]
    shown.names = dict(names.exhibitors)
    shown.clashes = [clash_words(clash, names) for clash in answer.clashes]
    shown.left_out = [change_words(one, names) for one in accepted.left_out]
    shown.given = len(accepted.given)
    if proposal.state in (ProposalState.READY, ProposalState.FAILED):
        shown.placed = {spot: number for number, spot in answer.placed.items()}
    if answer.placed:
        shown.rows = [_make_row(why, names, wished=bool(wishes.get(why.id))) for why in reasons]
    return shown


def _make_row(why: Why, names: Names, *, wished: bool) -> Row:
    reasons = [missed_words(one, names) for one in why.missed]
    if why.unlucky_in and (places := places_words(why.unlucky_in)):
        reasons.insert(0, str(_("Came first, being unlucky in %(places)s.", places=places)))
    return Row(
        id=why.id,
        name=names.exhibitor(why.id),
        booth=names.booth(why.spot) if why.spot is not None else "",
        wish=wish_words(why.rank, wished=wished or bool(why.missed)),
        rank=why.rank,
        reasons=reasons,
    )


def _name(proposal: Proposal, answer: Answer, reasons: Iterable[Why]) -> Names:
    """What all the ids of a proposal are called."""
    exhibitors, booths = set(answer.placed), set(answer.placed.values())
    for why in reasons:
        exhibitors |= {why.id, *(one.other for one in why.missed if one.other)}
        booths |= {one.spot for one in why.missed}
    for clash in answer.clashes:
        exhibitors |= set(clash.exhibitors)
        booths |= set(clash.spots)
    labels = select(Registration.id, Registration.label).where(Registration.id.in_(exhibitors))
    spots = select(Booth.id, Booth.label).where(Booth.id.in_(booths))
    return Names(
        exhibitors=dict(db.session.execute(labels).all()),
        booths=dict(db.session.execute(spots).all()),
        groups={group.id: group.name for group in list_groups(proposal.plan)},
        sponsors={sponsor.id: sponsor.name for sponsor in list_sponsors(proposal.plan)},
    )
