"""Ask libical, which other calendar programs stand on, what it thinks of calendar files.

``python scripts/libical_check.py [--json] FILE...`` prints what libical's parser and its check of
restrictions (RFC 5545 and 5546) object to, and exits with 1 if there is anything. With ``--json``
it prints the events as libical reads them. Needs the shared library only, and any Python 3.11.
"""

import ctypes
import ctypes.util
import json
import sys
from pathlib import Path
from typing import Any

LIBRARIES = ("libical.so.3", "libical.so.4", "libical.so", "libical.dylib")
FOLDERS = ("", "/opt/homebrew/lib/", "/usr/local/lib/")
SORRY = (
    "libical is not installed. Debian, Ubuntu: apt-get install libical3; "
    "Fedora: dnf install libical; macOS: brew install libical."
)


class _Time(ctypes.Structure):
    """``struct icaltimetype`` of libical 3 and 4."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second")),
        ("is_date", ctypes.c_int),
        ("is_daylight", ctypes.c_int),
        ("zone", ctypes.c_void_p),
    ]


TEXT, POINTER, NUMBER = ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int
SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "icalparser_parse_string": (POINTER, [TEXT]),
    "icalrestriction_check": (NUMBER, [POINTER]),
    "icalcomponent_count_errors": (NUMBER, [POINTER]),
    "icalcomponent_as_ical_string": (TEXT, [POINTER]),
    "icalcomponent_free": (None, [POINTER]),
    "icalcomponent_string_to_kind": (NUMBER, [TEXT]),
    "icalcomponent_get_first_component": (POINTER, [POINTER, NUMBER]),
    "icalcomponent_get_next_component": (POINTER, [POINTER, NUMBER]),
    "icalcomponent_get_first_property": (POINTER, [POINTER, NUMBER]),
    "icalcomponent_get_dtstart": (_Time, [POINTER]),
    "icalcomponent_get_dtend": (_Time, [POINTER]),
    "icalcomponent_get_summary": (TEXT, [POINTER]),
    "icalcomponent_get_uid": (TEXT, [POINTER]),
    "icalproperty_string_to_kind": (NUMBER, [TEXT]),
    "icalproperty_get_value_as_string": (TEXT, [POINTER]),
    "icaltime_convert_to_zone": (_Time, [_Time, POINTER]),
    "icaltimezone_get_utc_timezone": (POINTER, []),
}


def is_installed() -> bool:
    """Whether the shared library can be loaded."""
    return _load() is not None


def check(text: bytes) -> list[str]:
    """Return what libical objects to in a calendar; [] if nothing."""
    library = _library()
    calendar = library.icalparser_parse_string(text)
    if not calendar:
        return ["libical reads no calendar here."]
    try:
        valid = library.icalrestriction_check(calendar)
        if valid and not library.icalcomponent_count_errors(calendar):
            return []
        unfolded = library.icalcomponent_as_ical_string(calendar).replace(b"\r\n ", b"")
    finally:
        library.icalcomponent_free(calendar)
    lines = unfolded.decode(errors="replace").splitlines()
    errors = [line.partition(":")[2] for line in lines if line.startswith("X-LIC-ERROR")]
    return errors or ["libical finds a restriction broken and does not say which."]


def read_events(text: bytes) -> list[dict[str, str | None]]:
    """Return uid, title, status, start and end of each event, in the order of the file.

    Moments are UTC (``2022-03-17T02:00:00Z``), by the file's own VTIMEZONE; days are dates.
    """
    library = _library()
    calendar = library.icalparser_parse_string(text)
    kind = library.icalcomponent_string_to_kind(b"VEVENT")
    events = []
    event = library.icalcomponent_get_first_component(calendar, kind)
    while event:
        events.append(
            {
                "uid": _text(library.icalcomponent_get_uid(event)),
                "title": _text(library.icalcomponent_get_summary(event)),
                "status": _value(library, event, b"STATUS"),
                "start": _moment(library, library.icalcomponent_get_dtstart(event)),
                "end": _moment(library, library.icalcomponent_get_dtend(event)),
            }
        )
        event = library.icalcomponent_get_next_component(calendar, kind)
    library.icalcomponent_free(calendar)
    return events


def _moment(library: ctypes.CDLL, time: _Time) -> str | None:
    if not time.year:
        return None
    if time.is_date:
        return f"{time.year:04}-{time.month:02}-{time.day:02}"
    utc = library.icaltime_convert_to_zone(time, library.icaltimezone_get_utc_timezone())
    day = f"{utc.year:04}-{utc.month:02}-{utc.day:02}"
    return f"{day}T{utc.hour:02}:{utc.minute:02}:{utc.second:02}Z"


def _value(library: ctypes.CDLL, component: int, name: bytes) -> str | None:
    kind = library.icalproperty_string_to_kind(name)
    found = library.icalcomponent_get_first_property(component, kind)
    return _text(library.icalproperty_get_value_as_string(found)) if found else None


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


def _library() -> ctypes.CDLL:
    library = _load()
    if library is None:
        sys.exit(SORRY)
    return library


def _load() -> ctypes.CDLL | None:
    names = [folder + name for folder in FOLDERS for name in LIBRARIES]
    for name in [*names, ctypes.util.find_library("ical")]:
        try:
            library = ctypes.CDLL(name) if name else None
        except OSError:
            continue
        if library is not None:
            for function, (result, arguments) in SIGNATURES.items():
                getattr(library, function).restype = result
                getattr(library, function).argtypes = arguments
            return library
    return None


def main() -> None:
    """Check or print the files named on the command line."""
    arguments = sys.argv[1:]
    files = [Path(argument) for argument in arguments if argument != "--json"]
    if not files:
        sys.exit("Usage: python scripts/libical_check.py [--json] FILE...")
    if "--json" in arguments:
        print(json.dumps([event for file in files for event in read_events(file.read_bytes())]))
        return
    errors = [f"{file}: {error}" for file in files for error in check(file.read_bytes())]
    print("\n".join(errors) or "libical has no objection.")
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
