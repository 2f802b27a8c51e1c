"""Proposals in words: the rules, why each exhibitor gets what, what clashes, what changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.booths.assigning.checking import Change, LeftOut
from gernas.booths.assigning.reasons import Cause, Missed
from gernas.booths.assigning.tasks import Clash, Clashing, Rule
from gernas.booths.models import ProposalState
from gernas.core.provinces import find_province
from gernas.core.wording import number_words

MOST_NAMES = 6

RULE_WORDS: Mapping[Rule, Any] = {
    Rule.EVERYONE: _l("Everyone gets a booth"),
    Rule.ZONE: _l("Zone and products fit"),
    Rule.SIZE: _l("Large enough"),
    Rule.POWER: _l("Enough power"),
    Rule.WATER: _l("Water where needed"),
    Rule.ACCESSIBLE: _l("Without steps where needed"),
    Rule.SPONSOR: _l("Blocks and quotas of sponsors"),
    Rule.APART: _l("The same product is not side by side"),
    Rule.TOGETHER: _l("Groups stand together"),
    Rule.FAIR: _l("Who was unlucky at earlier stops comes first"),
}
STATE_WORDS: Mapping[ProposalState, Any] = {
    ProposalState.WAITING: _l("Being worked out"),
    ProposalState.READY: _l("Ready"),
    ProposalState.FAILED: _l("No proposal"),
    ProposalState.ACCEPTED: _l("Accepted"),
    ProposalState.DISCARDED: _l("Discarded"),
}


@dataclass(frozen=True)
class Names:
    """What ids are called; of rows that are gone nothing is known."""

    exhibitors: Mapping[int, str]
    booths: Mapping[int, str]
    groups: Mapping[int, str]
    sponsors: Mapping[int, str]

    def exhibitor(self, number: int | None) -> str:
        return self.exhibitors.get(number or 0, "?")

    def booth(self, number: int) -> str:
        return self.booths.get(number, "?")


def rules_words(rules: Iterable[Rule]) -> str:
    """``“Zone and products fit”, “Enough power”``."""
    return ", ".join(f"\N{LEFT DOUBLE QUOTATION MARK}{RULE_WORDS[rule]}”" for rule in rules)


def wish_words(rank: int | None, *, wished: bool) -> str:
    """Which wish is fulfilled."""
    if rank is not None:
        return str({1: _("First wish"), 2: _("Second wish"), 3: _("Third wish")}[rank])
    return str(_("None of the wishes")) if wished else str(_("Had no wishes"))


def missed_words(missed: Missed, names: Names) -> str:
    """Why a wish is not fulfilled, or why there is no booth, as a sentence."""
    values = {"booth": names.booth(missed.spot), "name": names.exhibitor(missed.other)}
    rules = rules_words(missed.rules)
    free = missed.other is None
    sentences = {
        Cause.UNFIT: _("%(booth)s does not fit: %(rules)s.", rules=rules, **values),
        Cause.TAKEN: _("%(booth)s belongs to %(name)s already.", **values),
        Cause.LOCKED: _("%(booth)s is given by hand only.", **values),
        Cause.UNLUCKY: _unlucky_words(missed, values),
        Cause.HIGHER: _("%(booth)s goes to %(name)s, who wished for it more.", **values),
        Cause.EARLIER: _("%(booth)s goes to %(name)s, who applied earlier.", **values),
        Cause.APART: _(
            "%(booth)s does not work: %(name)s shows the same product beside it.", **values
        ),
        Cause.TOGETHER: _("%(booth)s does not work: the group stands elsewhere.", **values),
        Cause.WHOLE: _("%(booth)s stays free, so that all else fits.", **values)
        if free
        else _("%(booth)s goes to %(name)s, so that more wishes come true in all.", **values),
        Cause.NOTHING_FITS: _("No free booth fits: %(rules)s.", rules=rules),
        Cause.FULL: _("There are not enough booths for all."),
    }
    return str(sentences[missed.cause])


def _unlucky_words(missed: Missed, values: Mapping[str, str]) -> str:
    places = places_words(missed.provinces)
    if not places:
        return str(_("%(booth)s goes to %(name)s, who was unlucky before.", **values))
    return str(
        _("%(booth)s goes to %(name)s, who was unlucky in %(places)s.", places=places, **values)
    )


def places_words(provinces: Iterable[str]) -> str:
    """``Jambi, Lampung``."""
    found = (find_province(code) for code in provinces)
    return ", ".join(str(one) for one in found if one is not None)


def change_words(left_out: LeftOut, names: Names) -> str:
    """Why a proposed booth was not given, as a sentence."""
    booth = names.booth(left_out.spot)
    sentences = {
        Change.HAS_ONE: _("has a booth by now, or is choosing one"),
        Change.NO_PLACE: _("has no place in the call any more"),
        Change.GONE: _("%(booth)s is not on the plan any more", booth=booth),
        Change.TAKEN: _("someone else has %(booth)s by now", booth=booth),
        Change.LOCKED: _("%(booth)s is given by hand only", booth=booth),
        Change.RULES: _("%(booth)s does not fit any more", booth=booth),
    }
    what = str(sentences[left_out.change])
    if left_out.rules:
        what = f"{what} ({rules_words(left_out.rules)})"
    return f"{names.exhibitor(left_out.id)}: {what}."


def clash_words(clash: Clash, names: Names) -> list[str]:
    """What stands against each other, and what would help, in sentences."""
    who = _list_words([names.exhibitor(one) for one in clash.exhibitors])
    sentences = {
        Clashing.NO_BOOTH: _no_booth_words(clash, who),
        Clashing.TOO_FEW: _too_few_words(clash, names, who),
        Clashing.QUOTA: _(
            "%(sponsor)s has more exhibitors without a booth than its quota allows: %(names)s.",
            sponsor=_list_words([names.sponsors.get(one, "?") for one in clash.sponsors]),
            names=who,
        ),
        Clashing.RULES: _("These do not go together: %(parts)s.", parts=_parts_words(clash, names)),
    }
    found = [str(sentences[clash.kind])]
    if clash.helps:
        helps = rules_words(clash.helps)
        found.append(
            str(_("Switching off one of these rules would help: %(rules)s.", rules=helps))
            if len(clash.helps) > 1
            else str(_("Switching off this rule would help: %(rules)s.", rules=helps))
        )
    return found


def _no_booth_words(clash: Clash, who: str) -> str:
    rules = rules_words(clash.rules)
    return str(_("No free booth fits %(name)s: %(rules)s.", name=who, rules=rules))


def _too_few_words(clash: Clash, names: Names, who: str) -> str:
    count, booths = number_words(len(clash.exhibitors)), number_words(len(clash.spots))
    if not clash.rules:
        return str(
            _(
                "There are %(count)s exhibitors without a booth, and %(booths)s free booths.",
                count=count,
                booths=booths,
            )
        )
    return str(
        _(
            "%(count)s exhibitors can only have %(booths)s booths between them (%(labels)s),"
            " by these rules: %(rules)s. They are: %(names)s.",
            count=count,
            booths=booths,
            labels=_list_words([names.booth(one) for one in clash.spots]) or "–",
            rules=rules_words(clash.rules),
            names=who,
        )
    )


def _parts_words(clash: Clash, names: Names) -> str:
    parts = [
        *(_("“%(product)s” not side by side", product=one) for one in clash.products),
        *(
            _("the group “%(group)s” together", group=names.groups.get(one, "?"))
            for one in clash.groups
        ),
        *(
            _("the quota of %(sponsor)s", sponsor=names.sponsors.get(one, "?"))
            for one in clash.sponsors
        ),
    ]
    return "; ".join(str(part) for part in parts)


def _list_words(words: Sequence[str]) -> str:
    """The first few by name, the others counted."""
    shown = ", ".join(words[:MOST_NAMES])
    rest = len(words) - MOST_NAMES
    if rest <= 0:
        return shown
    return str(_("%(names)s and %(count)s more", names=shown, count=number_words(rest)))
