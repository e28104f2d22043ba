"""Generators and discriminators: modules and nothing else."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.models.adaptation import AdaptedGenerator as AdaptedGenerator
    from ganatomy.models.adaptation import ChannelOrder as ChannelOrder
    from ganatomy.models.adaptation import adapt as adapt
    from ganatomy.models.build import build_discriminator as build_discriminator
    from ganatomy.models.build import build_generator as build_generator
    from ganatomy.models.classes import OneClassGenerator as OneClassGenerator
    from ganatomy.models.classes import class_of as class_of
    from ganatomy.models.classes import of_one_class as of_one_class
    from ganatomy.models.given import as_generator as as_generator
    from ganatomy.models.protocol import GeneratorNetwork as GeneratorNetwork
    from ganatomy.models.protocol import ImageGenerator as ImageGenerator
    from ganatomy.models.protocol import LatentLaw as LatentLaw
    from ganatomy.models.protocol import sample_latents as sample_latents

_PLACES = {
    "AdaptedGenerator": "adaptation",
    "ChannelOrder": "adaptation",
    "GeneratorNetwork": "protocol",
    "ImageGenerator": "protocol",
    "LatentLaw": "protocol",
    "OneClassGenerator": "classes",
    "adapt": "adaptation",
    "as_generator": "given",
    "build_discriminator": "build",
    "build_generator": "build",
    "class_of": "classes",
    "of_one_class": "classes",
    "sample_latents": "protocol",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
