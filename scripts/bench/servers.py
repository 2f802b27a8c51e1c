"""Installations in folders of their own, and servers on free ports of this machine."""

import http.client
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gernas.config import Settings, read_settings
from gernas.core.serving import web_command, web_environ
from scripts.bench.client import HOST
from scripts.bench.figures import CannotMeasure

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 30.0  # seconds for a server to answer first
END_PATIENCE = 25.0  # and to stop
POLL = 0.005
GERNAS = [sys.executable, "-m", "gernas"]
# A worker that is renewed after 20,000 requests would be, at random, in some rounds and not others.
FOR_GOOD = ["--max-requests", "0", "--max-requests-jitter", "0"]


@dataclass(frozen=True)
class Installation:
    """A migrated database with the demo in it, and the settings of its server."""

    folder: Path
    port: int
    environ: dict[str, str]

    @property
    def settings(self) -> Settings:
        return read_settings(self.environ)

    @property
    def web(self) -> list[str]:
        """The command that serves the web alone."""
        return [*web_command(self.settings, host=HOST, port=self.port), *FOR_GOOD]

    @property
    def hello(self) -> tuple[int, list[str]]:
        """A free port, and the command that serves hello world on it in the same way."""
        port = free_port()
        application = "scripts.bench.hello:app"
        command = web_command(self.settings, host=HOST, port=port, application=application)
        return port, [*command, *FOR_GOOD]

    @property
    def everything(self) -> list[str]:
        """The command that people start: web and worker."""
        return [*GERNAS, "run", "--host", HOST, "--port", str(self.port)]

    def run(self, *arguments: str) -> None:
        """Run a ``gernas`` command here.

        Raises:
            CannotMeasure: it failed.
        """
        done = subprocess.run(
            [*GERNAS, *arguments], cwd=ROOT, env=self.environ, capture_output=True, check=False
        )
        if done.returncode:
            words = done.stderr.decode(errors="replace")[-2000:]
            raise CannotMeasure(f"`gernas {' '.join(arguments)}` failed: {words}")


@contextmanager
def install(database_url: str | None = None) -> Iterator[Installation]:
    """Load the demo into a new folder, which goes at the end; SQLite unless a database is given."""
    with tempfile.TemporaryDirectory(prefix="gernas-bench-") as folder:
        port = free_port()
        environ = {name: value for name, value in web_environ().items() if "GERNAS_" not in name}
        environ |= {
            "GERNAS_DEMO": "1",
            "GERNAS_URL": f"http://{HOST}:{port}",
            "GERNAS_INSTANCE": folder,
            "GERNAS_SECRET_KEY": secrets.token_urlsafe(48),
        }
        if database_url:
            environ["GERNAS_DATABASE_URL"] = database_url
        installation = Installation(Path(folder), port, environ)
        installation.run("db", "upgrade")
        installation.run("demo")
        yield installation


@contextmanager
def serve(
    command: Sequence[str], environ: Mapping[str, str], port: int, *, path: str = "/"
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server within the block, which begins once ``path`` is answered with 200.

    What it prints goes nowhere, errors excepted.

    Raises:
        CannotMeasure: it ended or did not answer in time.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=errors
        )
        try:
            wait_for(process, port, path)
            yield process
        except CannotMeasure:
            errors.seek(0)
            sys.stderr.write(errors.read().decode(errors="replace")[-3000:])
            raise
        finally:
            process.terminate()
            try:
                process.wait(END_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    """Return as soon as the server answers with 200.

    Raises:
        CannotMeasure: the process ended before, or the time is up.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise CannotMeasure(f"the server ended with {process.returncode}")
        if fetch_status(port, path) == 200:
            return
        time.sleep(POLL)
    raise CannotMeasure(f"no 200 for {path} within {PATIENCE:.0f} s")


def fetch_status(port: int, path: str) -> int | None:
    """The status of one answer; None when nobody listens yet."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def free_port() -> int:
    """A port of this machine on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
