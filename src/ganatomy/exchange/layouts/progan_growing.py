"""Progressive GAN in the namings that keep the outputs of all sizes, as it has them while it grows.

Sources: the TensorFlow release of Karras et al. (arXiv 1710.10196), `4x4/Dense/weight`, `4x4/Conv/weight`,
`8x8/Conv0_up/weight`, `8x8/Conv1/weight`, ..., `ToRGB_lod0/bias`, in TensorFlow's order of
dimensions; and genforce's, made of it, `layer0.weight`, `layer0.bias`, ..., `output0.weight`, .... Both leave out the
scale at run time, and hold how far they have grown as `lod`: at lod 1 images are those of the output below the last,
enlarged.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from torch import Tensor

from ganatomy.errors import CheckpointError
from ganatomy.exchange.layouts.progan_names import (
    KIND,
    SIZES,
    Convolution,
    Found,
    Naming,
    kernel_of,
    numbers,
    size_of,
    told,
)
from ganatomy.exchange.layouts.tensors import ADVICE, Tensors

Turn = Callable[[Tensor], Tensor]
DENSE = "4x4/Dense"
_VARIABLE = rf"^(.*?){DENSE}/(?:weight|bias)((?::0)?)$"


def _turned(weight: Tensor) -> Tensor:
    """Return the weights (outputs, inputs, k, k) of a convolution for those (k, k, inputs, outputs) of TensorFlow's."""
    return weight.permute(3, 2, 0, 1)


def _mirrored(weight: Tensor) -> Tensor:
    """Return the weights of a convolution for those (inputs, outputs, k, k) of a transposed one."""
    return weight.transpose(0, 1).flip(2, 3)


