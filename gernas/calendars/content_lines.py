"""The first half of the checker: raw bytes to content lines (RFC 5545, 3.1 and 3.2)."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext as _

OCTETS = 75
MOST_OF_A_RULE = 20

# RFC 5545, 3.1; NEL and the two Unicode separators are legal, and break lines in many readers.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_PARAMETER = re.compile(
    r';(?P<key>[A-Za-z0-9-]+)=(?P<values>(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)'
)
_VALUE = re.compile(r'(?:\A|,)(?:"([^"]*)"|([^",]*))')


class Problem(NamedTuple):
    """Something a feed does wrong: the line it begins on, a short name, and a sentence."""

    line: int
    rule: str
    sentence: str
    is_warning: bool = False


class ContentLine(NamedTuple):
    """One unfolded line. Names are in upper case; ``value`` is as written."""

    line: int
    name: str
    parameters: dict[str, list[str]]
    value: str

    def parameter(self, name: str) -> str | None:
        """The first value of a parameter, or None."""
        values = self.parameters.get(name)
        return values[0] if values else None


class Findings:
    """Collects problems, at most 20 of a rule, so that a wrong file stays readable."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._counts: Counter[str] = Counter()

    def add(self, line: int, rule: str, sentence: str) -> None:
        self._note(Problem(line, rule, sentence))

    def warn(self, line: int, rule: str, sentence: str) -> None:
        self._note(Problem(line, rule, sentence, is_warning=True))

    def sorted(self) -> list[Problem]:
        """All problems by line; a rule broken more than 20 times says so at its last one."""
        found = list(self._found)
        for rule, count in self._counts.items():
            if count > MOST_OF_A_RULE:
                last = max(i for i, problem in enumerate(found) if problem.rule == rule)
                more = _("%(number)d more like this.", number=count - MOST_OF_A_RULE)
                found[last] = found[last]._replace(sentence=f"{found[last].sentence} {more}")
        return sorted(found, key=lambda problem: problem.line)

    def _note(self, problem: Problem) -> None:
        self._counts[problem.rule] += 1
        if self._counts[problem.rule] <= MOST_OF_A_RULE:
            self._found.append(problem)


@dataclass
class _Folded:
    """A content line on its way: the number of its first piece, and all pieces."""

    line: int
    pieces: list[bytes]


def read_content_lines(raw: bytes, findings: Findings) -> list[ContentLine]:
    """Return the content lines that can be read; note everything wrong with the bytes."""
    if not raw:
        findings.add(1, "empty", _("The file is empty."))
        return []
    if raw.startswith(b"\xef\xbb\xbf"):
        findings.add(1, "bom", _("The file begins with a byte order mark; feeds have none."))
        raw = raw[3:]
    read = (_read_line(folded, findings) for folded in _unfold(raw, findings))
    return [line for line in read if line is not None]


def unescape_text(value: str) -> str:
    """Return a TEXT value as people read it (RFC 5545, 3.3.11)."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def _unfold(raw: bytes, findings: Findings) -> list[_Folded]:
    *lines, rest = raw.split(b"\n")
    if rest:
        findings.add(len(lines) + 1, "line-end", _("The last line does not end with CRLF."))
        lines.append(rest + b"\r")
    found: list[_Folded] = []
    for number, ended in enumerate(lines, start=1):
        if not ended.endswith(b"\r"):
            findings.add(number, "line-end", _("The line ends with LF alone; it must be CRLF."))
        line = ended.removesuffix(b"\r")
        if len(line) > OCTETS:
            findings.add(
                number,
                "octets",
                _("The line has %(octets)d octets; 75 are allowed.", octets=len(line)),
            )
        if not line.strip(b" \t\r"):
            findings.add(number, "blank-line", _("The line is blank."))
        elif line[:1] in (b" ", b"\t"):
            if found:
                found[-1].pieces.append(line[1:])
            else:
                findings.add(number, "fold", _("There is no line that this one could continue."))
        else:
            found.append(_Folded(number, [line]))
    return found


def _read_line(folded: _Folded, findings: Findings) -> ContentLine | None:
    raw = b"".join(folded.pieces)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        findings.add(folded.line, "utf-8", _("The line is not UTF-8."))
        text = raw.decode(errors="replace")
    else:
        if not all(_is_utf8(piece) for piece in folded.pieces):
            findings.add(folded.line, "fold", _("The line is folded inside a character."))
    if control := _CONTROL.search(text):
        code = f"U+{ord(control[0]):04X}"
        findings.add(
            folded.line,
            "control",
            _("The line holds the control character %(code)s.", code=code),
        )
    content = _parse(folded.line, text)
    if content is None:
        findings.add(folded.line, "syntax", _("The line is not NAME;PARAMETER=value:value."))
    return content


def _parse(line: int, text: str) -> ContentLine | None:
    name = _NAME.match(text)
    if name is None:
        return None
    parameters: dict[str, list[str]] = {}
    position = name.end()
    while (found := _PARAMETER.match(text, position)) is not None:
        key = found["key"].upper()
        if key in parameters:
            return None
        parameters[key] = [quoted or plain for quoted, plain in _VALUE.findall(found["values"])]
        position = found.end()
    if text[position : position + 1] != ":":
        return None
    return ContentLine(line, name[0].upper(), parameters, text[position + 1 :])


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True
