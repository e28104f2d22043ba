"""A generator comes back from a run as it was saved, or its absence is told."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open

from ganatomy.errors import CheckpointError, IncompatibleRun
from ganatomy.models.kinds import KINDS
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.networks.mlp import PointShape
from ganatomy.models.networks.progan import ProGanShape
from ganatomy.models.networks.progan128 import ProGan128Shape
from ganatomy.models.networks.resnet import ResnetShape
from ganatomy.runs.directory import Run, create_run
from ganatomy.runs.files import write_tensors
from ganatomy.runs.weights import (
    drop_generations,
    kept_generations,
    load_generator,
    load_image_generator,
    save_generator,
    save_repaired,
)

SHAPES: list[Any] = [
    GeneratorShape(16, (6, 4), z_dim=3),
    GeneratorShape(16, (6, 4), z_dim=3, latent_layers="every"),
    GeneratorShape(16, (6, 4, 3), z_dim=3, latent="uniform", upsampling="transposed", output="same", batch_norm=False,
                   leak=0.2, kernel=5),
    ResnetShape(16, (6, 4, 3), z_dim=3),
    ProGanShape(8, (4, 4, 3, 3), z_dim=3),
    ProGan128Shape("simple", 8, (4, 4, 3, 3), z_dim=3),
    ProGanShape(8, (4, 4, 3, 3), z_dim=3, fade=0.25),
    PointShape(width=5, z_dim=3),
]  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return create_run(tmp_path, "tiny", {})


def generator(shape: Any = SHAPES[0], seed: int = 0) -> Any:
    torch.manual_seed(seed)
    net = next(network for network, kind in KINDS.values() if type(shape) is kind)(shape)
    net(torch.randn(8, shape.z_dim))  # moves the BatchNorm statistics
    return net


def small() -> Any:
    return generator(SHAPES[0])


IDS = ["light", "every", "released", "resnet", "progan", "progan128", "fading", "points"]


@pytest.mark.parametrize("shape", SHAPES, ids=IDS)
def test_weights_shape_and_images_come_back_bit_by_bit(run: Run, shape: Any) -> None:
    saved = generator(shape)
    save_generator(run, "ema", saved)
    loaded = load_generator(run)
    assert type(loaded) is type(saved)
    assert loaded.shape == shape
    assert not loaded.training
    assert loaded.state_dict().keys() == saved.state_dict().keys()
    for name, value in saved.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], value), name
    z = torch.randn(2, 3)
    assert torch.equal(loaded(z), saved.eval()(z))


def test_average_latest_and_best_stand_side_by_side(run: Run) -> None:
    for seed, which in enumerate(("ema", "latest", "best")):
        save_generator(run, which, generator(seed=seed))  # type: ignore[arg-type]
    for seed, which in enumerate(("ema", "latest", "best")):
        first = next(load_generator(run, which).parameters())  # type: ignore[arg-type]
        assert torch.equal(first, next(generator(seed=seed).parameters()))
    assert sorted(p.name for p in (run.path / "weights").iterdir()) == [
        "best.safetensors", "ema.safetensors", "generator.json", "latest.safetensors",
    ]  # fmt: skip


def test_weights_of_a_generator_that_grew_keep_the_size_that_they_are_of(run: Run) -> None:
    small, large = (generator(ProGanShape(size, (3,) * layers, z_dim=3)) for size, layers in ((8, 4), (16, 6)))
    save_generator(run, "best", small)
    save_generator(run, "ema", large)
    assert [load_generator(run, which).image_size for which in ("best", "ema")] == [8, 16]
    path = save_repaired(run, small, {"weights": "best"})
    assert load_generator(run, "repaired").image_size == 8
    with safe_open(path, framework="pt") as file:
        assert set(file.metadata()) == {"weights", "architecture"}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("[8]", "it says that its architecture is [8]"),
        ("{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ('{"schema": 1, "kind": "progan", "image_size": 9}', "14 layers do not give 9 px"),
    ],
)
def test_weights_that_say_nonsense_of_themselves_are_told(run: Run, said: str, reason: str) -> None:
    net = generator(ProGanShape(8, (4, 4, 3, 3), z_dim=3))
    save_generator(run, "ema", net)
    path = run.path / "weights" / "ema.safetensors"
    write_tensors(path, net.state_dict(), {"architecture": said})
    with pytest.raises(CheckpointError) as caught:
        load_generator(run)
    assert str(caught.value).startswith(f"{path} does not fit weights/generator.json ({reason}")


def test_a_shape_of_a_progan_written_before_they_grew_still_loads(run: Run) -> None:
    saved = generator(ProGanShape(8, (4, 4, 3, 3), z_dim=3))
    save_generator(run, "ema", saved)
    write_tensors(run.path / "weights" / "ema.safetensors", saved.state_dict())
    path = run.path / "weights" / "generator.json"
    kept = json.loads(path.read_text())
    assert kept.pop("fade") == 1
    path.write_text(json.dumps(kept))
    assert load_generator(run).shape == saved.shape


def test_a_shape_written_before_latents_could_enter_every_layer_still_loads(run: Run) -> None:
    saved = generator()
    save_generator(run, "ema", saved)
    path = run.path / "weights" / "generator.json"
    kept = json.loads(path.read_text())
    assert kept.pop("latent_layers") == "first"
    path.write_text(json.dumps(kept))
    assert load_generator(run).shape == saved.shape


def test_a_run_of_the_first_version_still_loads(run: Run) -> None:
    saved = generator()
    save_generator(run, "ema", saved)
    first = {
        "schema": 1, "kind": "dcgan", "image_size": 16, "channels": [6, 4], "z_dim": 3, "latent": "normal",
        "upsampling": "nearest", "output": "upsample", "batch_norm": True, "leak": 0.0,
    }  # fmt: skip
    (run.path / "weights" / "generator.json").write_text(json.dumps(first))
    assert load_generator(run).shape == SHAPES[0]


def test_an_architecture_of_a_newer_schema_is_told(run: Run) -> None:
    save_generator(run, "ema", generator())
    reshaped(schema=2)(run)
    with pytest.raises(CheckpointError) as caught:
        load_generator(run)
    assert str(caught.value) == (
        f"{run.path}/weights/generator.json has schema 2, this version reads schema 1; copy the run again, or open it "
        "with the version that wrote it"
    )


@pytest.mark.parametrize("kind", ["biggan", None])
def test_a_kind_that_is_not_known_is_told(run: Run, kind: str | None) -> None:
    save_generator(run, "ema", generator())
    reshaped(kind=kind)(run)
    with pytest.raises(CheckpointError) as caught:
        load_generator(run)
    assert str(caught.value) == (
        f"{run.path} has a generator of kind '{kind}'; this version knows {', '.join(KINDS)}; "
        "read it with the version that wrote it"
    )


def test_points_are_no_images(run: Run) -> None:
    save_generator(run, "ema", generator(SHAPES[0]))
    assert isinstance(load_image_generator(run), Generator)
    save_generator(run, "ema", generator(PointShape(width=5)))
    with pytest.raises(IncompatibleRun) as caught:
        load_image_generator(run)
    assert str(caught.value) == f"{run.path} makes points in the plane; give a run that makes images"


def test_half_precision_rounds_each_weight_once_and_leaves_counts(run: Run) -> None:
    saved = generator()
    save_generator(run, "ema", saved)
    size = (run.path / "weights" / "ema.safetensors").stat().st_size
    save_generator(run, "ema", saved, half=True)
    assert (run.path / "weights" / "ema.safetensors").stat().st_size < 0.8 * size
    for name, value in load_generator(run).state_dict().items():
        before = saved.state_dict()[name]
        assert value.dtype == before.dtype
        assert torch.equal(value, before.half().float() if before.is_floating_point() else before), name


def test_weights_that_are_not_there_are_told_with_those_that_are(run: Run) -> None:
    with pytest.raises(CheckpointError) as caught:
        load_generator(run)
    assert str(caught.value) == (
        f"{run.path} has no weights 'ema'; it has none yet; let it train until its first snapshot"
    )
    save_generator(run, "ema", generator())
    with pytest.raises(CheckpointError, match=r"has no weights 'latest'; it has ema$"):
        load_generator(run, "latest")


def test_repaired_weights_stand_beside_the_others_and_say_what_they_are(run: Run) -> None:
    save_generator(run, "ema", generator())
    architecture = (run.path / "weights/generator.json").read_bytes()
    repaired = generator(seed=1)
    path = save_repaired(run, repaired, {"repaired": "without unit 3"})
    assert path == run.path / "weights/repaired.safetensors"
    found = load_generator(run, "repaired").state_dict()
    assert all(torch.equal(value, found[name]) for name, value in repaired.state_dict().items())
    assert (run.path / "weights/generator.json").read_bytes() == architecture
    with safe_open(path, "pt") as file:
        assert file.metadata() == {"repaired": "without unit 3"}
    with pytest.raises(CheckpointError, match=r"it has ema, repaired$"):
        load_generator(run, "best")


def test_kept_generations_stand_beside_the_average_and_load_by_number(run: Run) -> None:
    for seed, generation in enumerate((1000, 50, 1_234_567)):
        save_generator(run, f"generation-{generation}", generator(seed=seed), half=True)
    assert kept_generations(run) == [50, 1000, 1_234_567]
    assert (run.path / "weights" / "generation-000050.safetensors").exists()
    for which in ("generation-50", "generation-000050"):
        first = next(load_generator(run, which).parameters())
        assert torch.equal(first, next(generator(seed=1).parameters()).half().float())


def test_generations_after_another_are_dropped(run: Run) -> None:
    for generation in (0, 50, 100):
        save_generator(run, f"generation-{generation}", small())
    save_generator(run, "ema", small())
    drop_generations(run, 50)
    assert kept_generations(run) == [0, 50]
    assert load_generator(run).z_dim == 3


def test_a_generation_that_was_not_kept_is_told_with_those_that_were(run: Run) -> None:
    save_generator(run, "ema", generator())
    for generation in (0, 50):
        save_generator(run, f"generation-{generation}", small())
    with pytest.raises(CheckpointError, match=r"no weights 'generation-60'; it has ema, generation-0, generation-50$"):
        load_generator(run, "generation-60")
    for generation in range(100, 106):
        save_generator(run, f"generation-{generation}", small())
    with pytest.raises(CheckpointError, match=r"it has ema, 8 from generation-0 to generation-105$"):
        load_generator(run, "generation-60")


def cut_short(run: Run) -> None:
    path = run.path / "weights" / "ema.safetensors"
    path.write_bytes(path.read_bytes()[:-1])


def reshaped(**changes: Any) -> Callable[[Run], None]:
    def change(run: Run) -> None:
        path = run.path / "weights" / "generator.json"
        kept = {name: value for name, value in (json.loads(path.read_text()) | changes).items() if value is not None}
        path.write_text(json.dumps(kept))

    return change


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (cut_short, r"Error while deserializing header.*"),
        (reshaped(z_dim=4), r"Error\(s\) in loading state_dict for Generator:"),
        (reshaped(channels=[6, 4, 2], image_size=32), r"Error\(s\) in loading state_dict for Generator:"),
        (reshaped(width=3), ".* unexpected keyword argument 'width'"),
        (reshaped(channels=None), ".* missing 1 required positional argument: 'channels'"),
        (reshaped(kind="resnet"), ".* unexpected keyword argument 'upsampling'"),
        (reshaped(image_size=64), "2 generator layers with output 'upsample' give 16 px, not 64; .*"),
    ],
)
def test_weights_that_do_not_fit_their_architecture_are_told(
    run: Run, damage: Callable[[Run], None], reason: str
) -> None:
    save_generator(run, "ema", generator())
    damage(run)
    message = rf"ema.safetensors does not fit weights/generator.json \({reason}\); copy the run again$"
    with pytest.raises(CheckpointError, match=message) as caught:
        load_generator(run)
    assert "\n" not in str(caught.value)


def test_a_missing_architecture_is_told(run: Run) -> None:
    save_generator(run, "ema", generator())
    (run.path / "weights" / "generator.json").unlink()
    with pytest.raises(IncompatibleRun, match=r"weights has no generator\.json; is it a run directory"):
        load_generator(run)
