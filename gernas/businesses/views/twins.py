"""Records that may be one business: the list of cases, both side by side, merge and undo."""

from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.businesses.filters import read_page
from gernas.businesses.forms import BusinessForm, ButtonForm
from gernas.businesses.likeness import find_twins
from gernas.businesses.models import UNDO_MERGE_WITHIN, Business, CaseState, MergeCase
from gernas.businesses.queries import (
    find_case,
    find_merge,
    find_visible,
    list_cases,
    list_merges,
    search_businesses,
)
from gernas.businesses.services import (
    dismiss_case,
    merge_businesses,
    reopen_case,
    undo_merge,
)
from gernas.businesses.services.merging import MERGED
from gernas.businesses.values import SOCIAL, phone_words
from gernas.businesses.views.blueprint import bp, get_business, page, word_of
from gernas.core.clock import now
from gernas.core.database import transaction
from gernas.core.permissions import Permission, requires
from gernas.core.provinces import get_province
from gernas.core.saving import save_form
from gernas.core.text import clean_text
from gernas.core.web import say, see_other, signed_in_user

FROM_GONE = "gone"
_CODES = {"kind": "kind", "sector": "sector", "size_class": "size"}


@bp.get("/kelola/usaha/ganda")
@requires(Permission.MERGE_BUSINESSES)
def twins() -> ResponseReturnValue:
    """Pairs that look alike."""
    dismissed = request.args.get("keadaan") == "beda"
    state = CaseState.DISMISSED if dismissed else CaseState.OPEN
    number = read_page(request.args.get("halaman", ""))
    user = signed_in_user()
    return page(
        "twins.html",
        found=list_cases(user, state=state, page=number),
        dismissed=dismissed,
    )


@bp.get("/kelola/usaha/gabungan")
@requires(Permission.MERGE_BUSINESSES)
def merges() -> ResponseReturnValue:
    """What was merged, with undo for a week."""
    limit = now() - UNDO_MERGE_WITHIN
    return page("merges.html", merges=list_merges(signed_in_user()), limit=limit)


@bp.get("/kelola/usaha/<id:business_id>/ganda")
@requires(Permission.MERGE_BUSINESSES)
def look_for_twins(business_id: int) -> ResponseReturnValue:
    """Choose the other record: what looks alike, and what is found by a search."""
    business = get_business(business_id, Permission.MERGE_BUSINESSES)
    text = clean_text(request.args.get("q", "")[:400])[:100]
    user = signed_in_user()
    found = search_businesses(user, Permission.MERGE_BUSINESSES, text)
    alike = []
    for number, reasons in find_twins(business).items():
        other = find_visible(user, Permission.MERGE_BUSINESSES, number)
        if other is not None:
            alike.append((other, reasons))
    others = [row for row in found if row.id != business_id]
    return page("twins_of.html", business=business, alike=alike, found=others, text=text)


@bp.route("/kelola/usaha/<id:business_id>/ganda/<id:other_id>", methods=["GET", "POST"])
@requires(Permission.MERGE_BUSINESSES)
def compare(business_id: int, other_id: int) -> ResponseReturnValue:
    """Both records side by side; merging keeps the first of the address."""
    kept, gone = _get_both(business_id, other_id)
    form = ButtonForm()

    def show() -> str:
        return page(
            "compare.html",
            kept=kept,
            gone=gone,
            rows=_list_rows(kept, gone),
            case=find_case(signed_in_user(), kept.id, gone.id),
            form=form,
        )

    if request.method == "GET" or not form.validate():
        return show()
    chosen = frozenset(
        name for name in (*MERGED, "nib") if request.form.get(f"from_{name}") == FROM_GONE
    )
    merged: list[int] = []

    def save() -> None:
        both = _get_both(business_id, other_id)
        merge = merge_businesses(*both, from_gone=chosen, by=signed_in_user())
        merged.append(merge.id)

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("The two records are one now."), undo=url_for(".split", merge_id=merged[0]))
    return see_other(url_for(".show", business_id=business_id))


@bp.post("/kelola/usaha/gabungan/<id:merge_id>/batal")
@requires(Permission.MERGE_BUSINESSES)
def split(merge_id: int) -> ResponseReturnValue:
    with transaction():
        merge = find_merge(signed_in_user(), merge_id) or abort(404)
        undo_merge(merge, by=signed_in_user())
        gone_id, kept_id = merge.gone_id, merge.kept_id
    say(_("The two records are apart again."))
    return see_other(url_for(".compare", business_id=kept_id, other_id=gone_id))


@bp.post("/kelola/usaha/<id:business_id>/ganda/<id:other_id>/beda")
@requires(Permission.MERGE_BUSINESSES)
def dismiss(business_id: int, other_id: int) -> ResponseReturnValue:
    with transaction():
        dismiss_case(_get_case(business_id, other_id), by=signed_in_user())
    undo = url_for(".reopen", business_id=business_id, other_id=other_id)
    say(_("Noted: these are two businesses."), undo=undo)
    return see_other(url_for(".twins"))


@bp.post("/kelola/usaha/<id:business_id>/ganda/<id:other_id>/mungkin")
@requires(Permission.MERGE_BUSINESSES)
def reopen(business_id: int, other_id: int) -> ResponseReturnValue:
    with transaction():
        reopen_case(_get_case(business_id, other_id), by=signed_in_user())
    say(_("The pair is in the list again."))
    return see_other(url_for(".twins"))


def _get_both(business_id: int, other_id: int) -> tuple[Business, Business]:
    if business_id == other_id:
        abort(404)
    kept = get_business(business_id, Permission.MERGE_BUSINESSES)
    return kept, get_business(other_id, Permission.MERGE_BUSINESSES)


def _get_case(business_id: int, other_id: int) -> MergeCase:
    return find_case(signed_in_user(), business_id, other_id) or abort(404)


def _list_rows(kept: Business, gone: Business) -> list[dict[str, Any]]:
    """What both records say of each field: the label, both values in words, whether to choose."""
    form = BusinessForm(formdata=None)
    rows = []
    for name in ("name", "nib", *(n for n in MERGED if n != "name")):
        mine, theirs = getattr(kept, name), getattr(gone, name)
        if not mine and not theirs:
            continue
        label = form[name].label.text if name in form else _("Social accounts")
        words = [_words(name, value) for value in (mine, theirs)]
        differs = bool(mine and theirs and mine != theirs)
        verified = name == "nib" and bool(kept.nib_verified_at or gone.nib_verified_at)
        rows.append(
            {
                "name": name,
                "label": label,
                "mine": words[0],
                "theirs": words[1],
                "choose": differs and name != "social" and not verified,
                "differs": differs,
            }
        )
    return rows


def _words(name: str, value: Any) -> str:
    """A value as people read it; "" for none."""
    if not value:
        return ""
    if name in ("phone", "whatsapp"):
        return phone_words(value)
    if name in _CODES:
        return word_of(_CODES[name], value)
    if name == "social":
        return ", ".join(f"{SOCIAL[key][0]} {handle}" for key, handle in value.items())
    return get_province(value).name() if name == "province_code" else str(value)
