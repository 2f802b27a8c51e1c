"""Keep a gzipped copy beside each static file, for the server to send as it is."""

import gzip
import os
from pathlib import Path

SUFFIXES = frozenset({".css", ".js", ".json", ".svg", ".txt", ".wasm", ".webmanifest", ".xml"})
LEAST_BYTES = 200  # below this a copy costs more than it saves


def compress(folder: Path) -> None:
    """Bring the ``.gz`` copies in the folder up to date; the same bytes for the same file.

    A copy has the time of its file, which tells whether it is current.
    """
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".gz" and not path.with_suffix("").is_file():
            path.unlink()
        elif path.suffix in SUFFIXES and path.stat().st_size >= LEAST_BYTES:
            _compress_file(path)


def _compress_file(path: Path) -> None:
    copy = path.with_name(path.name + ".gz")
    stat = path.stat()
    if copy.is_file() and copy.stat().st_mtime_ns == stat.st_mtime_ns:
        return
    new = copy.with_name(f".{copy.name}")
    new.write_bytes(gzip.compress(path.read_bytes(), compresslevel=9, mtime=0))
    os.utime(new, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    new.replace(copy)
