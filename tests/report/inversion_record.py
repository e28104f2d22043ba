"""What `ganatomy invert` records, made of arithmetic."""

from typing import Any


def inversion_json(**more: Any) -> dict[str, Any]:
    settings = {
        "layer": "layer2", "distance": 1.0, "steps": 150, "feature_steps": 60, "restarts": 3, "pull": 0.01,
        "perceptual": "efficientnet 0123", "perceptual_weight": 1.0, "encoder_steps": 300, "class_name": None,
        "seed": 0,
    }  # fmt: skip
    stages = [("encoder", 0.2, 1.1), ("latent", 0.125, 0.75), ("features", 0.0625, 0.25)]
    standing = [
        {
            "stage": "latent",
            "error": "rmse",
            "value": 0.125,
            "real_median": 0.1,
            "samples_median": 0.02,
            "percentile": 0.75,
        },
        {
            "stage": "features",
            "error": "perceptual",
            "value": 0.75,
            "real_median": 0.5,
            "samples_median": 0.1,
            "percentile": 0.9,
        },
    ]
    return {
        "schema": 1, "photo": "beach.jpg", "weights": "ema", "generator": "g" * 16, "settings": settings,
        "class_name": None,
        "stages": [{"stage": s, "rmse": r, "perceptual": p, "seconds": 2.0} for s, r, p in stages],
        "outside_before": 0.0125, "outside_after": 0.04, "length": 1.0, "standing": standing,
        "num_real": 24, "num_samples": 24, "held_out": "held-out images, of the split test",
        "verdict": "harder than most training data: its perceptual distance 0.750 is above that of 90%",
        "compare": "compare.png", "pictures": ["photo.png"],
    } | more  # fmt: skip
