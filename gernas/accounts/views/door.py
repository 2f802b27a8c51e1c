"""The door: sign in by code or password, second step, forgotten password, links from mails."""

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.accounts.door import (
    EMAIL,
    STEP,
    door_url,
    find_signed_in_user,
    landing,
    let_in,
    let_out,
)
from gernas.accounts.errors import LinkIsOver
from gernas.accounts.forms import (
    AcceptForm,
    CodeForm,
    EmptyForm,
    FactorForm,
    NewPasswordForm,
    PasswordForm,
    RecoveryForm,
    SignInForm,
)
from gernas.accounts.models import LinkKind, StepKind, User
from gernas.accounts.passwords import hash_password, is_right_password
from gernas.accounts.queries import count_recovery_codes, find_invitation, find_user, get_link
from gernas.accounts.scopes import scope_label
from gernas.accounts.services import attempts, steps
from gernas.accounts.services.attempts import claim_tries, give_back
from gernas.accounts.services.invitations import accept_invitation
from gernas.accounts.services.own_account import (
    change_email,
    reset_password,
    tell_of_recovery_code,
)
from gernas.accounts.words import role_words
from gernas.core.database import transaction
from gernas.core.errors import TooMany
from gernas.core.i18n import get_language, public_url
from gernas.core.limits import forget_attempts
from gernas.core.logs import log
from gernas.core.permissions import Role, public
from gernas.core.web import say, see_other

bp = Blueprint("accounts", __name__)


