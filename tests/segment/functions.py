"""Functions that are loaded as segmenters by name; their concepts stand beside them."""

import torch

concepts = ("dark", "light")


def brightness(images):
    return (images.mean(1) > 0).long()


def two_heads(images):
    light = images.mean(1) > 0
    return torch.stack([torch.where(light, 1, -1), torch.where(light, -1, 0)], 1).to(torch.int16)


def with_probability(images):
    return brightness(images)


with_probability.concepts = ["night", "day"]
with_probability.categories = ("other", "object")
with_probability.probability = lambda images, concept: (
    images.mean(1).sigmoid() if concept == "day" else 1 - images.mean(1).sigmoid()
)


class Brightness:
    concepts = ("shade", "sun")

    def __call__(self, images):
        return brightness(images)


of_a_class = Brightness()


def failing(images):
    raise ValueError("out of tune\nsecond line")


def nameless(images):
    return brightness(images)


nameless.concepts = ()


def misnamed(images):
    return brightness(images)


misnamed.concepts = "dark, light"


def twins(images):
    return brightness(images)


twins.concepts = ("light", "light")


def uncategorised(images):
    return brightness(images)


uncategorised.categories = ("object",)


def with_confidence(images):
    return brightness(images)


with_confidence.confidence = lambda images: images.mean(1).abs()
