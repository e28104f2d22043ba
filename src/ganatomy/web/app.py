"""The routes of the server, each as thin as it can be: what is asked for is read, done by the session, and sent.

All that runs the model is a job of the one thread that owns it; what takes long is done in steps of a few samples, so
that a picture that is being painted never waits for more than one of them.
"""

import asyncio
import base64
import io
from collections.abc import Awaitable, Callable, Generator, Iterator
from typing import Any, TypeVar

from PIL import Image
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from ganatomy.config.jsonable import unstructured
from ganatomy.errors import DataError, GanatomyError
from ganatomy.runs.layout import EDITS
from ganatomy.web.asked import EditRequest, ManyRequest, SaveRequest, read, whole_number
from ganatomy.web.assertions import read_assertion, save_assertion, saved_assertions
from ganatomy.web.assets import ASSETS
from ganatomy.web.evolution import evolution_of, grid_file
from ganatomy.web.safety import TooLarge, refusal, too_large
from ganatomy.web.session import Pixels, Session, read_edit
from ganatomy.web.worker import Busy, Turn, Worker

T = TypeVar("T")

RETRY_S = 1
"""After how many seconds a busy server may be asked again."""
MOST_IDS = 64
"""Samples that are asked for at a time."""
LONGEST_LINE = 400
"""Letters of what is said of a mistake."""


PAGES = {"/": "index.html", "/evolution": "evolution.html", "/unit/{number:int}": "unit.html"}
"""By address, the file that is sent."""


