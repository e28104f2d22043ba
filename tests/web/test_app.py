"""Every route of the server, asked by a client of a server that really runs."""

import base64
import io
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.web.planted_paint import cells, edit, opened, stroke
from tests.web.server import Client, planted_server

from ganatomy.memory import keep_freed_memory
from ganatomy.models.planted import NUMBER
from ganatomy.runs.files import append_lines, write_json
from ganatomy.runs.records.paintings import painting_from
from ganatomy.web import app, worker
from ganatomy.web.assets import ASSETS
from ganatomy.web.session import Session

BYTES = 16 * 16 * 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Client]:
    with planted_server(folder) as found:
        yield found


def pixels(content: dict[str, Any], folder: Path) -> bytes:
    """Return the picture of an edit, without a server."""
    return Session(opened(folder)).image(painting_from(content, "edit")).tobytes()


def test_a_page_is_told_what_it_has_to_know(client: Client) -> None:
    about = client.get("/api/about").json
    assert (about["schema"], about["layer"], about["layers"]) == (1, "layer1", ["layer1", "layer2"])
    assert client.get("/api/about?layer=layer2").json["layer"] == "layer2"
    answer = client.get("/api/about?layer=output")
    assert (answer.status, answer.error) == (400, "no layer 'output' to paint in; choose from layer1, layer2")


def test_a_picture_comes_as_raw_pixels_with_its_revision(client: Client, folder: Path) -> None:
    content = edit([stroke("grass")])
    answer = client.post("/api/image", {"edit": content, "revision": 17})
    assert (answer.status, answer.headers["x-revision"]) == (200, "17")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.body == pixels(content, folder)


def test_a_picture_comes_as_png_too(client: Client, folder: Path) -> None:
    answer = client.post("/api/image?as=png", {"edit": edit()})
    assert answer.headers["content-type"] == "image/png"
    assert np.asarray(Image.open(io.BytesIO(answer.body))).tobytes() == pixels(edit(), folder)


def test_what_is_seen_comes_with_its_revision(client: Client) -> None:
    seen = client.post("/api/segment", {"edit": edit([stroke("sky")]), "revision": 3}).json
    concepts = client.get("/api/about").json["segmenter"]["concepts"]
    assert seen["revision"] == 3
    assert len(base64.b64decode(seen["labels"])) == 16 * 16
    assert len(seen["areas"]) == len(seen["before"]) == len(concepts)
    assert seen["areas"][concepts.index("sky")] == 0 < seen["before"][concepts.index("sky")]


def test_other_samples_come_in_the_order_of_their_ids(client: Client, folder: Path) -> None:
    strokes = [stroke("grass")]
    answer = client.post("/api/many", {"edit": edit(strokes), "ids": [7, 45, 7]})
    alone = [pixels(edit(strokes, {"id": number}), folder) for number in (7, 45, 7)]
    assert answer.body == b"".join(alone)
    before = client.post("/api/many", {"edit": edit(strokes), "ids": [7], "before": True})
    assert before.body == pixels(edit((), {"id": 7}), folder)


def test_thumbnails_come_from_where_they_are_asked(client: Client, folder: Path) -> None:
    answer = client.get("/api/thumbnails?from=48&count=16")
    assert len(answer.body) == 2 * BYTES
    assert answer.body[:BYTES] == pixels(edit((), {"id": 48}), folder)
    assert len(client.get("/api/thumbnails").body) == 16 * BYTES


def test_a_unit_has_a_page_of_its_own(client: Client) -> None:
    unit = client.get(f"/api/unit/{NUMBER['crown']}").json
    assert (unit["unit"], unit["layer"], unit["label"]) == (NUMBER["crown"], "layer1", "tree")
    assert client.get("/api/unit/2?layer=layer2").json["label"] is None
    answer = client.get("/api/unit/11")
    assert (answer.status, answer.error) == (400, "layer 'layer1' has no unit 11; its units are 0 to 10")
    picture = client.get(f"/api/unit/{NUMBER['crown']}/top.png")
    assert Image.open(io.BytesIO(picture.body)).size == (8 * 16, 2 * 16)
    assert client.get("/api/unit/none").status == 404


def test_an_edit_is_saved_as_a_test_and_listed(client: Client, folder: Path) -> None:
    content = edit([stroke("crown", "trunk", where=cells())])
    answer = client.post("/api/save", {"name": "no trees", "edit": content}).json
    assert (answer["name"], answer["path"]) == ("no trees", "edits/no-trees.json")
    assert answer["said"] == f"saved; try it on later weights by: ganatomy edit {folder} --check edits"
    (folder / "edits" / "damaged.json").write_text("{")
    write_json(folder / "edits" / "0001-layer1-ablate" / "effects.json", {})
    damaged, listed = client.get("/api/edits").json["edits"]
    assert listed == {"name": "no trees", "path": "edits/no-trees.json", "edit": content}
    assert damaged["name"] == "damaged"
    assert "is not JSON" in damaged["error"]
    taken = client.post("/api/save", {"name": "no trees", "edit": content})
    assert (taken.status, taken.error) == (400, "edits/no-trees.json is there already; give another name")


