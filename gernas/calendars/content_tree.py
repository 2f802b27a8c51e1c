"""The middle of the checker: content lines to nested components (RFC 5545, 3.4 and 3.6)."""

from dataclasses import dataclass, field

from flask_babel import gettext as _

from gernas.calendars.content_lines import ContentLine, Findings
from gernas.calendars.content_rules import CHILDREN, PROPERTIES


@dataclass
class Component:
    """One BEGIN to END with what stands in it."""

    name: str
    line: int
    properties: list[ContentLine] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[ContentLine]:
        return [content for content in self.properties if content.name == name]

    def first(self, name: str) -> ContentLine | None:
        return next((content for content in self.properties if content.name == name), None)

    def children_named(self, *names: str) -> list["Component"]:
        return [child for child in self.children if child.name in names]


def walk(roots: list[Component]) -> list[Component]:
    """Return the components and all below them; those of unknown kinds are left out."""
    found, waiting = [], list(roots)
    while waiting:
        component = waiting.pop()
        if component.name in PROPERTIES:
            found.append(component)
            waiting.extend(component.children)
    return found


def build_tree(lines: list[ContentLine], findings: Findings) -> list[Component]:
    """Return the components at the top; note what is not nested as it should be."""
    top = Component("", 1)
    path = [top]
    for content in lines:
        inner = path[-1]
        if content.name == "BEGIN":
            child = Component(content.value.upper(), content.line)
            if child.name not in CHILDREN.get(inner.name, ()) and (
                inner.name in PROPERTIES or inner is top
            ):
                findings.add(
                    content.line,
                    "component",
                    _(
                        "%(child)s does not stand in %(parent)s.",
                        child=child.name[:40],
                        parent=inner.name or _("the file"),
                    ),
                )
            inner.children.append(child)
            path.append(child)
        elif content.name == "END":
            if inner is top or content.value.upper() != inner.name:
                findings.add(content.line, "structure", _("This END closes nothing."))
            else:
                path.pop()
        elif inner is top:
            findings.add(content.line, "structure", _("The line stands outside of the calendar."))
        else:
            if inner.children:
                findings.add(
                    content.line, "order", _("Properties come before the components inside.")
                )
            inner.properties.append(content)
    for unclosed in path[1:]:
        findings.add(unclosed.line, "structure", _("%(name)s never ends.", name=unclosed.name[:40]))
    if len(top.children_named("VCALENDAR")) != 1:
        findings.add(1, "structure", _("The file must hold exactly one VCALENDAR."))
    return top.children
