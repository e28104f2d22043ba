"""The server as a whole: a socket of this machine alone, a token, the model's thread, and the link to all of it."""

import socket
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property

import uvicorn

from ganatomy.config.paint import PaintConfig
from ganatomy.errors import ConfigError
from ganatomy.progress import SILENT, Progress
from ganatomy.web.app import paint_app
from ganatomy.web.opening import OpenedRun, open_to_paint
from ganatomy.web.safety import TOKEN, Guard, new_token
from ganatomy.web.session import Session
from ganatomy.web.worker import Worker

HOST = "127.0.0.1"


@dataclass(frozen=True, eq=False)
class Served:
    """A server that is ready to answer."""

    link: str
    """What to open: it holds the token of this start."""
    server: uvicorn.Server
    socket: socket.socket

    def run(self, opens: bool = False) -> None:
        """Answer until Ctrl-C.

        Args:
            opens: whether the page is opened in the browser.
        """
        with self.running(), suppress(KeyboardInterrupt):  # which is how it is ended
            if opens:
                webbrowser.open(self.link)
            self._thread.join()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Answer while the block runs, in a thread: that of a notebook has a loop of its own."""
        self._thread.start()
        try:
            yield
        finally:
            self.server.should_exit = True
            self._thread.join()

    @cached_property
    def _thread(self) -> threading.Thread:
        return threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, name="server")


def paint_run(config: PaintConfig, progress: Progress = SILENT) -> OpenedRun:
    """Serve the page on which a run's pictures are painted in until Ctrl-C, and return what was painted in.

    Args:
        config: all settings.
        progress: told of every image that is segmented, what the run lacks, and the link to open.

    Raises:
        GanatomyError: as for `ganatomy.web.opening.open_to_paint` and `serve`.
    """
    opened = open_to_paint(config, progress)
    with serve(opened, config.port) as served:
        for note in opened.notes_of(opened.layer):
            progress.line(note)
        progress.line(f"painting in {opened.layer}: {served.link} (Ctrl-C ends it)")
        served.run(config.open)
    return opened


@contextmanager
def serve(opened: OpenedRun, port: int = 0) -> Iterator[Served]:
    """Yield a server of a run, its first layer ready to be painted in; the thread ends with the block.

    Args:
        opened: the run.
        port: on 127.0.0.1; 0 takes any that is free.

    Raises:
        ConfigError: the port is taken.
        LayerError: there is nothing to paint in the layer.
    """
    with _listening(port) as listening:
        session, worker = Session(opened), Worker()
        try:
            worker.submit(lambda: session.layer(opened.layer)).result()
            own_port, token = listening.getsockname()[1], new_token()
            app = Guard(paint_app(session, worker), token, own_port)
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
            yield Served(f"http://{HOST}:{own_port}/?{TOKEN}={token}", server, listening)
        finally:
            worker.close()


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """Yield a socket of this machine alone.

    Raises:
        ConfigError: the port is taken.
    """
    # The protocol is named, or asyncio lets the system hold small answers back for 40 ms (TCP_NODELAY).
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
            listening.listen()  # at once: a browser may be faster than the server
        except OSError as error:
            raise ConfigError(
                f"port {port} cannot be had ({error.strerror}); give --port 0 for any that is free"
            ) from None
        yield listening
