"""Damaged files of Progressive GAN are read, or refused in one line: nothing else happens."""

import random
from collections.abc import Callable

import pytest
import torch
from tests.exchange.layouts.progan_files import File, genforce, old, published, tensorflow, with_scales
from tests.exchange.layouts.test_progan128 import NARROW, file
from tests.reference import progan as reference
from torch import Tensor

from ganatomy.errors import GanatomyError
from ganatomy.exchange.layouts import progan
from ganatomy.models.kinds import KINDS

WEIGHTS = reference.random_weights([4, 3, 2])
FILES: list[File] = [
    published(WEIGHTS),
    with_scales(old(WEIGHTS)),
    genforce(WEIGHTS),
    genforce(reference.random_weights([4, 3, 2], fused=False)),
    tensorflow(WEIGHTS, "G/", ":0"),
    file("simple"),
    file("minibatch_disc"),
    file("equallr", NARROW),
]
CHANGES: list[Callable[[Tensor, random.Random], Tensor]] = [
    lambda value, _: value[None],
    lambda value, _: value.flatten(),
    lambda value, _: value[:0] if value.ndim else value,
    lambda value, rng: value.to(rng.choice([torch.float16, torch.int64, torch.bool, torch.float64])),
    lambda _, rng: torch.zeros([rng.randint(0, 5) for _ in range(rng.randint(0, 5))]),
]


def mutated(rng: random.Random) -> File:
    """Return a file with some tensors left out, renamed, changed, swapped or taken from another file."""
    tensors = dict(rng.choice(FILES))
    for _ in range(rng.randint(1, 4)):
        name = rng.choice(list(tensors))
        way = rng.randrange(4)
        if way == 0 and len(tensors) > 1:
            del tensors[name]
        elif way == 1:
            tensors[name.replace(rng.choice("0123456789"), str(rng.randrange(10 ** rng.randint(1, 12))))] = tensors[
                name
            ]
        elif way == 2:
            tensors |= dict(rng.sample(sorted(rng.choice(FILES).items()), 5))
        else:
            tensors[name] = rng.choice(CHANGES)(tensors[name], rng)
    return tensors


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_file_is_read_or_refused_in_one_line(seed: int) -> None:
    rng, read, refusals = random.Random(seed), 0, list[str]()
    for _ in range(100):
        try:
            recognised = progan.read(mutated(rng))
        except GanatomyError as refusal:
            refusals.append(str(refusal))
            continue
        generator = KINDS[recognised.kind][0](recognised.shape)
        generator.load_state_dict(recognised.weights)
        read += 1
    assert 0 < read < 100
    assert not any("\n" in refusal for refusal in refusals)
