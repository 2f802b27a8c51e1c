"""One's own pages: where to go, and the account with its ways in and its sessions."""

from typing import Any

from flask import Blueprint, g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.accounts.door import fresh, landing, let_in
from gernas.accounts.erasures import explain_erasure
from gernas.accounts.errors import WrongFactorCode
from gernas.accounts.forms import (
    ChangeEmailForm,
    ChangePasswordForm,
    ProfileForm,
    SetUpFactorForm,
)
from gernas.accounts.mine import list_sections
from gernas.accounts.models import User
from gernas.accounts.passwords import hash_password, is_right_password
from gernas.accounts.present import signed_in_user
from gernas.accounts.queries import count_recovery_codes, find_erasure, get_user, list_sessions
from gernas.accounts.scopes import scope_labels
from gernas.accounts.services import attempts, erasing, own_account
from gernas.accounts.services.attempts import claim_tries, give_back
from gernas.accounts.services.sessions import end_session, end_sessions
from gernas.accounts.totp import get_totp
from gernas.accounts.words import role_words
from gernas.core.clock import now
from gernas.core.database import transaction
from gernas.core.permissions import signed_in
from gernas.core.routing import fixed_url
from gernas.core.web import say, see_other
from gernas.core.wording import moment_words

bp = Blueprint("account", __name__)

PENDING = "totp"  # in the cookie: the encrypted secret of an app that is being set up
ZONE = "Asia/Jakarta"


@bp.context_processor
def offer() -> dict[str, Any]:
    return {
        "account_nav": (
            ("mine", _("My pages"), fixed_url("account.mine")),
            ("calendar", _("Calendar"), fixed_url("own_calendar.index")),
            ("profile", _("Account"), fixed_url("account.profile")),
            ("sessions", _("Devices"), fixed_url("account.sessions")),
        ),
        "zone": ZONE,
    }


@bp.get("/saya")
@signed_in
def mine() -> ResponseReturnValue:
    """Who I am, what I hold, where to go."""
    user = signed_in_user()
    labels = scope_labels([held.scope for held in user.held])
    roles = [(role_words(held.role), labels[held.scope], held.until) for held in user.held]
    return render_template("accounts/mine.html", roles=roles, sections=list_sections(user))


@bp.route("/akun", methods=["GET", "POST"])
@signed_in
def profile() -> ResponseReturnValue:
    """Name and language; the ways in, each with its own page."""
    user = signed_in_user()
    form = ProfileForm(obj=user)
    if form.validate_on_submit():
        with transaction():
            own_account.change_profile(
                get_user(user.id), name=form.name.data, language=form.language.data
            )
        say(_("Kept."))
        return see_other(url_for(".profile"))
    codes = count_recovery_codes(user) if user.has_second_factor else 0
    page = render_template("accounts/profile.html", form=form, recovery_codes=codes)
    return page, 422 if form.errors else 200


@bp.route("/akun/surel", methods=["GET", "POST"])
@signed_in
@fresh
def email() -> ResponseReturnValue:
    """Ask for another address; it counts once the link sent there was opened."""
    user = signed_in_user()
    form = ChangeEmailForm()
    if form.validate_on_submit():
        if form.email.data == user.email:
            form.refuse(form.email, _("This is your address already."))
        else:
            claim_tries(attempts.by_user(attempts.MAIL_CHANGES, user.id))
            with transaction():
                own_account.ask_for_email_change(get_user(user.id), form.email.data)
            say(_("We sent a link to %(email)s. Open it within an hour.", email=form.email.data))
            return see_other(url_for(".profile"))
    return render_template("accounts/email.html", form=form), 422 if form.errors else 200


@bp.route("/akun/kata-sandi", methods=["GET", "POST"])
@signed_in
@fresh
def password() -> ResponseReturnValue:
    """Change the password, by the present one; all other sessions end."""
    user = signed_in_user()
    form = ChangePasswordForm.for_person(user)
    form.present.is_required = form.present.flags.required = user.password is not None
    if form.validate_on_submit() and _is_present_password(user, form):
        user_id, password_hash = user.id, hash_password(form.password.data)
        with transaction():
            own_account.set_password(get_user(user_id), password_hash)
        _stay(user_id)
        say(_("Your new password is kept. All other devices were signed out."))
        return see_other(url_for(".profile"))
    return render_template("accounts/change_password.html", form=form), 422 if form.errors else 200


