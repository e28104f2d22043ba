"""The networks: generators, discriminators, and what features and scores are read from."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.models.networks.cifar_resnet import CifarResNet as CifarResNet
    from ganatomy.models.networks.cifar_resnet import load_cifar_resnet as load_cifar_resnet
    from ganatomy.models.networks.dcgan import DISCRIMINATORS as DISCRIMINATORS
    from ganatomy.models.networks.dcgan import GENERATORS as GENERATORS
    from ganatomy.models.networks.dcgan import Discriminator as Discriminator
    from ganatomy.models.networks.dcgan import DiscriminatorShape as DiscriminatorShape
    from ganatomy.models.networks.dcgan import Generator as Generator
    from ganatomy.models.networks.dcgan import GeneratorShape as GeneratorShape
    from ganatomy.models.networks.dcgan import grow as grow
    from ganatomy.models.networks.efficientnet import EfficientNetLite0 as EfficientNetLite0
    from ganatomy.models.networks.efficientnet import EfficientNetLite0Classifier as EfficientNetLite0Classifier
    from ganatomy.models.networks.efficientnet import load_efficientnet_lite0 as load_efficientnet_lite0
    from ganatomy.models.networks.efficientnet import (
        load_efficientnet_lite0_classifier as load_efficientnet_lite0_classifier,
    )
    from ganatomy.models.networks.inception import Inception as Inception
    from ganatomy.models.networks.inception import load_inception as load_inception
    from ganatomy.models.networks.layered import LayeredGenerator as LayeredGenerator
    from ganatomy.models.networks.mlp import PointDiscriminator as PointDiscriminator
    from ganatomy.models.networks.mlp import PointGenerator as PointGenerator
    from ganatomy.models.networks.mlp import PointShape as PointShape
    from ganatomy.models.networks.progan import ProGanGenerator as ProGanGenerator
    from ganatomy.models.networks.progan import ProGanShape as ProGanShape
    from ganatomy.models.networks.progan128 import ProGan128Generator as ProGan128Generator
    from ganatomy.models.networks.progan128 import ProGan128Shape as ProGan128Shape
    from ganatomy.models.networks.progan_discriminator import ProGanDiscriminator as ProGanDiscriminator
    from ganatomy.models.networks.projected import ProjectedDiscriminator as ProjectedDiscriminator
    from ganatomy.models.networks.resnet import ResnetDiscriminator as ResnetDiscriminator
    from ganatomy.models.networks.resnet import ResnetGenerator as ResnetGenerator
    from ganatomy.models.networks.resnet import ResnetShape as ResnetShape
    from ganatomy.models.networks.stylegan2 import StyleGan2Generator as StyleGan2Generator
    from ganatomy.models.networks.stylegan2 import StyleGan2Shape as StyleGan2Shape

_PLACES = {
    "DISCRIMINATORS": "dcgan",
    "GENERATORS": "dcgan",
    "CifarResNet": "cifar_resnet",
    "Discriminator": "dcgan",
    "DiscriminatorShape": "dcgan",
    "EfficientNetLite0": "efficientnet",
    "EfficientNetLite0Classifier": "efficientnet",
    "Generator": "dcgan",
    "GeneratorShape": "dcgan",
    "Inception": "inception",
    "LayeredGenerator": "layered",
    "PointDiscriminator": "mlp",
    "PointGenerator": "mlp",
    "PointShape": "mlp",
    "ProGan128Generator": "progan128",
    "ProGan128Shape": "progan128",
    "ProGanDiscriminator": "progan_discriminator",
    "ProGanGenerator": "progan",
    "ProGanShape": "progan",
    "ProjectedDiscriminator": "projected",
    "ResnetDiscriminator": "resnet",
    "ResnetGenerator": "resnet",
    "ResnetShape": "resnet",
    "StyleGan2Generator": "stylegan2",
    "StyleGan2Shape": "stylegan2",
    "grow": "dcgan",
    "load_cifar_resnet": "cifar_resnet",
    "load_efficientnet_lite0": "efficientnet",
    "load_efficientnet_lite0_classifier": "efficientnet",
    "load_inception": "inception",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
