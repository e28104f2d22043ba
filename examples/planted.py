"""Dissect a generator whose units are known, and ablate each of them: what agrees, and what causes.

Run it as `python examples/planted.py`. A unit can agree with a concept perfectly and yet not cause it, and be active
wherever a concept tends to be and yet tell nothing of it.
"""

import ganatomy as ga
from ganatomy.segment import UNITS, PlantedGenerator, PlantedSegmenter

generator = PlantedGenerator().eval()
layer = ga.dissect(generator, ["layer1"], PlantedSegmenter(), num_images=200)["layer1"]

print("unit  planted as      kind         concept     IoU  in other samples  explained by  left when ablated")
for planted, unit in zip(UNITS, layer.units, strict=True):
    row = f"{unit.unit:4}  {planted.name:14}  {planted.kind:11}"
    if not unit.interpretable:
        print(f"{row}  -")
        continue
    ablated = ga.ablate(generator, layer, units=[unit.unit], num_images=100, random_sets=1)
    scores = f"{unit.concept:8}  {unit.iou:5.2f}  {unit.shuffled_iou:16.2f}  {unit.explained_by or '':12}"
    print(f"{row}  {scores}  {ablated[unit.concept].kept:17.0%}")
