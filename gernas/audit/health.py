"""Whether the log is whole, for ``gernas doctor``."""

from collections.abc import Iterator

from gernas.audit.chain import verify_chain
from gernas.core.doctor import Finding


def examine_log() -> Iterator[Finding]:
    verdict = verify_chain()
    if verdict.broken or verdict.unguarded or verdict.late:
        yield Finding("The log of changes is not whole: see `gernas audit verify`.", serious=True)