def test_an_evolution_is_followed_by_its_files(client: Client, folder: Path) -> None:
    write_json(folder / "config.json", {"schema": 1, "data": "scenes"})
    assert client.get("/api/evolution").json is None
    assert client.get("/api/evolution/grid.png").status == 404
    append_lines(folder / "metrics.jsonl", [{"generation": 1, "kimg": 0.1, "seconds": 1.0, "fitness": 0.5}])
    assert client.get("/api/evolution").json["generation"] == 1
    (folder / "samples").mkdir()
    Image.new("RGB", (4, 4)).save(folder / "samples" / "children.png")
    assert client.get("/api/evolution/grid.png").headers["content-type"] == "image/png"


def test_pages_and_their_files_are_sent(client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer = client.get("/static/colours.css")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert answer.body == ASSETS["colours.css"].path.read_bytes()
    for path in app.PAGES:
        monkeypatch.setitem(ASSETS, app.PAGES[path], ASSETS["colours.css"])
        assert client.get(path.replace("{number:int}", "3")).body == answer.body


def test_what_there_is_not_is_said_in_one_line(client: Client) -> None:
    assert (client.get("/nothing").status, client.get("/nothing").error) == (404, "Not Found")
    wrong = client.get("/api/image")
    assert (wrong.status, wrong.error) == (405, "this address is asked for in another way")


MALFORMED: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"{", "what was posted is no JSON (Expecting property name"),
    "no text": (b"\xff\xfe", "what was posted is no JSON ("),
    "nested": (b"[" * 100_000, "what was posted is no JSON ("),
    "a long number": (b'{"edit": ' + b"1" * 10_000 + b"}", "what was posted is no JSON ("),
    "no number": (b'{"edit": NaN}', "what was posted is no JSON (NaN is no JSON number)"),
    "a list": (b"[]", "what was posted is a list, not a JSON object"),
    "nothing": (b"{}", "what was posted is not as it should be: no value for 'edit'"),
    "another key": (
        b'{"edit": {}, "path": "/etc/passwd"}',
        "what was posted is not as it should be: unknown key 'path'",
    ),
    "another type": (b'{"edit": {}, "revision": "<img>"}', "what was posted is not as it should be: revision: '<img>'"),
    "no schema": (b'{"edit": {}}', "the edit has schema None, this version reads schema 1"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_not_as_it_should_be_is_refused_in_one_line(client: Client, name: str) -> None:
    body, message = MALFORMED[name]
    answer = client.ask("POST", "/api/image", body)
    assert answer.status == 400
    assert answer.error.startswith(message)


EDITS: dict[str, tuple[dict[str, Any], str]] = {
    "two samples": ({"sample": {"id": 0, "seed": 1}}, "the edit is of a sample that is given by id and seed"),
    "no sample": ({"sample": {}}, "the edit is of a sample that is given by nothing; give one of id, seed and photo"),
    "a path": ({"sample": {"photo": "../x"}}, "no inverted photo '../x'"),
    "infinite": ({"strokes": [stroke(0, strength=1e999)]}, "what was posted is no JSON (Infinity is no JSON number)"),
    "strength": ({"strokes": [stroke(0, strength=2)]}, "strength is 2.0; give 0 to 1"),
    "units": (
        {"strokes": [stroke(0) | {"units": "all"}]},
        "the edit is not as this version writes it: strokes.units",
    ),
    "value": ({"strokes": [stroke(0, value="high")]}, "the edit is not as this version writes it: strokes.value"),
    "class": ({"class": "<img>"}, "the edit is not as this version writes it: of_class"),
    "long": ({"layer": "x" * 10_000}, "no layer 'xxx"),
}


@pytest.mark.parametrize("name", EDITS)
def test_edits_that_are_none_are_refused_in_one_line(client: Client, name: str) -> None:
    changed, message = EDITS[name]
    answer = client.post("/api/segment", {"edit": edit(**changed)})
    assert answer.status == 400
    assert answer.error.replace("what was posted is not as it should be: ", "").startswith(message)
    assert len(answer.error) < 500


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("/api/many", {"edit": edit(), "ids": []}, "0 samples are asked for; give 1 to 64"),
        ("/api/many", {"edit": edit(), "ids": [0] * 65}, "65 samples are asked for; give 1 to 64"),
        ("/api/many", {"edit": edit(), "ids": [50]}, "no sample 50; give 0 to 49"),
        ("/api/save", {"name": "../../x/..", "edit": edit()}, None),
        ("/api/save", {"name": "...", "edit": edit()}, "name is '...'; give one with letters or digits"),
        ("/api/save", {"name": "x" * 81, "edit": edit()}, "the name has 81 letters; give at most 80"),
    ],
)
def test_numbers_and_names_are_bounded(
    client: Client, folder: Path, path: str, content: dict[str, Any], message: str | None
) -> None:
    answer = client.post(path, content)
    if message is None:
        assert answer.json["path"] == "edits/x.json"
        assert (folder / "edits" / "x.json").is_file()
    else:
        assert (answer.status, answer.error) == (400, message)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("from=-1", "from is '-1'; give a whole number"),
        ("from=50", "no sample 50; give 0 to 49"),
        ("count=0", "count is 0; give 1 to 64"),
        ("count=65", "count is 65; give 1 to 64"),
        ("count=1e9", "count is '1e9'; give a whole number"),
        ("count=%D9%A3", "count is '\u0663'; give a whole number"),
        ("from=99999999999999999999", "from is '99999999999999999999'; give a whole number"),
    ],
)
def test_thumbnails_that_there_are_not_are_refused(client: Client, query: str, message: str) -> None:
    answer = client.get(f"/api/thumbnails?{query}")
    assert (answer.status, answer.error) == (400, message)


