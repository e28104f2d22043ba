"""`ganatomy import`: a run directory from a file of weights."""

from ganatomy.config.importing import ImportConfig
from ganatomy.exchange.session import import_generator
from ganatomy.hooks.featuremaps import usual_layers
from ganatomy.models.protocol import named_layers
from ganatomy.progress import Progress


def import_weights(config: ImportConfig, progress: Progress) -> dict[str, object]:
    """Make the run and return what the weights were taken for, with the command that opens it up next.

    Raises:
        GanatomyError: as for `ganatomy.exchange.session.import_generator`.
    """
    made = import_generator(config, progress=progress)
    generator = made.generator
    named = named_layers(generator)
    shown = {name: made.layers[name] for name in named if name in made.layers} or made.layers
    layers = usual_layers(dict(made.layers), named)
    none = "no layer gives featuremaps with several cells and units: there is nothing to dissect"
    warnings = [*made.warnings, *([] if layers else [none])]
    return {
        "run": str(made.run),
        "recognised_as": made.layout,
        **({"network": made.network} if made.network else {}),
        "evidence": list(made.evidence),
        **({"warnings": warnings} if warnings else {}),
        "image_size": generator.image_size,
        "z_dim": generator.z_dim,
        "latents": "U(-1, 1)" if generator.latent == "uniform" else "N(0, 1)",
        **({"classes": len(generator.class_names)} if generator.class_names else {}),
        "layers": [{"layer": name, "units": u, "cells": f"{h} x {w}"} for name, (u, h, w) in shown.items()],
        "samples": str(made.samples),
        **({"next": f"ganatomy dissect {made.run} --segmenter NAME"} if layers else {}),
    }
