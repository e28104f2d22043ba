import subprocess
import sys

import pytest

from ganatomy import segment
from ganatomy.lazy import lazy


def test_a_name_is_found_in_its_module_and_kept() -> None:
    find, _ = lazy("xml", {"parseString": "dom.minidom"})
    found = find("parseString")
    import xml.dom.minidom

    assert found is xml.dom.minidom.parseString
    assert vars(sys.modules["xml"]).pop("parseString") is found


def test_an_unknown_name_is_refused_with_those_that_there_are() -> None:
    find, _ = lazy("xml", {"parseString": "dom.minidom"})
    with pytest.raises(AttributeError) as caught:
        find("parse")
    assert str(caught.value) == "module 'xml' has no attribute 'parse'; it has parseString"


def test_names_to_come_are_listed() -> None:
    assert {"load_segmenter", "networks"} <= set(dir(segment))


def test_a_light_name_imports_nothing_heavy() -> None:
    code = "import sys; from ganatomy.segment import Segmenter; print({'numba', 'PIL'} & {*sys.modules})"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "set()"
