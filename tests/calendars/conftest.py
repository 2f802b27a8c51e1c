"""What several tests of calendars need."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.node import FOR_LIBRARIES, find_node
from tests.calendars.reading import Read


@pytest.fixture(scope="module")
def read_with_node() -> Iterator[Read]:
    """Reads a feed with ical.js and node-ical, in one process for the module."""
    node = find_node(FOR_LIBRARIES)
    assert node, "Node.js is missing: make setup"
    script = Path(__file__).with_name("readers.mjs")
    process = subprocess.Popen(
        [node, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"TZ": "UTC"}
    )

    def read(feed: bytes) -> dict[str, list[dict[str, Any]]]:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(feed.decode()) + "\n")
        process.stdin.flush()
        read: dict[str, list[dict[str, Any]]] = json.loads(process.stdout.readline())
        return read

    yield read
    process.communicate()
