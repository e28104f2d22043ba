"""The multilayer perceptrons of the two-dimensional experiments (E-GAN, section IV-B, as released)."""

from torch import Tensor, nn


class PointGenerator(nn.Module):
    """Latents (n, 2), uniform on [-1, 1], to points (n, 2); layers `layer1`, `layer2`, `layer3`, `output`."""

    def __init__(self, width: int = 512, z_dim: int = 2):
        super().__init__()
        self.z_dim = z_dim
        self.layer1 = nn.Sequential(nn.Linear(z_dim, width), nn.ReLU())
        self.layer2 = nn.Sequential(nn.Linear(width, width), nn.ReLU())
        self.layer3 = nn.Sequential(nn.Linear(width, width), nn.ReLU())
        self.output = nn.Linear(width, 2)

    def forward(self, z: Tensor) -> Tensor:
        """Return the points of the latents `z`."""
        points: Tensor = self.output(self.layer3(self.layer2(self.layer1(z))))
        return points


class PointDiscriminator(nn.Module):
    """Points (n, 2) to one logit each, (n, 1); BatchNorm in the second layer, as released."""

    def __init__(self, width: int = 512, batch_norm: bool = True):
        super().__init__()
        self.couples_samples = batch_norm
        norm: list[nn.Module] = [nn.BatchNorm1d(width, track_running_stats=False)] if batch_norm else []
        self.body = nn.Sequential(
            nn.Linear(2, width),
            nn.ReLU(),
            nn.Linear(width, width, bias=not batch_norm),
            *norm,
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, 1),
        )

    def features(self, points: Tensor) -> list[Tensor]:
        """Return what the trained part sees: the points themselves."""
        return [points]

    def judge(self, features: list[Tensor]) -> Tensor:
        """Return the logits (n, 1) of `features`."""
        logits: Tensor = self.body(features[0])
        return logits
