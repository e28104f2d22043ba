"""Times a generation of E-GAN: a plain GAN's step, the released code's order of operations, and ours.

The three take turns in one process, so that a busy machine slows all of them; each time is a median. Networks and
sizes are those of the released CIFAR-10 setting: B = 32, n_D = 3, three objectives, one parent.

The released order is that of the authors' PyTorch port: each child runs its own forward passes, judges the real
batch again, and starts from states copied for it. As there it runs in the default memory format and in float32;
`seconds_official_same_dtype` is the same order of operations under bfloat16. Before anything is timed, gradients and
fitness of both orders are compared.

`--quick` keeps to 50 s: it takes fewer rounds, and leaves out, and says so, what does not fit: bfloat16 on a CPU
without instructions for it, where it is many times slower than float32, and the larger E on a slow machine.

    python benchmarks/egan_generation.py [--quick] [--json] [--ngf 128 64] [--compile]
"""

import argparse
import copy
import json
import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganatomy.evolve.adaptation import adapt_environment
from ganatomy.evolve.environment import Environment
from ganatomy.evolve.generation import GenerationSettings, Streams, next_generation
from ganatomy.evolve.macs import count_macs
from ganatomy.evolve.mutation import Draw, objective_gradients
from ganatomy.evolve.objectives import OBJECTIVES
from ganatomy.evolve.population import AdamSettings, Individual
from ganatomy.models.networks.dcgan import DISCRIMINATORS, GENERATORS, Discriminator, Generator, initialise
from ganatomy.seeds import stream

B, STEPS, NAMES = 32, 3, ("heuristic", "minimax", "least_squares")
GAMMA = 0.01
ADAM = AdamSettings(2e-4, 0.5, 0.999)
QUICK = 50.0
"""Seconds that --quick may take."""
REST = 64
"""What a generation has beside evaluation costs about as much as evaluating so many images more."""


