from pathlib import Path

import pytest
import torch
from tests.export.made import write_run

import ganatomy as ga
from ganatomy.errors import ConfigError


def test_a_run_is_exported_from_python(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    exported = ga.export(run.path, out=tmp_path / "out", precision="fp16", progress=False)
    assert exported.folder == tmp_path / "out"
    z = torch.randn(2, 5)
    torch.testing.assert_close(ga.load(exported.folder)(z), ga.load(run.path)(z), atol=1e-2, rtol=0)
    with pytest.raises(ConfigError, match="--overwrite"):
        ga.export(str(run.path), "safetensors", str(tmp_path / "out"), progress=False)
