"""Photos that prove a result: shown to the owner, the companions and the coordinator alone."""

from flask import Response

from gernas.businesses.documents import NAME, DocumentGone, get_folder
from gernas.youth.models import AssistanceTask


def send_evidence(task: AssistanceTask) -> Response:
    """The answer that shows the photo of a result; the view allows it nothing else.

    It was drawn anew when it came, so showing it is as safe as handing it out.

    Raises:
        DocumentGone
    """
    name = task.evidence_file
    if not name or not NAME.fullmatch(name) or not name.endswith(".webp"):
        raise DocumentGone
    try:
        content = (get_folder() / name).read_bytes()
    except FileNotFoundError as error:
        raise DocumentGone from error
    answer = Response(content, mimetype="image/webp")
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
