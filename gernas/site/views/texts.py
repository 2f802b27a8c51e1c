"""Pages of running text: about, help, personal data, contact."""

from flask.typing import ResponseReturnValue

from gernas.core.kept import keep_for, kept
from gernas.core.permissions import public
from gernas.core.revisions import SITE
from gernas.site.views.blueprint import answer_page, bp


@bp.get("/tentang")
@public
@kept
def about() -> ResponseReturnValue:
    keep_for(SITE)
    return answer_page("site/about.html")


@bp.get("/bantuan", endpoint="help")
@public
@kept
def help_page() -> ResponseReturnValue:
    keep_for(SITE)
    return answer_page("site/help.html")


@bp.get("/privasi")
@public
@kept
def privacy() -> ResponseReturnValue:
    keep_for(SITE)
    return answer_page("site/privacy.html")


@bp.get("/kontak")
@public
@kept
def contact() -> ResponseReturnValue:
    keep_for(SITE)
    return answer_page("site/contact.html")
