"""How templates are compiled, and the functions that each of them may use."""

import hmac
import os
from collections.abc import Hashable, MutableMapping
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.templating import Environment
from jinja2 import __version__ as jinja_version
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.runtime import Macro

from gernas.config import Settings
from gernas.core import wording
from gernas.core.database import Model
from gernas.core.i18n import get_language
from gernas.core.markdown import render_markdown
from gernas.core.provinces import get_province

MOST_REMEMBERED = 256  # pieces of pages, of some kB at the most
WORDS = (
    "as_of_words",
    "date_parts",
    "date_words",
    "figure",
    "hours_words",
    "moment_words",
    "number_words",
    "percent_words",
    "range_words",
    "rupiah_words",
    "second_time_words",
    "short_number",
    "short_rupiah",
    "time_range_words",
    "time_words",
    "weekday_words",
    "zone_abbr",
    "zone_name",
)


class SignedBytecode(BytecodeCache):
    """Compiled templates beside the database, so that only the first start compiles them.

    Compiling takes two thirds of a page's first time. Whoever can write into the folder still
    cannot make us run code: each file begins with its HMAC-SHA-256.
    """

    def __init__(self, folder: Path, secret_key: str) -> None:
        self.folder = folder
        self.key = sha256(f"templates:{jinja_version}:{secret_key}".encode()).digest()

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            data = self._path(bucket).read_bytes()
        except OSError:
            return
        mark, code = data[: sha256().digest_size], data[sha256().digest_size :]
        if hmac.compare_digest(mark, self._sign(code)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        code = bucket.bytecode_to_string()
        path = self._path(bucket)
        new = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            new.write_bytes(self._sign(code) + code)
            new.replace(path)
        except OSError:  # A full disk: then it is compiled again.
            with suppress(OSError):
                new.unlink()

    def _path(self, bucket: Bucket) -> Path:
        return self.folder / bucket.key

    def _sign(self, code: bytes) -> bytes:
        return hmac.digest(self.key, code, "sha256")


def remembered(macro: Macro, *arguments: Hashable) -> str:
    """What a macro made of the same arguments before, in the reader's language.

    For macros that show nothing but their arguments: no token, no person, no present moment, no
    address relative to the page. So nothing gets stale: other data are other arguments.
    """
    return _make(macro, get_language(), arguments)


@lru_cache(maxsize=MOST_REMEMBERED)
def _make(macro: Macro, _language: str, arguments: tuple[Hashable, ...]) -> str:
    if any(isinstance(argument, Model) for argument in arguments):
        raise TypeError("a row is not what it holds: give the macro its values")
    return macro(*arguments)


class SharedGlobals(Environment):
    """Jinja's environment, whose templates share one plain dictionary of globals.

    Jinja chains a dictionary of its own in front for each template, and walks through the chain
    key by key whenever a template imports macros: a twentieth of a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def init_jinja(app: Flask, settings: Settings) -> None:
    app.jinja_env.bytecode_cache = SignedBytecode(
        settings.instance / "templates", settings.secret_key
    )
    app.jinja_env.globals.update({name: getattr(wording, name) for name in WORDS})
    app.jinja_env.globals.update(
        get_province=get_province,
        remembered=remembered,
        # A page names a dozen files; `url_for` takes as long for each as for any other address.
        static_url=lambda name: f"{app.static_url_path}/{name}",
    )
    app.jinja_env.filters["markdown"] = render_markdown
    app.jinja_env.filters["urlsplit_host"] = lambda url: urlsplit(url).hostname or url