@bp.route("/akun/langkah-kedua", methods=["GET", "POST"])
@signed_in
@fresh
def factor() -> ResponseReturnValue:
    """Set up the authenticator app; with one, its state."""
    user = signed_in_user()
    if user.has_second_factor:
        left = count_recovery_codes(user)
        return render_template("accounts/factor_state.html", recovery_codes=left)
    form = SetUpFactorForm()
    secret = session.get(PENDING)
    if secret is None or request.args.get("baru") == "1":
        secret = session[PENDING] = get_totp().generate_totp_secret()
    if form.validate_on_submit():
        user_id = user.id
        tries = claim_tries(attempts.by_user(attempts.FACTORS, user_id))
        codes, hashes = own_account.new_recovery_codes()
        try:
            with transaction():
                own_account.set_up_factor(get_user(user_id), secret, form.code.data, hashes)
                give_back(tries)
        except WrongFactorCode as error:
            form.refuse(form.code, error.message)
        else:
            _stay(user_id, second_factor=True)
            return _show_codes(codes)
    page = render_template("accounts/factor_set_up.html", form=form, **_qr(user, secret))
    return page, 422 if form.errors else 200


@bp.post("/akun/langkah-kedua/kode-cadangan")
@signed_in
@fresh
def recovery_codes() -> ResponseReturnValue:
    """Ten new recovery codes; the former ones stop working."""
    user = signed_in_user()
    if not user.has_second_factor:
        return see_other(url_for(".factor"))
    codes, hashes = own_account.new_recovery_codes()
    with transaction():
        own_account.renew_recovery_codes(get_user(user.id), hashes)
    return _show_codes(codes)


@bp.post("/akun/langkah-kedua/lepas")
@signed_in
@fresh
def remove_factor() -> ResponseReturnValue:
    """Do without the app from now on; all other sessions end."""
    user_id = signed_in_user().id
    with transaction():
        person = get_user(user_id)
        own_account.remove_factor(person, by=person)
    _stay(user_id)
    say(_("The second step is off. All other devices were signed out."))
    return see_other(url_for(".profile"))


@bp.get("/akun/perangkat")
@signed_in
def sessions() -> ResponseReturnValue:
    """Where the person is signed in."""
    rows = list_sessions(signed_in_user())
    return render_template("accounts/sessions.html", sessions=rows, mine=g.session_row)


@bp.post("/akun/perangkat/<id:session_id>/keluar")
@signed_in
def end_one(session_id: int) -> ResponseReturnValue:
    with transaction():
        end_session(get_user(signed_in_user().id), session_id)
    say(_("That device is signed out."))
    return see_other(url_for(".sessions"))


@bp.post("/akun/perangkat/keluar")
@signed_in
def end_others() -> ResponseReturnValue:
    with transaction():
        end_sessions(get_user(signed_in_user().id), but=g.session_row)
    say(_("All other devices are signed out."))
    return see_other(url_for(".sessions"))


@bp.route("/akun/hapus", methods=["GET", "POST"])
@signed_in
@fresh
def erase() -> ResponseReturnValue:
    """Have the account erased: a page that says what goes, with one button; three days to rue."""
    user = signed_in_user()
    if request.method == "POST":
        with transaction():
            moment = erasing.ask_for_account_erasure(get_user(user.id), zone=ZONE)
        say(
            _("Your account will be erased on %(moment)s.", moment=moment_words(moment, ZONE)),
            undo=url_for(".keep"),
        )
        return see_other(url_for(".erase"))
    wish = find_erasure(user)
    return render_template(
        "accounts/erase.html",
        until=wish.run_after if wish is not None else now() + erasing.ERASED_AFTER,
        is_asked=wish is not None,
        has_roles=bool(user.held),
        lines=explain_erasure(user),
    )


@bp.post("/akun/hapus/batal")
@signed_in
def keep() -> ResponseReturnValue:
    with transaction():
        erasing.take_back_account_erasure(get_user(signed_in_user().id))
    say(_("Your account stays."))
    return see_other(url_for(".profile"))


def _is_present_password(user: User, form: ChangePasswordForm) -> bool:
    """Compare the present password; counted, so that an open browser is no place to guess."""
    if user.password is None:
        return True
    tries = claim_tries(attempts.by_account(attempts.PASSWORDS, user.email))
    if not is_right_password(user, form.present.data):
        form.refuse(form.present, _("This is not your present password."))
        return False
    with transaction():
        give_back(tries)
    return True


def _stay(user_id: int, *, second_factor: bool | None = None) -> None:
    """Keep this browser signed in, by a new session, after a change ended all of them."""
    has_factor = g.session_has_factor if second_factor is None else second_factor
    user = get_user(user_id)
    let_in(user, means="again", second_factor=has_factor and user.has_second_factor)


def _show_codes(codes: list[str]) -> ResponseReturnValue:
    """The recovery codes, shown this once."""
    return render_template("accounts/recovery_codes.html", codes=codes, onward=_onward())


def _onward() -> str:
    return landing(signed_in_user()) if request.args.get("next") else url_for(".profile")


def _qr(user: User, secret: str) -> dict[str, str]:
    """The secret for an authenticator app: as a picture, as a link and to type."""
    import segno  # Only this page draws.

    totp = get_totp()
    link = totp.get_totp_uri(user.email, secret)
    picture = segno.make(link, error="m", micro=False)
    return {
        "picture": picture.svg_data_uri(scale=5, border=2, light="#fff"),
        "link": link,
        "key": totp.get_totp_pretty_key(secret),
    }
