"""What a youth programme achieved, for everyone: small groups hidden, names only of who agreed."""

from datetime import timedelta

from flask import abort, current_app, render_template
from flask.typing import ResponseReturnValue

from gernas.core.clock import now
from gernas.core.kept import changes_at, keep_for, kept
from gernas.core.permissions import public
from gernas.youth.queries import find_public_programme
from gernas.youth.reporting.figures import ALL_TOGETHER, Selection, count_figures
from gernas.youth.reporting.leaderboard import list_leaders, list_leading_organisations
from gernas.youth.reporting.suppression import hide_small_groups, hide_small_share
from gernas.youth.views.blueprint import public_bp

RENEWED_EVERY = timedelta(minutes=15)  # hours are written all day; each need not renew the page


@public_bp.get("/pemuda/<slug:slug>/hasil")
@public
@kept
def results(slug: str) -> ResponseReturnValue:
    """How many young people helped how many businesses, and how; who leads, if they agreed."""
    programme = find_public_programme(slug) or abort(404)
    keep_for(programme.scope)
    changes_at(now() + RENEWED_EVERY)
    smallest = current_app.config["GERNAS"].small_group
    figures = count_figures(Selection([programme.id]))[ALL_TOGETHER]
    return render_template(
        "youth/public/results.html",
        programme=programme,
        figures=figures,
        is_small=figures.registered < smallest,
        smallest=smallest,
        ages=hide_small_groups(figures.ages, smallest=smallest),
        women=hide_small_share(figures.women, figures.said_sex, smallest=smallest),
        leaders=list_leaders(programme),
        organisations=list_leading_organisations(programme, smallest=smallest),
    )
