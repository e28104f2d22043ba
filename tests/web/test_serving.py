"""The server as a whole."""

import threading
import webbrowser
from pathlib import Path
from typing import Any

import pytest
from tests.cli.tiny import write_run
from tests.web.planted_paint import opened
from tests.web.server import Client

from ganatomy.config.paint import PaintConfig
from ganatomy.errors import ConfigError, LayerError
from ganatomy.progress import Silent
from ganatomy.web.serving import Served, paint_run, serve


class Lines(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def line(self, text: str) -> None:
        self.told.append(text)


def test_a_server_answers_this_machine_alone_under_a_link_of_this_start(tmp_path: Path) -> None:
    before = set(threading.enumerate())  # other tests may have servers of their own
    with serve(opened(tmp_path)) as served, served.running():
        assert served.socket.getsockname()[0] == "127.0.0.1"
        client = Client(served.link)
        assert client.enter().status == 303
        with serve(opened(tmp_path)) as other:
            assert other.link.split("=")[1] != served.link.split("=")[1]
    assert not [one.name for one in set(threading.enumerate()) - before if one.name in ("server", "model")]


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with serve(opened(tmp_path)) as served:
        port = served.socket.getsockname()[1]
        said = rf"port {port} cannot be had \(.+\); give --port 0 for any that is free"
        with pytest.raises(ConfigError, match=said), serve(opened(tmp_path), port):
            pass


def test_a_layer_that_cannot_be_painted_in_is_refused_before_there_is_a_link(tmp_path: Path) -> None:
    broken = opened(tmp_path, layer="output", layers=("output",))
    with pytest.raises(LayerError, match="layer 'output' gives the image itself"), serve(broken):
        pass


def test_a_run_is_served_until_ctrl_c_and_told_with_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, told, opens = write_run(tmp_path), Lines(), []

    def interrupted(link: str) -> None:
        opens.append(link)
        raise KeyboardInterrupt

    monkeypatch.setattr(webbrowser, "open", interrupted)
    found = paint_run(PaintConfig(run.path, "layer1", open=True, value_images=4), told)
    assert (found.run.path, found.layer) == (run.path, "layer1")
    lacks, link = told.told
    assert lacks.startswith("Layer layer1 has not been dissected")
    assert link == f"painting in layer1: {opens[0]} (Ctrl-C ends it)"


def test_without_a_browser_it_waits_for_ctrl_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, waited = write_run(tmp_path), []

    class Ended(threading.Thread):
        def join(self, timeout: float | None = None) -> None:
            if not waited:
                waited.append(Client)
                raise KeyboardInterrupt
            super().join(timeout)

    monkeypatch.setattr("ganatomy.web.serving.threading.Thread", Ended)

    def no_browser(*_: Any) -> None:
        raise AssertionError("nobody asked for a browser")

    monkeypatch.setattr(webbrowser, "open", no_browser)
    paint_run(PaintConfig(run.path, value_images=4))
    assert waited
    assert isinstance(Served, type)
