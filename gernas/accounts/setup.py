"""Flask-Security without its pages: its hashes, its TOTP, its sign-in; our rules around them.

Why it is used like this stands in ``docs/decisions/flask-security.md``.
"""

from typing import Any

from flask import Flask, g
from flask_security import RoleMixin, Security, SQLAlchemyUserDatastore

from gernas.accounts.door import Door, door_url, load_user, mark_seen
from gernas.accounts.models import User
from gernas.core.database import db

SETTINGS: dict[str, Any] = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    # No pepper: it would come from a key that is exchanged one day, and all passwords with it.
    "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {  # 64 MiB a try by default, four threads at once
        "argon2__type": "ID",
        "argon2__rounds": 2,
        "argon2__memory_cost": 19456,
        "argon2__parallelism": 1,
    },
    "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKD",
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "SECURITY_TRACKABLE": False,  # would keep people's network addresses
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_FRESHNESS_ALLOW_AUTH_TOKEN": False,
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SESSION_PROTECTION": "basic",  # "strong" signs phones out when their address changes
}


def init_accounts(app: Flask) -> None:
    """Bring in Flask-Security, give it our user loader, and keep it off public pages."""
    app.config.update(SETTINGS)
    datastore = SQLAlchemyUserDatastore(db, User, RoleMixin)  # type: ignore[arg-type]
    security = Security(app, datastore, register_blueprint=False)
    manager = security.login_manager
    manager.user_loader(load_user)
    manager.request_loader(lambda _request: None)  # No tokens in addresses or headers.
    _keep_off_public_pages(app, security)
    app.extensions["door"] = Door()
    app.after_request(mark_seen)
    app.jinja_env.globals["door_url"] = door_url

    @app.context_processor
    def offer() -> dict[str, Any]:
        return {"signed_in_user": g.get("signed_in_user")}


def _keep_off_public_pages(app: Flask, security: Security) -> None:
    """Take out what reads the cookie or loads the person on every request and in every template."""
    security.principal.identity_loaders.clear()
    manager = security.login_manager
    app.after_request_funcs[None] = [
        function
        for function in app.after_request_funcs[None]
        if getattr(function, "__self__", None) is not manager
    ]
    app.template_context_processors[None] = [
        function
        for function in app.template_context_processors[None]
        if not function.__module__.startswith("flask_login")
    ]
