"""Public bytes, rendered once per revision and answered before Flask with one indexed read.

A view marked ``@kept`` says with ``keep_for(scope)`` which revision its bytes belong to, and with
``changes_at(moment)`` when time alone changes them. Its answer is stored with all its headers, so
what the layer sends later is what Flask sent first.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from threading import Lock, local
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote_plus

from flask import Flask, Response, g, request
from sqlalchemy import BigInteger, Index, LargeBinary, String, Text, create_engine, delete
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from gernas.core import conditional
from gernas.core.clock import now
from gernas.core.database import Model, db, transaction
from gernas.core.logs import ROUTE, Metrics
from gernas.core.permissions import Scope
from gernas.core.revisions import SITE, get_revision

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

View = TypeVar("View", bound=Callable[..., Any])

FOREVER = 2**53
LONGEST_ADDRESS = 300
# What changes a page; any other query string is ignored, so nobody can fill the store with it.
KNOWN_QUERY = frozenset(
    {
        *("jenis", "provinsi", "bulan", "waktu", "q", "halaman", "tab", "dari"),
        *("sektor", "sertifikat", "stan"),
    }
)
PRIVATE_PREFIXES = ("/kelola", "/saya", "/akun", "/masuk", "/static/")
PER_ANSWER = frozenset({"content-length", "content-encoding", "etag", "date", "x-request-id"})
MEMORY_BYTES = 8_000_000
TRUSTED_SECONDS = 0.1  # how long PostgreSQL's word on an address counts
MOST_RECENT = 1_000


class KeptPage(Model):
    """The bytes and headers of one public address, in both encodings."""

    __tablename__ = "kept_page"
    __table_args__ = (Index("ix_kept_page_build", "build"),)

    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), primary_key=True)
    build: Mapped[str] = mapped_column(String(32))  # templates, texts and settings it was made with
    scope_kind: Mapped[str] = mapped_column(String(16))
    scope_id: Mapped[int]
    revision: Mapped[int]
    until: Mapped[int] = mapped_column(BigInteger)  # seconds since 1970; then time alone changes it
    route: Mapped[str] = mapped_column(String(200))
    headers: Mapped[str] = mapped_column(Text)  # JSON pairs
    etag: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    packed: Mapped[bytes] = mapped_column(LargeBinary)  # gzip


@dataclass(frozen=True)
class Answer:
    """One public body with its headers, in both encodings, under one strong tag each."""

    etag: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    packed: bytes

    def send(self, environ: "WSGIEnvironment") -> tuple[str, list[tuple[str, str]], bytes]:
        """Choose encoding and status by the request: RFC 9110, 8.8.3 and 13."""
        packed = conditional.choose_gzip(environ.get("HTTP_ACCEPT_ENCODING"))
        tags = (self.etag, conditional.gzip_tag(self.etag))
        headers = [*self.headers, ("ETag", tags[packed])]
        status = conditional.check_preconditions(
            tags,
            if_match=environ.get("HTTP_IF_MATCH"),
            if_none_match=environ.get("HTTP_IF_NONE_MATCH"),
        )
        if status == 304:
            return "304 NOT MODIFIED", [h for h in headers if h[0] != "Content-Type"], b""
        if status == 412:
            return "412 PRECONDITION FAILED", [*headers, ("Content-Length", "0")], b""
        body = self.packed if packed else self.body
        headers.append(("Content-Length", str(len(body))))
        if packed:
            headers.append(("Content-Encoding", "gzip"))
        return "200 OK", headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else body


def kept(view: View) -> View:
    """Mark a public view whose answer is the same bytes for everyone."""

    @wraps(view)
    def keeping(**values: Any) -> Any:
        g.kept_scope = SITE
        g.kept_until = FOREVER
        return view(**values)

    return keeping  # type: ignore[return-value]


def keep_for(scope: Scope) -> None:
    """Name the scope whose revision makes the page stale; call it before reading its rows.

    Outside of a kept view it does nothing, so that what both kinds share may call it.
    """
    if "kept_until" in g:
        g.kept_scope = scope
        g.kept_revision = get_revision(scope)


def changes_at(moment: datetime | None) -> None:
    """Say that time alone changes what is being rendered, at ``moment`` and not before."""
    if moment is not None and "kept_until" in g:
        g.kept_until = min(g.kept_until, int(moment.timestamp()))


def get_address(path: str, query: str) -> str | None:
    """The address under which a request's answer is kept; None when its query makes it special."""
    if len(path) > LONGEST_ADDRESS or path.startswith(PRIVATE_PREFIXES) or "\0" in path:
        return None
    for part in query.split("&") if query else ():
        if unquote_plus(part.partition("=")[0]) in KNOWN_QUERY:
            return None
    return path


