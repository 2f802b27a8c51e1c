"""Rules of addresses that learn to build their address when the first one is wanted.

Werkzeug compiles two functions for each rule as soon as it is added: a seventh of a start that goes
through 665 rules, and memory for all that a worker never links to.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """Given to Flask as ``url_rule_class``."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder
        name = "_build_unknown" if append_unknown else "_build"

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            ready = compile_now(append_unknown).__get__(rule, None)
            setattr(rule, name, ready)
            return ready(**values)  # type: ignore[no-any-return]

        return build
