"""The server as a whole: a socket of this machine alone, a token, the model's thread, and the link to all of it."""

import socket
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import uvicorn

from ganatomy.errors import ConfigError
from ganatomy.web.app import paint_app
from ganatomy.web.opening import OpenedRun
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
        if opens:
            webbrowser.open(self.link)
        with suppress(KeyboardInterrupt):  # which is how it is ended
            self.server.run(sockets=[self.socket])


@contextmanager
def serving(opened: OpenedRun, port: int = 0) -> Iterator[Served]:
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
        except OSError as error:
            raise ConfigError(
                f"port {port} cannot be had ({error.strerror}); give --port 0 for any that is free"
            ) from None
        yield listening