class KeptLayer:
    """A WSGI layer that answers kept addresses and passes everything else on."""

    def __init__(self, inner: "WSGIApplication", app: Flask, metrics: Metrics, build: str) -> None:
        self.inner = inner
        self.build = build
        self.metrics = metrics
        self.https_only = bool(app.config["PREFERRED_URL_SCHEME"] == "https")
        self.hosts = frozenset(app.config["TRUSTED_HOSTS"])
        self.proxies = bool(app.config["GERNAS"].proxies)
        self.store = Store(str(app.config["SQLALCHEMY_DATABASE_URI"]), build)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and self._is_in_order(environ):
            path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
            address = get_address(path, environ.get("QUERY_STRING", ""))
            found = self.store.find(address) if address else None
            if found:
                self.metrics.count_kept()
                environ[ROUTE], answer = found
                status, headers, body = answer.send(environ)
                start_response(status, headers)
                return (body,)
        return self.inner(environ, start_response)

    def _is_in_order(self, environ: "WSGIEnvironment") -> bool:
        """Whether host and scheme are the ordinary ones; Flask deals with any others."""
        if environ.get("HTTP_HOST") not in self.hosts:
            return False
        scheme = environ["wsgi.url_scheme"]
        if self.proxies:
            scheme = environ.get("HTTP_X_FORWARDED_PROTO", scheme)
        return not self.https_only or scheme == "https"


_FIND = (
    "SELECT k.etag, k.route, k.until FROM kept_page k JOIN revision r"
    " ON r.kind = k.scope_kind AND r.scope_id = k.scope_id AND r.number = k.revision"
    " WHERE k.address = {} AND k.build = {}"
)
_READ = "SELECT headers, body, packed FROM kept_page WHERE address = {} AND etag = {}"


