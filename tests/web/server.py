"""A server of the planted world that really runs, and a client that knows how to come in."""

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.web.planted_paint import opened

from ganatomy.web.serving import serve


@dataclass(frozen=True)
class Answer:
    """What the server sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What stands in it."""
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """What it says was wrong: one line of JSON, and nothing else."""
        (said,) = self.json.values()
        assert "Traceback" not in said
        assert "\n" not in said
        return str(said)


@dataclass
class Client:
    """A browser that has opened the link."""

    link: str
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        """Of the server."""
        port = urlsplit(self.link).port
        assert port is not None
        return port

    def enter(self) -> Answer:
        """Open the link, and keep the cookie."""
        parts = urlsplit(self.link)
        answer = self.get(f"{parts.path}?{parts.query}")
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self.ask("GET", path, None, headers)

    def post(self, path: str, content: object, **headers: str) -> Answer:
        """Send JSON."""
        return self.ask("POST", path, json.dumps(content).encode(), headers)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}) -> Answer:
        """Send any request."""
        own = {"Cookie": self.cookie, "Content-Type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name: value for name, value in own.items() if value})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()


@contextmanager
def planted_server(path: Path, **more: Any) -> Iterator[Client]:
    """Yield a client of a server of the planted world that runs meanwhile; it has come in."""
    with serve(opened(path, **more)) as served, served.running():
        client = Client(served.link)
        client.enter()
        yield client
