import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from PIL import Image

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import read_config, to_json
from ganatomy.data.grids import write_grid
from ganatomy.errors import ConfigError
from ganatomy.models.networks.dcgan import Generator, GeneratorShape, initialise
from ganatomy.runs.directory import Run, create_run, open_run
from ganatomy.runs.files import read_lines, write_json
from ganatomy.runs.state import save_state
from ganatomy.runs.weights import load_generator, save_generator

SCRIPT = Path(__file__).parents[2] / "scripts" / "package_generator.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("package_generator", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_run(parent: Path, data: str = "scenes:houses") -> Run:
    """A run stopped after generation 30, whose last snapshot is of generation 20."""
    config = EvolveConfig.of(image_size=32, data=data, minutes=300.0, threads=1, out=Path("elsewhere"))
    run = create_run(parent, "scenes", to_json(config))
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4))
    initialise(generator, torch.Generator().manual_seed(0))
    save_generator(run, "ema", generator)
    save_generator(run, "latest", generator)
    save_state(run.path / "state" / "latest.safetensors", {"generation": 20})
    for generation in range(1, 31):
        run.append_metrics({"generation": generation, "quality": 1 / 3})
        run.append_lineage([{"generation": generation, "child": 0, "fitness": 1 / 3, "survived": True}])
    index = [{"generation": g, "kimg": 0.1, "seconds": 1.0, "file": f"gen-{g:06d}.png"} for g in range(1, 31)]
    for entry in index:
        path = run.subdirectory("samples") / str(entry["file"])
        write_grid(path, np.full((4, 32, 32, 3), 7 * int(str(entry["generation"])), dtype=np.uint8), 2)
    write_json(run.path / "samples" / "index.json", index)
    return run


def test_packaged_run_holds_what_its_weights_belong_to(script: ModuleType, tmp_path: Path) -> None:
    run, out = make_run(tmp_path), tmp_path / "wheel" / "houses-64"
    sizes = script.package(run, out)
    packaged = open_run(out)
    assert set(sizes) == {path.name for path in out.iterdir()}
    assert [path.name for path in out.parent.iterdir()] == ["houses-64"]
    assert read_lines(out / "lineage.jsonl")[-1] == {"generation": 20, "child": 0, "fitness": 0.3333, "survived": True}
    assert packaged.metrics() == run.metrics()[:20]
    listed = json.loads((out / "samples" / "index.json").read_text())
    assert [len(listed), listed[0]["generation"], listed[-1]["generation"]] == [12, 1, 20]
    with Image.open(out / "samples" / listed[-1]["file"]) as grid:
        assert np.abs(np.asarray(grid)[:20, :20].astype(int) - 140).max() <= 2  # of 255, lost by WebP
    before, after = load_generator(run).state_dict(), load_generator(packaged).state_dict()
    for name, value in before.items():
        torch.testing.assert_close(after[name], value, rtol=1e-3, atol=1e-6)  # float16


def test_packaged_settings_grow_the_run_again_anywhere(script: ModuleType, tmp_path: Path) -> None:
    script.package(make_run(tmp_path), tmp_path / "houses-64")
    config = read_config(EvolveConfig, tmp_path / "houses-64" / "config.json")
    assert config == EvolveConfig.of(image_size=32, data="scenes:houses", generations=20)
    platform = json.loads((tmp_path / "houses-64" / "environment.json").read_text())["platform"]
    assert "-" not in platform


def test_what_is_too_large_is_refused_and_the_run_before_stays(script: ModuleType, tmp_path: Path) -> None:
    out = tmp_path / "houses-64"
    out.mkdir()
    (out / "before").touch()
    with pytest.raises(ConfigError, match=r"takes 0\.\d\d MB, the limit is 0\.001 MB: .*weights 0\.\d\d"):
        script.package(make_run(tmp_path / "runs"), out, limit_mb=0.001)
    assert [path.name for path in out.iterdir()] == ["before"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["houses-64", "runs"]


def test_photographs_are_kept_outside_the_package_only(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "PACKAGED_RUN", tmp_path / "wheel" / "houses-64")
    run = make_run(tmp_path, data="../elsewhere/photos.zip")
    with pytest.raises(ConfigError, match=r"photos\.zip; only what grew on scenes may be packaged, so give another"):
        script.package(run, tmp_path / "wheel" / "houses-64")
    script.package(run, tmp_path / "results" / "photos")
    assert read_config(EvolveConfig, tmp_path / "results" / "photos" / "config.json").data.data == "photos.zip"


def test_script_tells_the_size_of_each_part_and_errors_in_a_line(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    words = [sys.executable, str(SCRIPT), str(run.path), "--out", str(tmp_path / "houses-64")]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[-1].endswith(f"MB  {tmp_path / 'houses-64'}")
    failed = subprocess.run([*words[:2], str(tmp_path / "gone")], capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert failed.stderr.startswith("package_generator: no run directory at")