def _genforce(tensors: Mapping[str, Tensor]) -> Found:
    outputs, layers = (numbers(rf"{part}(\d{{1,4}})\.", tensors) for part in ("output", "layer"))
    last = max(0, *outputs, *(number // 2 for number in layers))
    full = size_of(last, f"output{last}")
    own = Tensors(tensors, of=f"{KIND} of {full} px in genforce's names")
    size, grown = _grown(own, full)
    output = SIZES.index(size)
    is_fused, unsure = _fusing(own, output)
    convolutions: list[Convolution] = []
    for index, name in enumerate([*(f"layer{number}" for number in range(2 * output + 2)), f"output{output}"]):
        kernel = kernel_of(index, 2 * output + 3)
        inputs = len(convolutions[-1].bias) if convolutions else None
        if is_fused and name.startswith("layer") and index > 0 and index % 2 == 0:
            weight = _mirrored(own.take(f"{name}.weight", (inputs, None, kernel, kernel)))
        else:
            weight = own.take(f"{name}.weight", (None, inputs, kernel, kernel))
        bias = own.take(f"{name}.bias", (len(weight),))
        convolutions.append(Convolution(f"{name}.weight", weight, bias))
    left_out = own.drop(*(f"output{number}." for number in outputs))
    left_out += own.drop(*(f"layer{number}." for number in range(2 * output + 2, 2 * last + 2)))
    own.refuse_others()
    evidence = [f"it has 'layer0.weight' to 'layer{2 * output + 1}.weight' and 'output{output}.weight'"]
    if is_fused:
        evidence.append("the shapes of its weights are those of upsampling fused with convolutions")
    return Found(convolutions, tuple(evidence), grown + unsure + told(left_out))


def _fusing(own: Tensors, output: int) -> tuple[bool, tuple[str, ...]]:
    """Return whether upsampling convolutions are transposed ones, and a warning where shapes do not tell."""
    shapes = [
        (own.length(f"layer{2 * block}.weight"), own.length(f"layer{2 * block}.weight", 1))
        for block in range(1, output + 1)
    ]
    if not shapes or any(first != second for first, second in shapes):
        read = [own.length(f"layer{2 * block - 1}.bias") for block in range(1, output + 1)]
        pairs = list(zip(shapes, read, strict=True))
        return bool(pairs) and all(first == inputs for (first, _), inputs in pairs), ()
    return False, (
        "no shape tells whether its upsampling is fused with convolutions, whose weights then are the other way round; "
        "it was taken for not fused, as is usual in genforce's code",
    )


def _tensorflow(tensors: Mapping[str, Tensor]) -> Found:
    prefix, suffix = _around(tensors)
    named = [name.removeprefix(prefix) for name in tensors if name.startswith(prefix)]
    full = max((size for size in numbers(r"(\d{1,4})x\1/Conv", named) if size in SIZES), default=SIZES[0])
    own = Tensors(tensors, f"{KIND} of {full} px in the names of its authors' TensorFlow code", prefix, suffix)
    size, grown = _grown(own, full)
    lod = SIZES.index(full) - SIZES.index(size)
    convolutions = [_dense(own)]
    for side in (side for side in SIZES if side <= size):
        if side > SIZES[0]:
            convolutions.append(_doubling(own, side, len(convolutions[-1].bias)))
        name = f"{side}x{side}/Conv1" if side > SIZES[0] else f"{side}x{side}/Conv"
        convolutions.append(_plain(own, name, len(convolutions[-1].bias), 3))
    convolutions.append(_plain(own, f"ToRGB_lod{lod}", len(convolutions[-1].bias), 1))
    left_out = own.drop("ToRGB_lod") + own.drop(*(f"{side}x{side}/" for side in SIZES if size < side <= full))
    own.refuse_others()
    evidence = (f"it has '{own.named(f'{DENSE}/weight')}' and '{own.named(f'ToRGB_lod{lod}/weight')}'",)
    return Found(convolutions, evidence, grown + told(left_out))


def _around(names: Iterable[str]) -> tuple[str, str]:
    """Return what stands before and after the names of the variables, such as 'Gs/' and ':0'."""
    found = {match.groups() for name in names if (match := re.search(_VARIABLE, name))}
    prefixes = sorted({prefix for prefix, _ in found})
    if len(prefixes) != 1:
        several = " and ".join(f"'{prefix}'" for prefix in prefixes)
        raise CheckpointError(f"there are generators in {several}; give the variables of one")
    return prefixes[0], max(suffix for _, suffix in found)


def _dense(own: Tensors) -> Convolution:
    """Return the convolution, of one cell padded by 3, that is the dense layer: the cell meets the last tap first."""
    weight = own.take(f"{DENSE}/weight", (None, None))
    if weight.shape[1] % 16:
        raise CheckpointError(
            f"'{own.named(f'{DENSE}/weight')}' has shape {tuple(weight.shape)}; in {own.of} the second length is 16 "
            f"times a number of units; {ADVICE}"
        )
    weight = _mirrored(weight.reshape(len(weight), -1, 4, 4))
    return Convolution(own.named(f"{DENSE}/weight"), weight, own.take(f"{DENSE}/bias", (len(weight),)))


def _doubling(own: Tensors, side: int, inputs: int) -> Convolution:
    """Return the first convolution of a size: fused with upsampling, or after it."""
    if f"{side}x{side}/Conv0/weight" in own:
        return _plain(own, f"{side}x{side}/Conv0", inputs, 3)
    name = f"{side}x{side}/Conv0_up"
    weight = own.take(f"{name}/weight", (3, 3, None, inputs))
    bias = own.take(f"{name}/bias", (weight.shape[2],))
    return Convolution(own.named(f"{name}/weight"), _mirrored(_turned(weight)), bias)


def _plain(own: Tensors, name: str, inputs: int, kernel: int) -> Convolution:
    weight = _turned(own.take(f"{name}/weight", (kernel, kernel, inputs, None)))
    return Convolution(own.named(f"{name}/weight"), weight, own.take(f"{name}/bias", (len(weight),)))


def _grown(own: Tensors, full: int) -> tuple[int, tuple[str, ...]]:
    """Return the size of the images before they are enlarged to `full` px, and a warning where it is another."""
    lod = float(own.take_number("lod")) if "lod" in own else 0.0
    if lod not in range(SIZES.index(full) + 1):
        raise CheckpointError(
            f"'{own.named('lod')}' is {lod:g}: a size was fading in when {own.of} was saved; give weights that were "
            "saved when it had"
        )
    size = full // 2 ** int(lod)
    if size == full:
        return size, ()
    return size, (f"it had grown to {size} of {full} px; its images are left at {size} px, not enlarged",)


GENFORCE = Naming("in genforce's names", (r"^layer\d+\.(weight|bias)$", r"^output\d+\.(weight|bias)$"), _genforce)
TENSORFLOW = Naming("in the names of its authors' TensorFlow code", (_VARIABLE,), _tensorflow)
