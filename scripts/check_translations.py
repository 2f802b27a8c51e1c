"""Check that every text for people has its Indonesian, whole and with the same placeholders.

Run as ``python -m scripts.check_translations``; with ``--update`` it brings the catalogue up to
date first: new texts come in empty, those no longer used go.
"""

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "gernas/translations/id/LC_MESSAGES/messages.po"
SHOWN = 40
PLURAL = "nplurals=1; plural=0;"
KEYWORDS = ("_l", "lazy_gettext", "_n:1,2")
NAMED = re.compile(r"%\([a-z_]+\)[a-z]")

Key = tuple[str | None, str | tuple[str, ...]]


def extract() -> Catalog:
    """Return all texts of the code and the templates, in English."""
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract"]
    keywords = [part for keyword in KEYWORDS for part in ("--keyword", keyword)]
    with tempfile.NamedTemporaryFile(suffix=".pot") as file:
        options = ["--mapping-file", "babel.cfg", "--output-file", file.name]
        subprocess.run([*command, *options, *keywords, "."], cwd=ROOT, check=True)
        return read_po(file)


def find_faults(template: Catalog, catalogue: Catalog) -> list[str]:
    """Return what the catalogue lacks, has too much or translates amiss; [] if it is whole."""
    wanted, known = _by_key(template), _by_key(catalogue)
    faults = [f"no Indonesian: {_show(key)}" for key in wanted if key not in known]
    faults += [f"no longer used: {_show(key)}" for key in known if key not in wanted]
    if catalogue.num_plurals != 1:
        faults.append(f"Indonesian has one plural form: {PLURAL}")
    faults += [f"obsolete: {_show(_key(message))}" for message in catalogue.obsolete.values()]
    for key in wanted.keys() & known.keys():
        message = known[key]
        if message.fuzzy:
            faults.append(f"fuzzy: {_show(key)}")
        if not all(_strings(message)):
            faults.append(f"empty: {_show(key)}")
        elif any(_placeholders(text) != _placeholders_of(message) for text in _strings(message)):
            faults.append(f"other placeholders: {_show(key)}")
    return sorted(faults)


def update(template: Catalog, catalogue: Catalog) -> Catalog:
    """Return the template's texts with the Indonesian that is known."""
    known = _by_key(catalogue)
    new = Catalog(
        locale="id",
        project=catalogue.project,
        version=catalogue.version,
        header_comment=catalogue.header_comment,
        fuzzy=False,
    )
    new.mime_headers = [("Plural-Forms", PLURAL)]  # Babel would write two forms
    for key, message in _by_key(template).items():
        old = known.get(key)
        new.add(message.id, old.string if old else None, context=message.context)
    return new


def _by_key(catalogue: Catalog) -> dict[Key, Message]:
    return {_key(message): message for message in catalogue if message.id}


def _key(message: Message) -> Key:
    return message.context, message.id if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> list[str]:
    text = message.string
    return [text] if isinstance(text, str) else list(text or [""])


def _placeholders_of(message: Message) -> list[str]:
    """The placeholders of the last form: a singular may spell its number as a word."""
    return _placeholders(message.id if isinstance(message.id, str) else message.id[-1])


def _placeholders(text: str) -> list[str]:
    return sorted(set(NAMED.findall(text)))


def _show(key: Key) -> str:
    text = key[1] if isinstance(key[1], str) else key[1][-1]
    return repr(text if len(text) <= 90 else f"{text[:89]}…")


def _write(catalogue: Catalog) -> None:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, sort_output=True, width=100)
    dates = ('"POT-Creation', '"PO-Revision', '"Generated-By', '"Report-Msgid')
    lines = buffer.getvalue().decode().split("\n")
    text = "\n".join(line for line in lines if not line.startswith(dates))
    CATALOGUE.write_text(text, "utf-8")


def main() -> None:
    """Say what is wrong and exit with 1, or how many texts there are."""
    template = extract()
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="id")
    if "--update" in sys.argv:
        catalogue = update(template, catalogue)
        _write(catalogue)
    faults = find_faults(template, catalogue)
    if faults:
        more = [f"and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        sys.exit("\n".join([*faults[:SHOWN], *more, f"Mend {CATALOGUE.relative_to(ROOT)}."]))
    print(f"All {len(_by_key(template))} texts have their Indonesian.")


if __name__ == "__main__":
    main()