class SqliteReader:
    """One thread's way to the pages in SQLite."""

    def __init__(self, connection: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA cache_size=-250")  # Bodies are kept here, not by SQLite.
        self.cursor = connection.cursor()

    def find(self, address: str, build: str) -> tuple[str, str, int] | None:
        """Tag, route and end of what is in force for an address."""
        self.cursor.execute(_FIND.format("?", "?"), (address, build))
        found: tuple[str, str, int] | None = self.cursor.fetchone()
        return found

    def read(self, address: str, etag: str) -> Any:
        """Headers, body and packed body."""
        self.cursor.execute(_READ.format("?", "?"), (address, etag))
        return self.cursor.fetchone()


class PostgresqlReader:
    """One thread's way to the pages in PostgreSQL: prepared once, half of psycopg's own time."""

    def __init__(self, connection: Any) -> None:
        connection.autocommit = True
        self.cursor = connection.cursor()
        self.direct = connection.pgconn
        self.direct.prepare(b"kept_page", _FIND.format("$1", "$2").encode())

    def find(self, address: str, build: str) -> tuple[str, str, int] | None:
        """Tag, route and end of what is in force for an address."""
        result = self.direct.exec_prepared(b"kept_page", [address.encode(), build.encode()])
        if result.error_message:
            raise RuntimeError("the kept pages cannot be read")
        if not result.ntuples:
            return None
        etag, route, until = (result.get_value(0, column) for column in range(3))
        return etag.decode(), route.decode(), int(until)

    def read(self, address: str, etag: str) -> Any:
        """Headers, body and packed body."""
        self.cursor.execute(_READ.format("%s", "%s"), (address, etag))
        return self.cursor.fetchone()


class Store:
    """Reads kept pages past the ORM; recent bodies stay in memory, at most 8 MB of them."""

    def __init__(self, url: str, build: str) -> None:
        self.url, self.build = url, build
        self.sqlite = url.startswith("sqlite")
        self._threads = local()
        self._recent: dict[str, tuple[float, tuple[str, str, int]]] = {}
        self._memory: OrderedDict[tuple[str, str], Answer] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        self._engine = create_engine(url, pool_size=20, isolation_level="AUTOCOMMIT")

    def find(self, address: str) -> tuple[str, Answer] | None:
        """The route and answer of an address; None when there is none in force, or no database."""
        try:
            found = self._find(address)
            if found is None or found[2] <= now().timestamp():
                return None
            answer = self._memory.get((address, found[0])) or self._load(address, found[0])
            return (found[1], answer) if answer else None
        except Exception:  # noqa: BLE001 - whatever ails the database, Flask says it in words
            self._forget_connection()
            return None

    def _find(self, address: str) -> tuple[str, str, int] | None:
        """Ask the database, on PostgreSQL at most ten times a second for each address.

        Two processes that talk for each request make half of hello world, however short the query.
        This process forgets at once what it changed itself.
        """
        if self.sqlite:
            return self._get_reader().find(address, self.build)
        until, found = self._recent.get(address, (0.0, None))
        if until <= monotonic():
            found = self._get_reader().find(address, self.build)
            if found is not None:
                if len(self._recent) >= MOST_RECENT:
                    self._recent.clear()
                self._recent[address] = monotonic() + TRUSTED_SECONDS, found
        return found

    def forget_recent(self) -> None:
        """Ask the database again for every address."""
        self._recent.clear()

    def _load(self, address: str, etag: str) -> Answer | None:
        row = self._get_reader().read(address, etag)
        if row is None:
            return None
        headers = tuple((name, value) for name, value in json.loads(row[0]))
        answer = Answer(etag, headers, bytes(row[1]), bytes(row[2]))
        with self._lock:
            self._memory[(address, etag)] = answer
            self._size += len(answer.body) + len(answer.packed)
            while self._size > MEMORY_BYTES and len(self._memory) > 1:
                _, old = self._memory.popitem(last=False)
                self._size -= len(old.body) + len(old.packed)
        return answer

    def _get_reader(self) -> "SqliteReader | PostgresqlReader":
        reader: SqliteReader | PostgresqlReader | None = getattr(self._threads, "reader", None)
        if reader is None:
            connection = self._threads.connection = self._engine.raw_connection()
            make = SqliteReader if self.sqlite else PostgresqlReader
            reader = self._threads.reader = make(connection.driver_connection)
        return reader

    def _forget_connection(self) -> None:
        connection = getattr(self._threads, "connection", None)
        if connection is not None:
            connection.invalidate()
        self._threads.connection = self._threads.reader = None

    def close(self) -> None:
        """Give up this thread's connection and the pool."""
        self.forget_recent()
        self._forget_connection()
        self._engine.dispose()


def init_kept(app: Flask, build: str) -> None:
    """Store the answers of kept views. Call it before all else that adds headers to answers."""

    @app.after_request  # Registered first, so it runs last: on the headers as they leave.
    def keep(response: Response) -> Response:
        if "kept_scope" not in g or response.status_code != 200:
            return response
        body = response.get_data()
        answer = Answer(
            etag=conditional.strong_tag(body),
            headers=_plain_headers(response),
            body=body,
            packed=conditional.gzip_bytes(body),
        )
        address = get_address(request.path, request.query_string.decode("latin-1"))
        if address and "kept_revision" in g:
            _store(address, build, answer)
        status, headers, body = answer.send(request.environ)
        response.status = status
        response.headers.clear()
        response.headers.extend(headers)
        if request.environ["REQUEST_METHOD"] != "HEAD":
            response.set_data(body)
            if status.startswith("304"):
                response.headers.pop("Content-Length", None)
        return response


def _plain_headers(response: Response) -> tuple[tuple[str, str], ...]:
    response.vary.discard("Cookie")
    response.vary.add("Accept-Encoding")
    return tuple((k, v) for k, v in response.headers.items() if k.lower() not in PER_ANSWER)


def _store(address: str, build: str, answer: Answer) -> None:
    """Keep an answer; when the database will not, the page is simply rendered again."""
    scope: Scope = g.kept_scope
    page = KeptPage(
        address=address,
        build=build,
        scope_kind=scope.kind,
        scope_id=scope.id,
        revision=g.kept_revision,
        until=g.kept_until,
        route=str(request.url_rule),
        headers=json.dumps(answer.headers),
        etag=answer.etag,
        body=answer.body,
        packed=answer.packed,
    )
    try:
        with transaction(aside=True):
            db.session.merge(page)
    except DBAPIError:
        db.session.rollback()


def drop_other_builds(build: str) -> None:
    """Forget what earlier versions of the program kept; runs in the caller's transaction."""
    db.session.execute(delete(KeptPage).where(KeptPage.build != build))
