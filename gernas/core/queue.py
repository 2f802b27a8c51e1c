"""huey's queue, which wakes the worker. Loaded by whoever uses it, since huey costs a start."""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Any

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from gernas.config import Settings
from gernas.core.jobs import run_job

EXTENSION = "gernas_queue"
_opening = Lock()


@dataclass(frozen=True)
class Queue:
    """The queue of an application, and its one task."""

    huey: Huey
    task: Any  # called with a job's id, it puts that into the queue

    def run_job(self, job_id: int) -> None:
        """Ask the worker to do a job at once."""
        self.task(job_id)


def get_queue(app: Flask) -> Queue:
    """The application's queue, opened on first use: Redis if there is one, else a file."""
    with _opening:
        queue: Queue | None = app.extensions.get(EXTENSION)
        if queue is None:
            queue = app.extensions[EXTENSION] = _open(app, app.config["GERNAS"])
    return queue


def _open(app: Flask, settings: Settings) -> Queue:
    serializer = SignedJson(settings.secret_key)
    huey: Huey
    if settings.redis_url:
        huey = RedisHuey("gernas", url=settings.redis_url, serializer=serializer, results=False)
    else:
        settings.instance.mkdir(parents=True, exist_ok=True)
        file = str(settings.instance / "queue.db")
        huey = SqliteHuey("gernas", filename=file, serializer=serializer, results=False)

    def run(job_id: int) -> None:
        with app.app_context():
            run_job(int(job_id))

    return Queue(huey, huey.task(name="run_job")(run))


class SignedJson(Serializer):  # type: ignore[misc]  # huey has no types
    """huey's messages as JSON under HMAC-SHA-256, so that the queue cannot make us run code."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = sha256(b"huey:" + key.encode()).digest()

    def _serialize(self, data: Any) -> bytes:
        if isinstance(data, Message):
            data = {"message": list(data)}
        body = json.dumps(data, default=_plain).encode()
        return hmac.new(self.key, body, sha256).hexdigest().encode() + b"." + body

    def _deserialize(self, data: bytes) -> Any:
        mark, _, body = data.partition(b".")
        right = hmac.new(self.key, body, sha256).hexdigest().encode()
        if not hmac.compare_digest(mark, right):
            raise ValueError("a message in the queue was not written by us")
        value = json.loads(body)
        if isinstance(value, dict) and "message" in value:
            fields = dict(zip(Message._fields, value["message"], strict=True))
            fields["args"] = tuple(fields["args"] or ())
            return Message(**fields)
        return value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into the queue")
