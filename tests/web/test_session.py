"""Pictures of edits of the planted world, and what is seen in them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from tests.planted_classes import CLASSES, ParksAndStreets
from tests.web.planted_paint import cells, edit, opened, planted_table, stroke

from ganatomy.data.images import to_uint8
from ganatomy.errors import ConfigError
from ganatomy.hooks import edit as edited
from ganatomy.models.adaptation import adapt
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.models.protocol import sample_latents
from ganatomy.runs.records.paintings import painting_from
from ganatomy.segment.nothing import NoConcepts
from ganatomy.web import samples
from ganatomy.web import session as module
from ganatomy.web.session import Session

SEEN = 255
"""The byte of a pixel that shows nothing that has a name."""


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(opened(tmp_path))


def painting(*strokes: Any, **more: Any) -> Any:
    return painting_from(edit(strokes, **more), "edit")


def test_a_picture_is_that_of_the_whole_generator_with_the_layer_edited(session: Session) -> None:
    z = session.layer("layer1").latents.take(torch.tensor([3]))
    generator = PlantedGenerator().eval()
    where = torch.zeros(8, 8)
    where[:4] = 1

    def without_sky(featuremaps: torch.Tensor) -> torch.Tensor:
        changed = featuremaps.clone()
        changed[:, NUMBER["sky"]] *= 1 - where
        return changed

    with torch.no_grad(), edited(generator, {"layer1": without_sky}):
        expected = to_uint8(generator(z))[0].numpy()
    upper = cells(*((row, column) for row in range(4) for column in range(8)))
    found = session.image(painting(stroke("sky", where=upper), sample={"id": 3}))
    assert np.array_equal(found, expected)
    unedited = session.image(painting(sample={"id": 3}))
    assert not np.array_equal(found, unedited)


def test_samples_beyond_those_observed_are_pictures_too(session: Session) -> None:
    generator = PlantedGenerator().eval()
    z = session.layer("layer1").latents.take(torch.tensor([45]))
    with torch.no_grad():
        assert np.array_equal(session.image(painting(sample={"id": 45})), to_uint8(generator(z))[0].numpy())
        latent = sample_latents(generator, 1, torch.Generator().manual_seed(7))
        assert np.array_equal(session.image(painting(sample={"seed": 7})), to_uint8(generator(latent))[0].numpy())


def test_what_is_seen_is_told_by_pixel_and_by_concept(session: Session) -> None:
    about = session.about()
    concepts = about["segmenter"]["concepts"]
    seen = session.segment(painting(stroke("sky"), sample={"id": 0}))
    before = session.segment(painting(sample={"id": 0}))
    sky = concepts.index("sky")
    assert seen.areas[sky] == 0
    assert seen.before == before.before == before.areas
    labels = np.frombuffer(before.labels, np.uint8)
    assert len(labels) == 16 * 16
    assert (labels == sky).mean() == before.areas[sky]
    assert set(labels.tolist()) <= {*range(len(concepts)), SEEN}


def test_the_same_strokes_over_other_samples_are_their_pictures(session: Session) -> None:
    ids = [4, 44, 2, *range(10, 20)]
    strokes = [stroke("grass")]
    found = np.concatenate([*session.many(painting(*strokes), ids)])
    alone = [session.image(painting(*strokes, sample={"id": number})) for number in ids]
    assert np.array_equal(found, np.stack(alone))
    before = np.concatenate([*session.many(painting(*strokes), ids, before=True)])
    assert np.array_equal(before, np.stack([session.image(painting(sample={"id": number})) for number in ids]))


def test_thumbnails_are_the_samples_up_to_the_last(session: Session) -> None:
    found = np.concatenate([*session.thumbnails(46, 16)])
    assert found.shape == (4, 16, 16, 3)
    assert np.array_equal(found[0], session.image(painting(sample={"id": 46})))


def test_a_layer_above_can_be_painted_in_too(session: Session) -> None:
    about = session.about("layer2")
    assert (about["layer"], about["units"], about["concepts"]) == ("layer2", 7, [])
    assert about["notes"][0].startswith(
        "Layer layer2 has not been dissected, so that there are only single units; run:"
    )
    plain = session.image(painting(layer="layer2"))
    assert np.array_equal(plain, session.image(painting()))
    assert session.image(painting(stroke(0), layer="layer2")).shape == (16, 16, 3)
    assert session.about()["notes"] == []


@pytest.mark.parametrize(
    ("sample", "message"),
    [
        ({"id": 50}, "no sample 50; give 0 to 49"),
        ({"id": -1}, "no sample -1; give 0 to 49"),
        ({"seed": -1}, "seed is -1; give 0 to 4294967295"),
        ({"seed": 2**32}, "seed is 4294967296; give 0 to 4294967295"),
        ({"photo": "../../etc"}, r"no inverted photo '\.\./\.\./etc'; the run has none; `ganatomy invert"),
    ],
)
def test_samples_that_there_are_not_are_refused(session: Session, sample: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        session.image(painting(sample=sample))


def test_layers_and_numbers_that_there_are_not_are_refused(session: Session) -> None:
    refused: dict[str, Callable[[], object]] = {
        "no layer 'output' to paint in; choose from layer1, layer2": lambda: session.image(painting(layer="output")),
        "no sample 99; give 0 to 49": lambda: next(session.thumbnails(99, 1)),
        "layer 'layer1' has no unit 11; its units are 0 to 10": lambda: next(session.unit(11, "layer1")),
        "layer 'layer1' has no unit -1": lambda: session.unit_pictures(-1, "layer1"),
        "class is 1, but the generator takes no classes": lambda: session.image(painting(**{"class": 1})),
    }
    for message, ask in refused.items():
        with pytest.raises(ConfigError, match=message):
            ask()


def test_more_pixels_than_fit_are_refused(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PIXELS", 3 * 16 * 16)
    with pytest.raises(ConfigError, match="4 pictures of 16 px are asked for; give at most 3"):
        next(session.many(painting(), [0, 1, 2, 3]))


def test_what_is_kept_of_samples_stays_within_bounds(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    one = session.sample(painting(sample={"seed": 0}))
    monkeypatch.setattr(samples, "KEPT_BYTES", 3 * samples._bytes_of(one))
    for seed in (0, 1, 0, 2, 3):
        session.image(painting(sample={"seed": seed}))
    assert [key[2] for key in session._samples._kept] == [0, 2, 3]  # type: ignore[index]
    monkeypatch.setattr(samples, "KEPT_BYTES", 0)
    session.image(painting(sample={"seed": 9}))
    assert len(session._samples._kept) == 1


def test_without_a_segmenter_there_are_pictures_alone(tmp_path: Path) -> None:
    session = Session(opened(tmp_path, segmenter=NoConcepts(), tables={}))
    seen = session.segment(painting(stroke("sky")))
    assert (seen.areas, seen.before, set(seen.labels)) == ((), (), {SEEN})
    assert session.about()["segmenter"] is None


def test_a_class_is_that_of_the_edit_or_of_the_sample(tmp_path: Path) -> None:
    generator = adapt(ParksAndStreets(), classes=CLASSES)
    session = Session(opened(tmp_path, generator=generator, tables={}))
    z = session.layer("layer1").latents.take(torch.tensor([5]))
    own = int(z[0, -1])
    pictures = {}
    for number in range(len(CLASSES)):
        z[0, -1] = number
        with torch.no_grad():
            pictures[number] = to_uint8(generator(z))[0].numpy()
        chosen = session.image(painting(sample={"id": 5}, **{"class": number}))
        assert np.array_equal(chosen, pictures[number])
    assert np.array_equal(session.image(painting(sample={"id": 5})), pictures[own])
    with pytest.raises(ConfigError, match=f"class is {len(CLASSES)}; the generator has {len(CLASSES)}"):
        session.image(painting(**{"class": len(CLASSES)}))
    assert session.image(painting(sample={"seed": 3}, **{"class": 0})).shape == (16, 16, 3)


def test_a_dissection_of_one_class_is_painted_in_that_class(tmp_path: Path) -> None:
    generator = adapt(ParksAndStreets(), classes=CLASSES)
    table = replace(planted_table(), of_class=CLASSES[1])
    session = Session(opened(tmp_path, generator=generator, tables={"layer1": table}))
    painted = session.layer("layer1")
    assert painted.observed.z[:, -1].tolist() == [1.0] * 40
    one, other = (session.image(painting(sample={"id": 45}, **{"class": which})) for which in (None, 1))
    assert np.array_equal(one, other)


def test_a_photo_is_painted_on_from_what_was_found_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    found = PlantedGenerator().layer1(torch.zeros(1, 74))
    found[:, NUMBER["sky"]] = 1  # which no latent gives
    kept = SimpleNamespace(
        layer="layer1", z=torch.zeros(1, 74), featuremaps=found, photo=np.zeros((16, 16, 3), np.uint8)
    )

    def inversion(_run: object, name: str, _generator: object) -> SimpleNamespace:
        read.append(name)
        return kept

    monkeypatch.setattr(samples, "read_inversion", inversion)
    session = Session(opened(tmp_path, photos=("0001-street",)))
    assert session.about()["photos"] == [{"name": "0001-street"}]
    photo = {"photo": "0001-street"}
    sky = session.about()["segmenter"]["concepts"].index("sky")
    assert session.segment(painting(sample=photo)).areas[sky] > 0.5
    assert session.segment(painting(stroke("sky"), sample=photo)).areas[sky] == 0
    assert read == ["0001-street"]
    assert session.image(painting(sample=photo, layer="layer2")).shape == (16, 16, 3)
    with pytest.raises(ConfigError, match="no inverted photo '0002-sea'; the run has 0001-street"):
        session.image(painting(sample={"photo": "0002-sea"}))
