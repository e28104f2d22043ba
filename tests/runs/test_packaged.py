"""What the wheel brings along is a whole run, within its limits."""

import math

import torch
from scripts.package_generator import LIMIT_MB, megabytes

from ganatomy.runs.packaged import PACKAGED_RUN, packaged_run, unpack_run
from ganatomy.runs.weights import load_generator


def test_packaged_run_is_a_run_on_scenes_with_its_whole_lineage() -> None:
    run = packaged_run()
    config, lineage = run.config(), run.lineage()
    selection, last = config["selection"], config["stop"]["generations"]
    assert (config["data"]["data"], config["data"]["image_size"]) == ("scenes:houses", 64)
    assert set(config["objectives"]["objectives"]) == {"heuristic", "wasserstein", "hinge"}
    assert lineage[-1].generation == run.metrics()[-1]["generation"] == last
    bred = len(range(0, last, selection["evolve_every"]))
    assert len(lineage) == len(config["objectives"]["objectives"]) * bred + last - bred
    assert sum(child.survived for child in lineage) == selection["population"] * last


def test_packaged_run_keeps_to_its_size() -> None:
    assert sum(megabytes(PACKAGED_RUN).values()) <= LIMIT_MB


def test_packaged_generator_makes_images_that_differ() -> None:
    generator = load_generator(packaged_run())
    with torch.no_grad():
        images = generator(torch.randn(16, generator.z_dim, generator=torch.Generator().manual_seed(0)))
    assert images.shape == (16, 3, 64, 64)
    assert images.std(0).mean() > 0.1  # of a range of 2: a collapsed generator has about 0
    assert math.isclose(images.mean(), 0, abs_tol=0.5)


def test_copy_leaves_the_packaged_run_alone(tmp_path) -> None:
    copy = unpack_run(tmp_path / "runs")
    assert copy.path.name == "0001-demo"
    assert copy.config() == packaged_run().config()
    (copy.path / "config.json").unlink()
    assert packaged_run().config()