class Routes:
    """What the server answers.

    Args:
        session: the run that is painted in.
        worker: the thread that runs it.
    """

    def __init__(self, session: Session, worker: Worker) -> None:
        self._session, self._worker = session, worker

    async def about(self, request: Request) -> Response:
        """Send what a page has to know of a layer."""
        layer = request.query_params.get("layer")
        return JSONResponse(await self._done(lambda: self._session.about(layer)))

    async def image(self, request: Request) -> Response:
        """Send an edited picture, as raw RGB or as PNG."""
        asked = await read(request, EditRequest)
        painting = read_edit(asked.edit)
        pixels = await self._done(lambda: self._session.image(painting), Turn.IMAGE)
        if request.query_params.get("as") == "png":
            return _png(pixels)
        return _raw(pixels.tobytes(), asked.revision)

    async def segment(self, request: Request) -> Response:
        """Send what is seen in an edited picture."""
        asked = await read(request, EditRequest)
        painting = read_edit(asked.edit)
        seen = await self._done(lambda: self._session.segment(painting), Turn.SEEN)
        return JSONResponse(
            {
                "revision": asked.revision,
                "labels": base64.b64encode(seen.labels).decode(),
                "areas": seen.areas,
                "before": seen.before,
            }
        )

    async def many(self, request: Request) -> Response:
        """Send the same edit on other samples, as raw RGB one after another."""
        asked = await read(request, ManyRequest)
        painting = read_edit(asked.edit)
        if not 1 <= len(asked.ids) <= MOST_IDS:
            raise DataError(f"{len(asked.ids)} samples are asked for; give 1 to {MOST_IDS}")
        parts = await self._collected(self._session.many(painting, asked.ids, asked.before))
        return _raw(b"".join(part.tobytes() for part in parts), asked.revision)

    async def thumbnails(self, request: Request) -> Response:
        """Send samples unedited, as raw RGB one after another."""
        first, count = whole_number(request, "from", 0), whole_number(request, "count", 16)
        if not 1 <= count <= MOST_IDS:
            raise DataError(f"count is {count}; give 1 to {MOST_IDS}")
        parts = await self._collected(self._session.thumbnails(first, count))
        return _raw(b"".join(part.tobytes() for part in parts), 0)

    async def unit(self, request: Request) -> Response:
        """Send what is known of a unit."""
        number, layer = request.path_params["number"], self._chosen(request)
        steps = self._session.unit(number, layer)
        while True:
            done, page = await self._done(lambda: _step(steps))
            if done:
                return JSONResponse(unstructured(page))

    async def unit_pictures(self, request: Request) -> Response:
        """Send the pictures of a unit, as PNG."""
        number, layer = request.path_params["number"], self._chosen(request)
        return _png(await self._done(lambda: self._session.unit_pictures(number, layer)))

    async def save(self, request: Request) -> Response:
        """Keep an edit with its effect as a test."""
        asked = await read(request, SaveRequest)
        painting = read_edit(asked.edit)
        path, record = await self._done(lambda: save_assertion(self._session, asked.name, painting))
        said = f"saved; try it on later weights by: ganatomy edit {self._session.opened.run.path} --check {EDITS}"
        return JSONResponse({"name": record.name, "path": f"{EDITS}/{path.name}", "said": said})

    async def edits(self, _request: Request) -> Response:
        """Send the edits that were kept."""
        return JSONResponse({"edits": await run_in_threadpool(self._kept_edits)})

    async def evolution(self, _request: Request) -> Response:
        """Send how the run has evolved so far; null of one that nobody evolved."""
        found = await run_in_threadpool(evolution_of, self._session.opened.run)
        return JSONResponse(None if found is None else unstructured(found))

    async def grid(self, _request: Request) -> Response:
        """Send the samples of the children of a generation, as PNG."""
        path = grid_file(self._session.opened.run)
        if path is None:
            raise HTTPException(
                404, "the run has no samples of children; `ganatomy evolve` writes them beside its grids"
            )
        return FileResponse(path, media_type="image/png")

    def _kept_edits(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for path in saved_assertions(self._session.opened.run.path / EDITS):
            try:
                record = read_assertion(path)
            except GanatomyError as error:
                found.append({"name": path.stem, "path": f"{EDITS}/{path.name}", "error": _line(str(error))})
            else:
                found.append({"name": record.name, "path": f"{EDITS}/{path.name}", "edit": record.edit})
        return found

    def _chosen(self, request: Request) -> str:
        """Return the layer that is asked for, or the one to begin with."""
        return request.query_params.get("layer") or self._session.opened.layer

    async def _done(self, job: Callable[[], T], turn: Turn = Turn.BESIDE) -> T:
        return await asyncio.wrap_future(self._worker.submit(job, turn))

    async def _collected(self, parts: Iterator[Pixels]) -> list[Pixels]:
        found: list[Pixels] = []
        while (part := await self._done(lambda: next(parts, None))) is not None:
            found.append(part)
        return found


def _step(steps: Generator[None, None, T]) -> tuple[bool, T | None]:
    """Return whether the last step has been done, and what came of all of them."""
    try:
        next(steps)
    except StopIteration as end:
        return True, end.value
    return False, None


def paint_app(session: Session, worker: Worker) -> Starlette:
    """Return the app that answers the page, without what keeps others out.

    Args:
        session: the run that is painted in.
        worker: the thread that runs it.
    """
    routes = Routes(session, worker)
    asked = (
        ("/api/about", routes.about),
        ("/api/thumbnails", routes.thumbnails),
        ("/api/unit/{number:int}", routes.unit),
        ("/api/unit/{number:int}/top.png", routes.unit_pictures),
        ("/api/edits", routes.edits),
        ("/api/evolution", routes.evolution),
        ("/api/evolution/grid.png", routes.grid),
    )
    posted = (
        ("/api/image", routes.image),
        ("/api/segment", routes.segment),
        ("/api/many", routes.many),
        ("/api/save", routes.save),
    )
    return Starlette(
        routes=[
            *(Route(path, answer) for path, answer in asked),
            *(Route(path, answer, methods=["POST"]) for path, answer in posted),
            *(Route(path, _sends(name)) for path, name in PAGES.items()),
            Route("/static/{name:path}", static),
        ],
        exception_handlers={
            GanatomyError: lambda _, error: refusal(400, _line(str(error))),
            HTTPException: _not_answered,
            Busy: lambda *_: refusal(429, "the server is busy; ask again", {"Retry-After": str(RETRY_S)}),
            TooLarge: lambda *_: too_large(),
            OSError: lambda _, error: refusal(500, _line(error.strerror or str(error))),
            Exception: lambda *_: refusal(500, "this went wrong in the server; its terminal tells more"),
        },
    )


async def static(request: Request) -> Response:
    """Send a file of the page; names are looked up, no path is opened."""
    return _file(request.path_params["name"])


def _sends(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def page(_request: Request) -> Response:
        return _file(name)

    return page


def _file(name: str) -> Response:
    asset = ASSETS.get(name)
    if asset is None:
        raise HTTPException(404, "there is no such page")
    return Response(asset.path.read_bytes(), media_type=asset.media_type)


async def _not_answered(_request: Request, error: Exception) -> Response:
    """Return in one line what Starlette or a route says: 404, or 405 of a page that is asked for in another way."""
    assert isinstance(error, HTTPException)
    said = error.detail if error.status_code != 405 else "this address is asked for in another way"
    return refusal(error.status_code, said)


def _raw(pixels: bytes, revision: int) -> Response:
    return Response(pixels, media_type="application/octet-stream", headers={"X-Revision": str(revision)})


def _png(pixels: Pixels) -> Response:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return Response(buffer.getvalue(), media_type="image/png")


def _line(said: str) -> str:
    """Return one line that is not too long, whatever somebody posted stands in it."""
    line = " ".join(said.split())
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} ..."
