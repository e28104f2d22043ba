import pytest

from ganatomy.config.export import ExportConfig
from ganatomy.errors import ConfigError


def test_only_onnx_is_divided() -> None:
    assert ExportConfig("run", "onnx", split_at="layer2").split_at == "layer2"
    with pytest.raises(
        ConfigError, match=r"split_at is 'layer2', but only ONNX is written in two parts; give --format"
    ):
        ExportConfig("run", "module", split_at="layer2")


def test_a_format_is_one_of_three() -> None:
    with pytest.raises(ConfigError, match=r"format is 'web'; give one of 'safetensors', 'onnx', 'module'"):
        ExportConfig("run", "web")
