"""A browser without a screen: fetches pages, keeps cookies, signs in."""

import http.client
import re
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from gernas.accounts.demo import PASSWORD
from scripts.bench.client import HOST
from scripts.bench.figures import CannotMeasure

TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')
DOOR = "/masuk/kata-sandi"
TIMEOUT = 30


class Browser:
    """One person at one server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        """The value of the Cookie header; empty without any."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Send a request and keep the cookies of its answer; return status and body."""
        headers = {"Cookie": self.cookie} if self.cookies else {}
        body = urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for line in answer.msg.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer.status, content

    def sign_in(self, email: str) -> None:
        """Sign in with the password of the demo.

        Raises:
            CannotMeasure: the door stays shut.
        """
        _, page = self.send("GET", DOOR)
        token = TOKEN.search(page.decode())
        if token is None:
            raise CannotMeasure(f"no form at {DOOR}")
        form = {"email": email, "password": PASSWORD, "csrf_token": unescape(token[1])}
        status, _ = self.send("POST", DOOR, form)
        if status != 303:
            raise CannotMeasure(f"{email} was not let in: {status}")
