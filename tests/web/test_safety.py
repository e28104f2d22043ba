"""Hostile requests, sent to a server that really runs."""

import http.client
from collections.abc import Iterator

import pytest
from tests.web.planted_paint import edit, stroke
from tests.web.server import Client, planted_server

from ganatomy.web.safety import MOST_BYTES, Guard


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with planted_server(tmp_path_factory.mktemp("hostile")) as found:
        yield found


def stranger(client: Client) -> Client:
    """Return somebody who has no cookie."""
    return Client(client.link)


def test_the_link_swaps_its_token_for_a_cookie_that_no_script_can_read(client: Client) -> None:
    answer = stranger(client).enter()
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"ganatomy-{client.port}=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert client.get("/api/about").status == 200


@pytest.mark.parametrize("path", ["/", "/?token=guess", "/api/about", "/api/about?token=guess", "/static/colours.css"])
def test_without_the_token_there_is_nothing(client: Client, path: str) -> None:
    answer = stranger(client).get(path)
    assert answer.status == 403
    assert answer.error == "open the link that `ganatomy paint` printed: it holds a token of this start"
    assert "set-cookie" not in answer.headers


def test_the_token_opens_the_first_page_alone_and_a_wrong_cookie_nothing(client: Client) -> None:
    token = client.link.split("=")[1]
    assert stranger(client).get(f"/api/about?token={token}").status == 403
    for cookie in (
        f"ganatomy-{client.port}=guess",
        f"ganatomy={token}",
        f"ganatomy-{client.port}=\u00e9",
        "=;;=",
        "a\x7f",
    ):
        assert client.get("/api/about", Cookie=cookie).status == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{port}"])
def test_another_host_is_not_answered(client: Client, host: str) -> None:
    answer = client.get("/api/about", Host=host.format(port=client.port))
    assert answer.status == 403
    assert answer.error == f"this server answers to 127.0.0.1:{client.port} and localhost:{client.port} alone"


def test_its_own_names_are_answered(client: Client) -> None:
    for host in ("127.0.0.1", "localhost"):
        own = f"{host}:{client.port}"
        assert client.get("/api/about", Host=own, Origin=f"http://{own}", Sec_Fetch_Site="same-origin").status == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1"])
def test_another_page_is_not_answered(client: Client, origin: str) -> None:
    content = {"edit": edit()}
    answer = client.post("/api/image", content, Origin=origin.format(port=client.port))
    assert (answer.status, answer.error) == (403, "requests of other pages are not answered")


def test_what_another_page_embeds_is_not_answered(client: Client) -> None:
    assert client.get("/api/thumbnails", Sec_Fetch_Site="cross-site").status == 403
    assert client.get("/api/thumbnails", Sec_Fetch_Site="none").status == 200


def test_a_form_of_another_page_is_not_json(client: Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = client.ask("POST", "/api/image", b"{}", {"Content-Type": kind})
        assert (answer.status, answer.error) == (400, "give application/json")


def test_a_request_that_is_too_large_is_refused_by_what_it_says(client: Client) -> None:
    answer = client.ask("POST", "/api/image", b"{}", {"Content-Length": str(MOST_BYTES + 1)})
    assert (answer.status, answer.error) == (413, "the request has more than 8 MiB; send less")


def test_a_request_that_is_too_large_is_refused_whatever_it_says(client: Client) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(9):
            yield b" " * 2**20

    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=60)
    headers = {"Cookie": client.cookie, "Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    connection.request("POST", "/api/image", parts(), headers, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()
    assert client.get("/api/about").status == 200


def test_no_page_may_run_what_is_not_one_of_its_files(client: Client) -> None:
    for path in ("/static/colours.css", "/api/about", "/nothing"):
        headers = client.get(path).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/../session.py",
        "/static/..%2f..%2fsession.py",
        "/static//etc/passwd",
        "/static/%2e%2e/about.py",
        "/static/",
    ],
)
def test_no_path_of_a_client_is_opened(client: Client, path: str) -> None:
    assert client.get(path).status == 404


def test_a_server_that_does_not_listen_yet_lets_nobody_in() -> None:
    guard = Guard(lambda *_: None, "token")  # type: ignore[arg-type, return-value]
    refused = guard._refused({"headers": [(b"host", b"127.0.0.1:None")], "path": "/", "method": "GET"})
    assert refused is not None
    assert refused.status_code == 403


def test_connections_of_other_kinds_are_not_let_in(client: Client) -> None:
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "x", "Sec-WebSocket-Version": "13"}
    assert client.ask("GET", "/api/about", None, upgrade).status != 101


def test_names_are_only_names(client: Client) -> None:
    name = "<img src=x onerror=alert(1)>"
    strokes = [stroke("crown", concept=name, value="insert")]
    answer = client.post("/api/image", {"edit": edit(strokes)})
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/json"
    assert answer.error.startswith(f"no concept '{name}'")
    saved = client.post("/api/save", {"name": name, "edit": edit([stroke("crown")])})
    assert saved.json["path"] == "edits/img-src-x-onerror-alert-1.json"
    assert saved.json["name"] == name