def networks(ngf: int, channels_last: bool) -> tuple[Generator, Discriminator]:
    """Return the released networks at 32 px, of `ngf` filters where the authors have 128."""
    shrink = 128 // ngf
    shape, judge = GENERATORS["released"][32], DISCRIMINATORS["released"][32]
    generator = Generator(replace(shape, channels=tuple(c // shrink for c in shape.channels)))
    discriminator = Discriminator(32, tuple(c // shrink for c in judge.channels), eps=judge.eps)
    rng = stream(0, "benchmark")
    for network in (generator, discriminator):
        initialise(network, rng)
        if channels_last:
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return generator, discriminator


def latents(n: int, rng: torch.Generator) -> Tensor:
    return torch.rand(n, 100, generator=rng) * 2 - 1


def real_images(n: int, rng: torch.Generator) -> Tensor:
    return torch.rand(n, 3, 32, 32, generator=rng) * 2 - 1


def losses(s: Tensor, name: str) -> Tensor:
    if name == "heuristic":
        return F.softplus(-s).mean()
    return -F.softplus(s).mean() if name == "minimax" else (s.sigmoid() - 1).square().mean()


class Official:
    """The released order of operations."""

    def __init__(self, ngf: int, evaluation_size: int, bf16: bool):
        self.generator, self.discriminator = networks(ngf, channels_last=False)
        self.g_adam = torch.optim.Adam(self.generator.parameters(), 2e-4, (0.5, 0.999))
        self.d_adam = torch.optim.Adam(self.discriminator.parameters(), 2e-4, (0.5, 0.999))
        self.E, self.rng, self.bf16 = evaluation_size, stream(1, "official"), bf16

    def run(self, network: nn.Module, x: Tensor) -> Tensor:
        """Return the network's images or logits, float32."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            y = network(x) if network is self.generator else network.judge([x])  # type: ignore[operator]
        return y.float()

    def mutate(self, z: Tensor, name: str) -> list[Tensor]:
        """Leave the gradient of one objective in the generator, and return it."""
        self.discriminator.requires_grad_(False)
        self.g_adam.zero_grad()
        losses(self.run(self.discriminator, self.run(self.generator, z)), name).backward()  # type: ignore[no-untyped-call]
        self.discriminator.requires_grad_(True)
        return [p.grad for p in self.generator.parameters() if p.grad is not None]

    def fitness(self, z: Tensor, real: Tensor) -> tuple[Tensor, float, float]:
        """Return evaluation images, quality and diversity of the generator at hand."""
        with torch.no_grad():
            images = self.run(self.generator, z)
        generated, of_real = self.run(self.discriminator, images), self.run(self.discriminator, real)
        loss = F.softplus(-of_real).mean() + F.softplus(generated).mean()
        # As released: with a graph for second derivatives that nobody takes.
        gradient = torch.autograd.grad(loss, list(self.discriminator.parameters()), create_graph=True)
        norm = torch.cat([g.detach().flatten() for g in gradient]).double().norm()  # float32 loses digits here
        return images, generated.sigmoid().mean().item(), -norm.log().item()

    def step(self, real: Tensor, generated: Tensor) -> None:
        """Take a step of the discriminator."""
        self.d_adam.zero_grad()
        loss = F.softplus(-self.run(self.discriminator, real)) + F.softplus(self.run(self.discriminator, generated))
        loss.mean().backward()  # type: ignore[no-untyped-call]
        self.d_adam.step()

    def generation(self) -> None:
        """Mutate, evaluate and select, then train the discriminator on the survivor's images."""
        parent = copy.deepcopy((self.generator.state_dict(), self.g_adam.state_dict()))
        real = real_images(self.E, self.rng)
        self.run(self.discriminator, real[:B])  # for relativistic objectives, used or not
        best: tuple[float, Any, Tensor] | None = None
        for name in NAMES:
            self.generator.load_state_dict(parent[0])
            self.g_adam.load_state_dict(copy.deepcopy(parent[1]))
            self.mutate(latents(B, self.rng), name)
            self.g_adam.step()
            images, f_q, f_d = self.fitness(latents(self.E, self.rng), real)
            if best is None or f_q + GAMMA * f_d > best[0]:
                child = copy.deepcopy((self.generator.state_dict(), self.g_adam.state_dict()))
                best = (f_q + GAMMA * f_d, child, images)
        assert best is not None
        self.generator.load_state_dict(best[1][0])
        self.g_adam.load_state_dict(best[1][1])
        images = best[2][torch.randperm(self.E, generator=self.rng)]
        for k in range(STEPS):
            self.step(real_images(B, self.rng), images[k * B : (k + 1) * B])

    def plain(self) -> None:
        """One step of a plain GAN: each of its networks' steps on images of its own."""
        self.mutate(latents(B, self.rng), "heuristic")
        self.g_adam.step()
        for _ in range(STEPS):
            with torch.no_grad():
                images = self.run(self.generator, latents(B, self.rng))
            self.step(real_images(B, self.rng), images)


class Ours:
    """A generation as `ganatomy evolve` runs it."""

    def __init__(self, ngf: int, evaluation_size: int, bf16: bool, channels_last: bool = True, compiled: bool = False):
        generator, discriminator = networks(ngf, channels_last)
        if compiled:
            torch._functorch.config.donated_buffer = False  # several backward passes need the graph
            discriminator.judge = torch.compile(discriminator.judge)  # type: ignore[method-assign]
        self.population = [Individual(generator, ADAM.optimizer(generator))]
        self.environment = Environment(discriminator.eval(), ADAM.optimizer(discriminator), bf16=bf16)
        objectives = tuple(OBJECTIVES[name] for name in NAMES)
        self.settings = GenerationSettings(objectives, GAMMA, 1, B, evaluation_size, STEPS, augment=False)
        self.streams = Streams(*(stream(2, name) for name in "abcde"))
        self.rng = stream(1, "ours")

    def generation(self) -> None:
        """Mutate, evaluate and select, then train the discriminator on the survivor's images."""
        generation = next_generation(
            self.population, self.environment, lambda n: real_images(n, self.rng), self.settings, self.streams
        )
        adapt_environment(self.environment, generation, self.settings, self.streams.shuffle)
        self.population = [child.individual for child in generation.surviving]


def largest_difference(ngf: int, evaluation_size: int) -> float:
    """Return the largest relative difference, between the two orders, of a gradient or of a fitness.

    Both in the default memory format: in another one convolutions add up in another order, and where that moves an
    activation across the kink of a rectifier the gradient is another one, 1e-3 away, in either format from float64.
    """
    official = Official(ngf, evaluation_size, bf16=False)
    ours = Ours(ngf, evaluation_size, bf16=False, channels_last=False)
    rng = stream(3, "check")
    z, z_evaluation, real = latents(B, rng), latents(evaluation_size, rng), real_images(evaluation_size, rng)
    parent = ours.population[0]
    gradients = objective_gradients(
        parent.generator, ours.environment, Draw(z, None), ours.settings.objectives, torch.empty(0)
    )
    worst = 0.0
    for objective, gradient in gradients:
        expected = official.mutate(z, objective.name)
        worst = max(worst, *(float((a - b).norm() / b.norm()) for a, b in zip(gradient, expected, strict=True)))
    measure = ours.settings.diversity.against(ours.environment, [real], rng)
    _, f_q, f_d = official.fitness(z_evaluation, real)
    with torch.no_grad():
        images = ours.environment.generate(parent.generator, z_evaluation)
    logits = ours.environment.judge([images])
    return max(worst, abs(logits.sigmoid().mean().item() / f_q - 1), abs(measure(images, logits).item() / f_d - 1))


def medians(work: dict[str, Callable[[], None]], rounds: int, until: float = math.inf) -> dict[str, float]:
    """Return the median seconds of each piece of work, which has run before; they take turns.

    Args:
        work: by name.
        rounds: how often each is timed, once at least.
        until: the moment, by `time.perf_counter`, after which no round shall end.
    """
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, run in work.items():
            start = time.perf_counter()
            run()
            end = time.perf_counter()
            seconds[name].append(end - start)
        if end + sum(values[-1] for values in seconds.values()) > until:
            break
    return {name: statistics.median(values) for name, values in seconds.items()}


@dataclass(frozen=True)
class Case:
    """What is timed together."""

    ngf: int
    E: int


def rows_of(
    case: Case, dtypes: list[str], rounds: int, same_dtype: bool, compiled: bool, until: float = math.inf
) -> list[dict[str, Any]]:
    difference = largest_difference(case.ngf, case.E)
    official = Official(case.ngf, case.E, bf16=False)
    work: dict[str, Callable[[], None]] = {"plain": official.plain, "official": official.generation}
    counted = {"plain": count_macs(official.plain) / 1e9, "official": count_macs(official.generation) / 1e9}
    for dtype in dtypes:
        ours = Ours(case.ngf, case.E, dtype == "bf16")
        counted["ours"] = count_macs(ours.generation) / 1e9
        work[f"ours {dtype}"] = ours.generation
        if compiled:
            work[f"compiled {dtype}"] = Ours(case.ngf, case.E, dtype == "bf16", compiled=True).generation
    if same_dtype and "bf16" in dtypes:
        work["official bf16"] = Official(case.ngf, case.E, bf16=True).generation
    for name in work.keys() - {"plain", "official", *(f"ours {dtype}" for dtype in dtypes)}:
        work[name]()  # the others have run when they were counted
    seconds = medians(work, rounds, until)
    rows = []
    for dtype in dtypes:
        ours_s, official_s = seconds[f"ours {dtype}"], seconds["official"]
        row: dict[str, Any] = {
            "ngf": case.ngf,
            "E": case.E,
            "dtype": dtype,
            "seconds_plain": seconds["plain"],
            "seconds_official": official_s,
            "seconds_ours": ours_s,
            "ratio_to_official": ours_s / official_s,
            "ratio_to_plain": ours_s / seconds["plain"],
            "gmac_plain": counted["plain"],
            "gmac_official": counted["official"],
            "gmac_ours": counted["ours"],
            "largest_relative_difference_fp32": difference,
        }
        if f"compiled {dtype}" in seconds:
            row["seconds_ours_compiled"] = seconds[f"compiled {dtype}"]
        if dtype == "fp32" or "official bf16" in seconds:
            same = seconds["official bf16"] if dtype == "bf16" else official_s
            row |= {"seconds_official_same_dtype": same, "ratio_to_official_same_dtype": ours_s / same}
        rows.append(row)
    return rows


COLUMNS = {
    "seconds_plain": ("plain", "{:.3f}"),
    "seconds_official": ("official", "{:.3f}"),
    "seconds_ours": ("ours", "{:.3f}"),
    "seconds_ours_compiled": ("compiled", "{:.3f}"),
    "ratio_to_official": ("/official", "{:.2f}"),
    "ratio_to_official_same_dtype": ("/same dtype", "{:.2f}"),
    "ratio_to_plain": ("/plain", "{:.2f}"),
    "gmac_plain": ("GMAC plain", "{:.0f}"),
    "gmac_official": ("official", "{:.0f}"),
    "gmac_ours": ("ours", "{:.0f}"),
    "largest_relative_difference_fp32": ("difference", "{:.0e}"),
}
HEADER = "  ".join(f"{title:>{len(title)}}" for title, _ in COLUMNS.values())


def show(row: dict[str, Any]) -> str:
    cells = [f"{shown.format(row[key]) if key in row else '':>{len(title)}}" for key, (title, shown) in COLUMNS.items()]
    return f"{row['ngf']:>4} {row['E']:>4} {row['dtype']:>5}  " + "  ".join(cells)


def profile(ngf: int, E: int) -> str:
    """Return where a generation of ours in float32 spends its time, and at what rate its products are computed."""
    ours = Ours(ngf, E, bf16=False)
    ours.generation()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as trace:
        start = time.perf_counter()
        ours.generation()
        seconds = time.perf_counter() - start
    spent = {event.key: event.self_cpu_time_total / 1e6 for event in trace.key_averages()}
    total = sum(spent.values())
    lines = [f"{name:<40} {s:7.3f} s {s / total:6.1%}" for name, s in sorted(spent.items(), key=lambda i: -i[1])[:12]]
    gmac = count_macs(ours.generation) / 1e9
    convolutions = sum(s for name, s in spent.items() if "conv" in name)
    lines += [
        f"{gmac:.0f} GMAC in {seconds:.3f} s: {2 * gmac / seconds:.0f} GFLOPS, {2 * gmac / convolutions:.0f} while in",
        f"convolutions; nothing but convolutions at that rate would take {convolutions:.3f} s",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"one width alone, few rounds; within {QUICK:g} s")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--ngf", type=int, nargs="+", default=[128, 64])
    parser.add_argument("--E", type=int, nargs="+", default=[96, 256])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--compile", action="store_true", help="time ours with a compiled discriminator too")
    parser.add_argument("--profile", action="store_true", help="show where a generation of ours spends its time")
    arguments = parser.parse_args()
    if arguments.profile:
        print(profile(arguments.ngf[0], arguments.E[0]))
        return
    quick = arguments.quick
    until = time.perf_counter() + QUICK if quick else math.inf
    dtypes, left_out = ["fp32", "bf16"], []
    if quick and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        dtypes.remove("bf16")
        left_out.append("bf16: this CPU has no instructions for it")
    cases = [Case(ngf, E) for ngf in (arguments.ngf[:1] if quick else arguments.ngf) for E in arguments.E]
    rows: list[dict[str, Any]] = []
    if not arguments.json:
        print(f"{torch.get_num_threads()} threads, torch {torch.__version__}; seconds a generation, ratios, GMAC")
        print(" ngf    E dtype  " + HEADER)
    seconds_an_image = 0.0
    for case in cases:
        start = time.perf_counter()
        # With one timed round in place of two a case takes about two thirds of the time.
        if start + 2 / 3 * seconds_an_image * (case.E + REST) > until:
            left_out.append(f"E = {case.E}: there is no time left for it")
            continue
        for row in rows_of(case, dtypes, 2 if quick else arguments.rounds, not quick, arguments.compile, until):
            rows.append(row)
            if not arguments.json:
                print(show(row), flush=True)
        seconds_an_image = (time.perf_counter() - start) / (case.E + REST)
    if arguments.json:
        found = {"threads": torch.get_num_threads(), "torch": torch.__version__, "rows": rows, "left_out": left_out}
        print(json.dumps(found, indent=1))
    elif left_out:
        print(f"left out, to keep to {QUICK:g} s: {'; '.join(left_out)}")


if __name__ == "__main__":
    main()
