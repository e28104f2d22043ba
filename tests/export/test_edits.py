"""An edit that was recorded becomes part of a generator, in weights or as a blend."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from tests.export.made import step, write_edit, write_run

from ganatomy.errors import ConfigError, IncompatibleRun, LayerNotFound
from ganatomy.export.edits import blends_of, changes_of, find_edit, with_edit
from ganatomy.hooks import edit
from ganatomy.intervene.changes import edits_of
from ganatomy.runs.directory import Run
from ganatomy.runs.layout import EFFECTS
from ganatomy.runs.weights import load_image_generator


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return write_run(tmp_path)


def latents() -> torch.Tensor:
    return torch.randn(3, 5, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("name", ["0002-layer2-ablate-tree", "0002", "2", "edits/0002-layer2-ablate-tree"])
def test_an_edit_is_found_by_name_and_number(run: Run, name: str) -> None:
    write_edit(run, step())
    second = write_edit(run, step(units=(0, 2)), name="0002-layer2-ablate-tree")
    found = find_edit(run, name)
    assert (found.path, found.record.units) == (second, (0, 2))
    assert found.layers == ("layer2",)
    assert found.title == "2 units of layer2 for tree ablated"


def test_an_edit_that_is_not_there_is_told_with_those_that_are(run: Run) -> None:
    with pytest.raises(ConfigError, match=r"edit is '7', but .*0001-faces has no edits; `ganatomy edit` makes one"):
        find_edit(run, "7")
    write_edit(run, step())
    write_edit(run, step(), name="0001-again")
    with pytest.raises(
        ConfigError, match=r"edit is '1', of which .* has 2; choose one of 0001-again, 0001-layer2-ablate"
    ):
        find_edit(run, "1")
    with pytest.raises(ConfigError, match=r"of which .* has none; choose one of 0001-again, 0001-layer2"):
        find_edit(run, "9")


def test_an_ablation_everywhere_goes_into_the_weights(run: Run) -> None:
    write_edit(run, step("layer1", (0,)), step("layer2", (1, 3), values=(0.5, 0.25)))
    generator = load_image_generator(run)
    edited = with_edit(generator, find_edit(run, "1"), "ema", latents())
    assert (edited.blends, edited.reason) == ({}, "")
    assert edited.generator is not generator
    changes = changes_of(generator, find_edit(run, "1"), latents())
    with torch.no_grad(), edit(generator, edits_of(changes)):
        wanted = generator(latents())
    torch.testing.assert_close(edited.generator(latents()), wanted, atol=1e-5, rtol=0)


@pytest.mark.parametrize("where", ["0,0,0.5,1", "cell:1,2", "mask.png"])
def test_an_edit_of_a_part_or_of_half_strength_stays_a_blend(
    run: Run, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(run.path)
    Image.new("L", (8, 8), 0).save("mask.png")
    mask = Image.new("L", (8, 8), 0)
    mask.putpixel((3, 2), 255)
    mask.save("mask.png")
    write_edit(run, step(units=(1,), values=(2.0,), strength=0.5), step(units=(0,), values=(1.0,), where=where))
    generator = load_image_generator(run)
    found = find_edit(run, "1")
    assert found.title.endswith(f"1 unit of layer2 for tree ablated in {where}")
    edited = with_edit(generator, found, "ema", latents())
    assert edited.generator is generator
    assert edited.reason.startswith("only an ablation in all cells of all samples")
    assert edited.blends["layer2"].strength.shape == (1, 4, 8, 8)
    with torch.no_grad():
        with edit(generator, edits_of(changes_of(generator, found, latents()))):
            wanted = generator(latents())
        with edit(generator, edited.blends):
            torch.testing.assert_close(generator(latents()), wanted, atol=1e-6, rtol=0)
        assert (generator(latents()) - wanted).abs().max() > 1e-3


@pytest.mark.parametrize("where", ["cell:random", "concept:tree", "a mask"])
def test_an_edit_of_another_place_in_each_sample_is_refused(run: Run, where: str) -> None:
    write_edit(run, step(where=where))
    said = (
        rf"0001-layer2-ablate-tree is made in '{where}', which is another place in each sample or was given in Python"
    )
    with pytest.raises(ConfigError, match=said):
        with_edit(load_image_generator(run), find_edit(run, "1"), "ema", latents())


def test_a_value_of_an_early_record_is_that_in_words(run: Run) -> None:
    write_edit(run, step(values=(), value="1.5"))
    (change,) = changes_of(load_image_generator(run), find_edit(run, "1"), latents())
    assert change.value == 1.5


def test_an_edit_of_other_weights_is_refused(run: Run) -> None:
    write_edit(run, step(), generator="0123456789abcdef")
    with pytest.raises(IncompatibleRun, match=r"was measured on other weights than 'best'; give the --weights that it"):
        with_edit(load_image_generator(run), find_edit(run, "1"), "best", latents())


def test_a_record_without_a_fingerprint_is_taken(run: Run) -> None:
    write_edit(run, step(), generator="")
    assert not with_edit(load_image_generator(run), find_edit(run, "1"), "ema", latents()).blends


def test_a_layer_that_is_not_there_is_told(run: Run) -> None:
    write_edit(run, step("layer9"))
    with pytest.raises(LayerNotFound, match="no layer 'layer9'"):
        with_edit(load_image_generator(run), find_edit(run, "1"), "ema", latents())


def test_blends_are_those_of_the_changes_one_after_another(run: Run) -> None:
    folder = write_edit(run, step(values=(4.0,), strength=0.5), step(values=(0.0,), strength=0.5))
    generator = load_image_generator(run)
    changes = changes_of(generator, find_edit(run, folder.name), latents())
    blend = blends_of(generator, changes, latents())["layer2"]
    assert blend.strength.flatten().tolist() == [0, 0.75, 0, 0]
    assert blend.added.flatten().tolist() == [0, 1, 0, 0]
    assert (folder / EFFECTS).exists()