def test_a_busy_server_says_when_to_ask_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any) -> None:
        raise worker.Busy

    monkeypatch.setattr(worker.Worker, "submit", busy)
    answer = client.post("/api/image", {"edit": edit()})
    assert (answer.status, answer.headers["retry-after"]) == (429, "1")
    assert answer.error == "the server is busy; ask again"


def test_a_mistake_of_the_server_is_no_traceback(
    client: Client, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device", "/somewhere")

    monkeypatch.setattr(app, "save_assertion", full)
    answer = client.post("/api/save", {"name": "y", "edit": edit()})
    assert (answer.status, answer.error) == (500, "No space left on device")
    monkeypatch.setattr(app, "save_assertion", lambda *_: 1 / 0)
    answer = client.post("/api/save", {"name": "y", "edit": edit()})
    assert (answer.status, answer.error) == (500, "this went wrong in the server; its terminal tells more")
    assert client.get("/api/about").status == 200


def ten_clients(client: Client, seconds: float) -> list[int]:
    """Return what ten clients were answered who paint and look at once, each as fast as it can."""
    found: list[int] = []
    end = time.monotonic() + seconds

    def paint(number: int) -> None:
        place = 0
        while time.monotonic() < end:
            place += 1
            content = edit([stroke(number, where=cells((place % 8, number % 8)))], {"seed": place % 7})
            found.extend(client.post(path, {"edit": content}).status for path in ("/api/image", "/api/segment"))
            if place % 5 == 0:
                found.append(client.post("/api/many", {"edit": content, "ids": [*range(20)]}).status)
                found.append(client.get(f"/api/unit/{number}").status)

    threads = [threading.Thread(target=paint, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def memory() -> int:
    """Return the memory that this process holds, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 // 2**20


@pytest.mark.parametrize("seconds", [pytest.param(60, marks=pytest.mark.slow), 3])
def test_ten_clients_at_once_meet_no_error_and_memory_stays_flat(client: Client, seconds: float) -> None:
    keep_freed_memory()
    assert set(ten_clients(client, seconds / 3)) <= {200, 429}
    before = memory()
    answers = ten_clients(client, seconds)
    assert set(answers) <= {200, 429}
    assert answers.count(200) > 10 * seconds
    assert memory() - before < 32


def test_more_clients_than_may_wait_are_asked_to_come_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()
    monkeypatch.setattr(Session, "image", lambda *_: free.wait() and np.zeros((16, 16, 3), np.uint8))
    statuses: list[int] = []
    asking = [
        threading.Thread(target=lambda: statuses.append(client.post("/api/image", {"edit": edit()}).status))
        for _ in range(worker.WAITING + 6)
    ]
    for thread in asking:
        thread.start()
    while statuses.count(429) < 5:  # one is at work, as many as may wait do
        time.sleep(0.01)
    free.set()
    for thread in asking:
        thread.join()
    assert statuses.count(429) == 5
    assert statuses.count(200) == worker.WAITING + 1


def test_answers_are_json_that_says_nothing_else(client: Client) -> None:
    assert json.loads(client.get("/nothing").body) == {"error": "Not Found"}
