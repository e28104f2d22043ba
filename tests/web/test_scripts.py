"""What the page computes itself, held against Python: latents of seeds, strokes over a layer."""

import base64
from typing import Any

import numpy as np
import pytest
import torch
from tests.web.conftest import Visit
from tests.web.planted_paint import painted, planted_table

from ganatomy.models.protocol import sample_latents
from ganatomy.runs.records.paintings import StrokeRow
from ganatomy.web.about import Place, about_json, about_of
from ganatomy.web.strokes import Strokes

pytestmark = pytest.mark.browser
LATENTS = """async (abouts) => {
  const { latentOfSeed } = await import("/static/engines/latents.js");
  return abouts.map(([seed, about]) => [...latentOfSeed(seed, about)]);
}"""
PAINTED = """async ([maps, strokes, about]) => {
  const { painted, fromJson } = await import("/static/edit.js");
  const edit = fromJson({ schema: 1, sample: { id: 0 }, class: null, layer: about.layer, strokes }, about);
  return [...painted(Float32Array.from(maps), edit.strokes, about)];
}"""
SWEPT = """async ([from, to, radius]) => {
  const { sweep } = await import("/static/brush.js");
  const cells = new Uint8Array(64);
  sweep(cells, [8, 8], from, to, radius);
  return [...cells];
}"""


class Law(torch.nn.Module):
    """As much of a generator as latents are drawn for."""

    def __init__(self, z_dim: int, latent: str, classes: int) -> None:
        super().__init__()
        self.z_dim, self.latent = z_dim, latent
        self.class_names = tuple(map(str, range(classes))) or None


@pytest.fixture
def scripts(visit: Visit, served: str) -> Any:
    return visit(served)


def test_latents_of_a_seed_are_those_of_torch(scripts: Any) -> None:
    laws = [
        (128, "normal", 0),
        (20, "normal", 0),
        (5, "normal", 0),
        (6, "normal", 3),
        (128, "normal", 5),
        (32, "uniform", 3),
    ]
    asked = [(seed, law) for law in laws for seed in (0, 17, 2**32 - 1)]
    given = scripts.evaluate(
        LATENTS, [[seed, {"z_dim": z, "latent": latent, "class_names": ["one"] * k}] for seed, (z, latent, k) in asked]
    )
    for latent, (seed, law) in zip(given, asked, strict=True):
        wanted = sample_latents(Law(*law), 1, torch.Generator().manual_seed(seed))[0]
        np.testing.assert_allclose(latent, wanted, atol=2e-6)


def test_strokes_are_composed_as_by_the_server(scripts: Any) -> None:
    layer = painted(table=planted_table())
    about = about_json(about_of(layer, Place("planted", "planted")))
    rng = np.random.default_rng(0)
    rows, columns = layer.observed.cells

    def cells() -> str:
        return base64.b64encode(rng.integers(0, 256, rows * columns, np.uint8).tobytes()).decode()

    strokes = [
        {
            "mode": "draw",
            "concept": "tree",
            "units": [0, 3],
            "value": "insert",
            "strength": 0.7,
            "on": True,
            "cells": cells(),
        },
        {
            "mode": "remove",
            "concept": "tree",
            "units": [3, 1],
            "value": "outside",
            "strength": 1.0,
            "on": True,
            "cells": cells(),
        },
        {
            "mode": "draw",
            "concept": None,
            "units": [2],
            "value": "insert_high",
            "strength": 0.4,
            "on": True,
            "cells": cells(),
        },
        {
            "mode": "remove",
            "concept": None,
            "units": [0],
            "value": "zero",
            "strength": 0.5,
            "on": True,
            "cells": cells(),
        },
        {
            "mode": "remove",
            "concept": None,
            "units": [1],
            "value": "zero",
            "strength": 1.0,
            "on": False,
            "cells": cells(),
        },
    ]
    maps = layer.observed.featuremaps[:1]
    given = scripts.evaluate(PAINTED, [maps.flatten().tolist(), strokes, about])
    kept = [StrokeRow(**{**stroke, "units": tuple(stroke["units"])}) for stroke in strokes]
    blend = Strokes(layer).blend(kept)
    assert blend is not None
    np.testing.assert_allclose(given, blend(maps).flatten(), atol=1e-4)


def test_a_brush_covers_what_it_goes_over(scripts: Any) -> None:
    dab = np.array(scripts.evaluate(SWEPT, [{"x": 0.31, "y": 0.31}, {"x": 0.31, "y": 0.31}, 0.01])).reshape(8, 8)
    assert dab[2, 2] == 255
    assert np.flatnonzero(dab == 255).tolist() == [18]
    line = np.array(scripts.evaluate(SWEPT, [{"x": 0.0, "y": 0.5}, {"x": 1.0, "y": 0.5}, 0.125])).reshape(8, 8)
    np.testing.assert_array_equal(line[3:5], 255)
    np.testing.assert_array_equal(line[[2, 5]], 0)
    assert line[:2].max() == line[6:].max() == 0


@pytest.mark.parametrize(
    "stroke",
    [
        {"units": []},
        {"cells": "AA=="},
        {"value": "other"},
        {"mode": "smear"},
        {"concept": "unicorn"},
        {"concept": None, "value": "insert"},
    ],
)
def test_strokes_that_do_not_fit_are_refused(scripts: Any, stroke: dict[str, Any]) -> None:
    layer = painted(table=planted_table())
    about = about_json(about_of(layer, Place("planted", "planted")))
    cells = base64.b64encode(bytes(layer.observed.cells[0] * layer.observed.cells[1])).decode()
    good = {
        "mode": "draw",
        "concept": "tree",
        "units": [0],
        "value": "insert",
        "strength": 1,
        "on": True,
        "cells": cells,
    }
    with pytest.raises(Exception, match=r"A stroke of the edit does not fit this generator\."):
        scripts.evaluate(PAINTED, [[0.0], [good | stroke], about])
