import pytest

from ganatomy.config.export import ExportConfig
from ganatomy.errors import ConfigError


def test_only_onnx_is_divided() -> None:
    assert ExportConfig("run", "onnx", split_at="layer2").split_at == "layer2"
    with pytest.raises(
        ConfigError, match=r"split_at is 'layer2', but only ONNX is written in two parts; give --format"
    ):
        ExportConfig("run", "module", split_at="layer2")


def test_a_format_is_one_of_four() -> None:
    with pytest.raises(ConfigError, match=r"format is 'zip'; give one of 'safetensors', 'onnx', 'module', 'web'"):
        ExportConfig("run", "zip")


def test_a_page_is_of_the_generator_as_it_is() -> None:
    assert ExportConfig("run", "web", split_at="layer2").split_at == "layer2"
    with pytest.raises(ConfigError, match=r"edit is '1', but a page is of the generator as it is, and makes"):
        ExportConfig("run", "web", edit="1")
    with pytest.raises(ConfigError, match=r"precision is fp16, but a page keeps weights in as few bits as its images"):
        ExportConfig("run", "web", precision="fp16")
