"""The waiting list of a call: who is where, what they wait for, which offers are out."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.core.clock import now
from gernas.core.database import transaction
from gernas.core.permissions import Permission, requires
from gernas.core.web import say, see_other, signed_in_user
from gernas.registrations.codes import code_words
from gernas.registrations.models import Call, CallQuota, QuotaDimension, Registration
from gernas.registrations.office_queries import count_by_state, list_offers, list_waiting
from gernas.registrations.services.deciding import offer_next
from gernas.registrations.views.office.blueprint import (
    bp,
    call_page,
    fetch_call,
    may_on,
    window_words,
)
from gernas.registrations.words import quota_words

PAGE_SIZE = 100
MOST_OFFERS = 200


@bp.get("/kelola/daftar/<call:call>/tunggu")
@requires(Permission.SEE_REGISTRATIONS)
def waiting(call: Call) -> ResponseReturnValue:
    numbers = count_by_state([call.id])[call.id]
    total = numbers.by_state.get("waitlisted", 0)
    pages = max(1, -(-total // PAGE_SIZE))
    wanted = request.args.get("halaman", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 7 else 1
    number = min(max(number, 1), pages)
    quotas = {(str(each.dimension), each.value): each for each in call.quotas}
    rows = list_waiting(call, page=number, size=PAGE_SIZE)
    return call_page(
        "waiting.html",
        call,
        rows=[
            ((number - 1) * PAGE_SIZE + place, row, _why(call, row, quotas))
            for place, row in enumerate(rows, 1)
        ],
        total=total,
        page_number=number,
        pages=pages,
        offers=list_offers(call, limit=MOST_OFFERS),
        window=window_words(call),
        may_decide=may_on(call, Permission.DECIDE_REGISTRATIONS),
        now=now(),
    )


@bp.post("/kelola/daftar/<call:call>/tunggu/tawarkan")
@requires(Permission.DECIDE_REGISTRATIONS)
def offer_place(call: Call) -> ResponseReturnValue:
    """Offer a free place to the next in line, who has a deadline to confirm."""
    with transaction():
        offered = offer_next(fetch_call(call), by=signed_in_user())
        name = f"{offered.label} ({code_words(offered.code)})" if offered is not None else ""
    if name:
        say(_("%(name)s has the place now, and gets a message.", name=name))
    else:
        say(_("Nobody can be offered a place: none is free, or nobody waits for it."))
    return see_other(url_for(".waiting", call=call))


def _why(
    call: Call, registration: Registration, quotas: dict[tuple[str, str], CallQuota]
) -> list[str]:
    """What keeps somebody waiting, in words; [] when a place is free for them."""
    keys = ((str(each), getattr(registration, str(each))) for each in QuotaDimension)
    own = [quotas[key] for key in keys if key in quotas]
    why = [
        _("Full: %(quota)s", quota=quota_words(quota)) for quota in own if quota.used >= quota.size
    ]
    return [_("All places are taken"), *why] if call.is_full else why
