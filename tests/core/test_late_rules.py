"""Addresses of rules that are compiled late are those of rules that are compiled at once."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import BuildError, Map, Rule

from gernas.core.late_rules import LateRule

PATHS = {
    "plain": "/acara",
    "one": "/acara/<int:number>",
    "two": "/<kind>/acara/<path:rest>/lihat",
    "filled": "/halaman",
}
WANTED: list[tuple[str, dict[str, Any]]] = [
    ("plain", {}),
    ("plain", {"q": "keripik pisang", "rule": "1"}),
    ("one", {"number": 7}),
    ("one", {"number": 7, "hal": 2}),
    ("two", {"kind": "lampung", "rest": "a b/c"}),
    ("filled", {"page": 3}),
    ("filled", {"page": 1}),
]


def build_all(kind: type[Rule]) -> list[str]:
    defaults = {"filled": {"page": 1}}
    rules = [kind(path, endpoint=name, defaults=defaults.get(name)) for name, path in PATHS.items()]
    adapter = Map(rules).bind("gernas.test")
    built = []
    for name, values in WANTED * 2:  # the second time as it was compiled
        try:
            built.append(adapter.build(name, values))
        except BuildError as error:
            built.append(type(error).__name__)
    return built


def test_they_are_the_same() -> None:
    assert build_all(LateRule) == build_all(Rule)


def test_a_rule_is_compiled_once_and_only_when_its_address_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled = []
    now = Rule._compile_builder

    def note(rule: Rule, append_unknown: bool = True) -> Any:
        compiled.append(rule.endpoint)
        return now(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", note)
    adapter = Map([LateRule("/a", endpoint="a"), LateRule("/b", endpoint="b")]).bind("x.test")
    assert compiled == []

    assert [adapter.build("b"), adapter.build("b")] == ["/b", "/b"]
    assert compiled == ["b"]


def test_the_application_has_such_rules(context: Flask) -> None:
    kinds = {type(rule) for rule in context.url_map.iter_rules() if rule.endpoint != "static"}

    assert kinds == {LateRule}
