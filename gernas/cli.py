"""The ``gernas`` command: serve, work, migrate, load the demo, look after people and calendars."""

import os
import sys
from pathlib import Path

import click
from flask.cli import FlaskGroup, NoAppException, ScriptInfo, with_appcontext

from gernas.config import BadSettings, new_secret_key, read_settings


def _load_app() -> object:
    from gernas.app import create_app

    try:
        return create_app()
    except BadSettings as error:
        raise NoAppException(str(error)) from error


class Commands(FlaskGroup):
    """Our commands, found without loading the application or any plug-in."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        ours = click.Group.get_command(self, ctx, cmd_name)
        if ours is None and cmd_name == "db":
            self._load_db(ctx)
        return ours or super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        commands = set(super().list_commands(ctx))
        try:
            read_settings()
        except BadSettings:  # Then `db` cannot be looked at, and the help stays readable.
            return sorted(commands)
        return sorted({*commands, "db"})

    def _load_db(self, ctx: click.Context) -> None:
        from gernas.core.migrations import load_migrations

        load_migrations(ctx.ensure_object(ScriptInfo).load_app())


@click.group(cls=Commands, create_app=_load_app, add_default_commands=False)
def main() -> None:
    """Gernas: campaign event and roadshow manager."""


@main.command("secret", with_appcontext=False)
def secret() -> None:
    """Print a fresh value for GERNAS_SECRET_KEY."""
    click.echo(new_secret_key())


@main.command("run", with_appcontext=False)  # It waits for two others that load it.
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def run(host: str, port: int) -> None:
    """Serve web and worker in one command; either is started again when it dies."""
    from gernas.core.serving import run_all

    try:
        settings = read_settings()
    except BadSettings as error:
        click.echo(f"gernas: {error}", err=True)
        sys.exit(2)
    _say_where(settings.url, settings.demo)
    sys.exit(run_all(settings, host=host, port=port))


def _say_where(url: str, demo: bool) -> None:
    click.echo(f"Gernas: {url}")
    if demo:
        click.echo("(demo)")
    sys.stdout.flush()


@main.command("demo")
@click.option("--fresh", is_flag=True, help="Move the running example to today again.")
@with_appcontext
def demo(fresh: bool) -> None:
    """Load the real 2022 roadshow, a running example and demo accounts."""
    from gernas.demo.load import NoDemoHere, load_demo

    try:
        loaded = load_demo(fresh=fresh)
    except NoDemoHere:
        click.echo("gernas: the demo needs GERNAS_DEMO=1, and never a real installation", err=True)
        sys.exit(2)
    for line in loaded.lines:
        click.echo(line)


@main.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say what ails this installation; exits with 1 when it is serious."""
    from gernas.audit.health import examine_log
    from gernas.core.doctor import examine
    from gernas.messages.health import examine_outbox

    findings = examine(examine_log, examine_outbox)
    for finding in findings:
        click.echo(f"{'!!' if finding.serious else ' -'} {finding.sentence}")
    if not findings:
        click.echo("All is well.")
    sys.exit(1 if any(finding.serious for finding in findings) else 0)


@main.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def backup(folder: Path) -> None:
    """Copy the SQLite database and the pictures into FOLDER, while both are in use."""
    from flask import current_app

    from gernas.core.backup import NoFile, back_up
    from gernas.core.database import database_path

    try:
        made = back_up(database_path(), current_app.config["GERNAS"].files, folder)
    except NoFile:
        click.echo("gernas: the database is on a server; copy it with pg_dump", err=True)
        sys.exit(2)
    for path in made:
        click.echo(path)


@main.command("worker")
@with_appcontext
def worker() -> None:
    """Do the jobs only, for installations with several machines."""
    from flask import current_app

    from gernas.core.worker import run_worker

    run_worker(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


os.environ.setdefault("FLASK_SKIP_DOTENV", "1")
