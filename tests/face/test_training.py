"""A run, a comparison and a segmenter, trained by the face for a moment."""

from pathlib import Path

import pytest
from tests.cli.tiny import write_images
from tests.data.pairs import write_pairs
from tests.screen import requires_one_screen

import ganatomy as ga
from ganatomy.errors import DivergedTraining
from ganatomy.evolve import session
from ganatomy.evolve.session import Evolution
from ganatomy.runs.directory import Run


def test_a_run_is_grown_and_its_generator_at_hand(tmp_path: Path) -> None:
    images = write_images(tmp_path / "photos", 40)
    settings = ga.EvolveConfig.of(
        data=str(images),
        out=tmp_path / "runs",
        image_size=32,
        discriminator="light",
        batch_size=4,
        generations=2,
        width=0.1,
    )
    grown = ga.evolve(settings)
    assert grown.path.parent == tmp_path / "runs"
    assert grown.generation == 2
    assert not grown.generator.training
    assert repr(grown).startswith(f"{grown.path}: 2 generations")
    assert ga.samples(grown.generator, 2).size == (66, 32)


def test_a_training_that_diverges_raises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Evolution(Run(tmp_path), None, DivergedTraining("every child has died"))
    monkeypatch.setattr(session, "evolve", lambda settings, progress: failed)
    with pytest.raises(DivergedTraining, match="every child has died"):
        ga.evolve()


def test_a_comparison_shows_its_verdicts(tmp_path: Path) -> None:
    base = ga.EvolveConfig.of(data="8gaussians", out=tmp_path, name="compare", batch_size=8, score_images=200)
    compared = ga.compare(ga.CompareConfig(arms=("egan", "heuristic"), seeds=2, budget=2, scores=1, base=base))
    assert (compared.path / "compare.svg").exists()
    assert {"metric", "verdict", "over", "advantage"} <= set(compared.verdicts[0])
    requires_one_screen(compared)


def test_a_segmenter_is_fitted_and_loaded(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs", 12)
    fitted = ga.train_segmenter(
        ga.SegmenterTrainConfig(pairs, image_size=(16,), steps=2, batch_size=2, out=tmp_path / "own.safetensors")
    )
    assert fitted.load().concepts == tuple(row["concept"] for row in fitted.concepts)
    requires_one_screen(fitted)
