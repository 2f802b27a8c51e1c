"""Print a line a figure: name, value, unit, target, ``ok`` or ``short``, separated by tabs.

Run as ``python -m scripts.bench [PREFIX]``. Ends with 0 when everything could be measured, also
where a figure falls short; else with 1, after the figures that could be.
"""

import sys

from scripts.bench import (
    booths_assign,
    booths_plan,
    booths_rush,
    feed,
    imports,
    killed,
    lighthouse,
    processes,
    registrations,
    speed,
    weight,
    youth_certificates,
    youth_rush,
    youth_suggest,
)
from scripts.bench.figures import CannotMeasure, Group, pick


def list_groups() -> list[Group]:
    """All figures, in the order in which they are measured."""
    modules = (
        weight,
        processes,
        speed,
        feed,
        registrations,
        imports,
        killed,
        booths_assign,
        booths_plan,
        booths_rush,
        lighthouse,
        youth_certificates,
        youth_rush,
        youth_suggest,
    )
    return [group for module in modules for group in module.groups()]


def main() -> None:
    prefix = sys.argv[1] if len(sys.argv) > 1 else ""
    groups = list_groups()
    picked = list(pick(groups, prefix))
    if not picked:
        names = [name for group in groups for name in group.names]
        sys.exit(f"No figure begins with {prefix!r}. There are: {', '.join(names)}")
    failed = False
    for group, wanted in picked:
        try:
            for figure in group.measure(wanted):
                print(figure.line, flush=True)
        except CannotMeasure as error:
            print(f"Not measured: {error}", file=sys.stderr)
            failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()