@bp.route("/masuk", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Who is there? Then a code by mail, or the password."""
    again = request.args.get("lagi") == "1"
    user = find_signed_in_user()
    if request.method == "GET" and user is not None and not again:
        return redirect(landing(user))
    form = SignInForm()
    if form.validate_on_submit():
        session[EMAIL] = form.email.data
        if request.form.get("how") == "password":
            return see_other(door_url("password"))
        return send_code(form.email.data)
    if request.method == "GET":
        form.email.data = user.email if user is not None else session.get(EMAIL, "")
    page = render_template("accounts/sign_in.html", form=form, again=again and user is not None)
    return page, 422 if form.errors else 200


@bp.route("/masuk/kode", methods=["GET", "POST"])
@public
def code() -> ResponseReturnValue:
    """The six digits from the mail."""
    step = steps.find_step(StepKind.CODE, session.get(STEP))
    email = session.get(EMAIL, "")
    form = CodeForm()
    if step is None:
        if request.method == "POST":
            flash(_("This code is over. Ask for a new one."), "bad")
        return see_other(door_url("sign_in"))
    joins = step.means == steps.JOIN
    if not form.validate_on_submit():
        page = render_template("accounts/code.html", form=form, email=email, joins=joins)
        return page, 422 if form.errors else 200
    _limit, wrong_key = attempts.by_account(attempts.WRONG_CODES, step.email)
    tries = claim_tries(attempts.by_address(attempts.DOOR))
    with transaction():
        verdict = steps.show_code(session[STEP], form.code.data, wrong_key=wrong_key)
        if verdict.user is not None:
            give_back(tries)
    if verdict.user is not None:
        return _first_factor_shown(verdict.user, verdict.means)
    log.info("sign_in_failed", means="code")
    if verdict.tries_left == 0:
        flash(_("This code is over. Ask for a new one."), "bad")
        return see_other(door_url("sign_in"))
    form.refuse(form.code, _("This is not the code we sent. Look at the newest mail."))
    return render_template("accounts/code.html", form=form, email=email, joins=joins), 422


@bp.post("/masuk/kode/lagi")
@public
def new_code() -> ResponseReturnValue:
    """Another code for the same address."""
    email = session.get(EMAIL)
    if not email:
        return see_other(door_url("sign_in"))
    return send_code(email)


@bp.route("/masuk/kata-sandi", methods=["GET", "POST"])
@public
def password() -> ResponseReturnValue:
    """The password. After five wrong ones a code by mail, never a lock."""
    form = PasswordForm()
    if not form.validate_on_submit():
        if request.method == "GET":
            form.email.data = session.get(EMAIL, "")
        page = render_template("accounts/password.html", form=form)
        return page, 422 if form.errors else 200
    email = session[EMAIL] = form.email.data
    tries = claim_tries(attempts.by_address(attempts.DOOR))
    account = attempts.by_account(attempts.PASSWORDS, email)
    try:
        claim_tries(account)
    except TooMany:
        log.info("sign_in_paused", means="password")
        flash(_("There were too many wrong passwords. Use the code we send you by mail."), "bad")
        return send_code(email)
    user = find_user(email)
    if not is_right_password(user, form.password.data) or user is None or not user.active:
        log.info("sign_in_failed", means="password", user=user.id if user else None)
        form.refuse(form.password, _("Email or password is not right."))
        return render_template("accounts/password.html", form=form), 422
    with transaction():
        give_back(tries)
        forget_attempts(account[1])
    return _first_factor_shown(user, "password")


@bp.route("/masuk/langkah-kedua", methods=["GET", "POST"])
@public
def factor() -> ResponseReturnValue:
    """The code of the authenticator app, or a recovery code."""
    step = steps.find_step(StepKind.FACTOR, session.get(STEP))
    if step is None or step.user_id is None:
        return see_other(door_url("sign_in"))
    form, recovery = FactorForm(), RecoveryForm()
    with_recovery = request.form.get("recovery") is not None
    chosen = recovery if with_recovery else form
    if request.method == "GET" or not chosen.validate():
        return _factor_page(form, recovery, with_recovery=with_recovery)
    limits = (attempts.FACTORS, attempts.FACTORS_A_DAY)
    claims = [attempts.by_user(limit, step.user_id) for limit in limits]
    user_id = step.user_id
    tries = claim_tries(attempts.by_address(attempts.DOOR), *claims)
    code_id = steps.is_recovery_code(user_id, recovery.recovery.data) if with_recovery else None
    with transaction():
        if with_recovery:
            verdict = steps.show_recovery_code(session[STEP], code_id)
        else:
            verdict = steps.show_factor(session[STEP], form.code.data)
        if verdict.user is not None:
            give_back(tries)
            if with_recovery:
                tell_of_recovery_code(verdict.user, left=count_recovery_codes(verdict.user))
    if verdict.user is not None:
        return _enter(verdict.user, verdict.means, second_factor=True)
    log.info("sign_in_failed", means="recovery" if with_recovery else "factor", user=user_id)
    if verdict.tries_left == 0:
        flash(_("That was wrong too often. Please start again."), "bad")
        return see_other(door_url("sign_in"))
    field = recovery.recovery if with_recovery else form.code
    chosen.refuse(field, _("This code is not right, or was used already."))
    return _factor_page(form, recovery, with_recovery=with_recovery)


@bp.route("/masuk/lupa", methods=["GET", "POST"])
@public
def forgot() -> ResponseReturnValue:
    """A link by mail to set a new password; the answer never tells whether there is an account."""
    form = SignInForm()
    if form.validate_on_submit():
        email = session[EMAIL] = form.email.data
        claim_tries(
            attempts.by_address(attempts.WISHES),
            attempts.by_account_and_address(attempts.RESETS, email),
            attempts.by_account(attempts.RESETS_IN_ALL, email),
        )
        with transaction():
            steps.ask_for_reset(email, language=get_language())
        return see_other(door_url("forgot_sent"))
    if request.method == "GET":
        form.email.data = session.get(EMAIL, "")
    page = render_template("accounts/forgot.html", form=form)
    return page, 422 if form.errors else 200


@bp.get("/masuk/lupa/terkirim")
@public
def forgot_sent() -> ResponseReturnValue:
    return render_template("accounts/forgot_sent.html", email=session.get(EMAIL, ""))


@bp.route("/masuk/sandi-baru/<token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> ResponseReturnValue:
    """Set a new password by the link from a mail; nobody is signed in by it."""
    link = get_link(LinkKind.RESET, token)
    form = NewPasswordForm.for_person(link.user)
    if not form.validate_on_submit():
        page = render_template("accounts/new_password.html", form=form, person=link.user)
        return page, 422 if form.errors else 200
    email, password_hash = link.user.email, hash_password(form.password.data)
    with transaction():
        reset_password(token, password_hash)
    log.info("password_reset")
    session[EMAIL] = email
    say(_("Your new password is kept. Sign in with it now."))
    return see_other(door_url("password"))


@bp.route("/masuk/surel/<token>", methods=["GET", "POST"])
@public
def new_email(token: str) -> ResponseReturnValue:
    """Confirm a new address by the link that went to it."""
    link = get_link(LinkKind.EMAIL, token)
    form = EmptyForm()
    if not form.validate_on_submit():
        return render_template("accounts/new_email.html", form=form, email=link.email)
    with transaction():
        person = change_email(token)
    session[EMAIL] = person.email
    say(_("Your address was changed. Sign in with the new one."))
    return see_other(door_url("sign_in"))


@bp.route("/undangan/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    """Take a role that was offered by mail; a new account gets its name here."""
    offered = find_invitation(token)
    person = find_user(offered.email)
    if person is not None and not person.active:
        raise LinkIsOver
    form = AcceptForm() if person is None else EmptyForm()
    if isinstance(form, AcceptForm):
        form.password.person = (offered.email, str(form.name.data or ""))
    if not form.validate_on_submit():
        page = render_template(
            "accounts/invitation.html",
            form=form,
            invitation=offered,
            person=person,
            role=role_words(Role(offered.role)),
            place=scope_label(offered.scope),
        )
        return page, 422 if form.errors else 200
    name, password_hash = "", None
    if isinstance(form, AcceptForm):
        name = form.name.data
        password_hash = hash_password(form.password.data) if form.password.data else None
    with transaction():
        taken = accept_invitation(token, name=name, password_hash=password_hash)
    return _after_invitation(taken)


@bp.post("/keluar")
@public
def sign_out() -> ResponseReturnValue:
    """End the session of this browser."""
    let_out()
    answer = redirect("/en/" if get_language() == "en" else "/", 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def send_code(email: str, *, joins: bool = False, onward: str | None = None) -> ResponseReturnValue:
    """Note the wish for a code, the same for known and unknown addresses, and ask for it.

    ``joins``: an address without an account gets one; ``onward``: the page to open then.
    """
    claim_tries(
        attempts.by_address(attempts.WISHES),
        attempts.by_account_and_address(attempts.CODES, email),
        attempts.by_account(attempts.CODES_IN_ALL, email),
    )
    with transaction():
        secret = steps.ask_for_code(email, language=get_language(), joins=joins)
    session[STEP], session[EMAIL] = secret, email
    if onward is not None:
        return see_other(public_url("accounts.code", next=onward))
    return see_other(door_url("code"))


def _first_factor_shown(user: User, means: str) -> ResponseReturnValue:
    """Ask for the second factor of those who have one; let the others in."""
    if not user.has_second_factor:
        return _enter(user, means, second_factor=False)
    with transaction():
        secret = steps.ask_for_factor(user, means=means, language=get_language())
    session[STEP] = secret
    return see_other(door_url("factor"))


def _enter(user: User, means: str, *, second_factor: bool) -> ResponseReturnValue:
    let_in(user, means=means, second_factor=second_factor)
    return see_other(landing(user))


def _factor_page(
    form: FactorForm, recovery: RecoveryForm, *, with_recovery: bool
) -> ResponseReturnValue:
    page = render_template(
        "accounts/factor.html",
        form=recovery if with_recovery else form,
        code_form=form,
        recovery_form=recovery,
        with_recovery=with_recovery,
    )
    return page, 422 if (form.errors or recovery.errors) else 200


def _after_invitation(taken: User) -> ResponseReturnValue:
    user = find_signed_in_user()
    if user is not None and user.id == taken.id:
        user.forget_held()
        say(_("The role is yours now."))
        return see_other(landing(user))
    session[EMAIL] = taken.email
    say(_("The role is yours now. Sign in to begin."))
    return see_other(door_url("password" if taken.password else "sign_in"))
