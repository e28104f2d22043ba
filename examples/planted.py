"""Dissect a generator whose units are known, and ablate each of them: what agrees, and what causes.

Run it as `python examples/planted.py`. A unit can agree with a concept perfectly and yet not cause it, and be active
wherever a concept tends to be and yet tell nothing of it.
"""

from ganatomy.dissect.layers import dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.intervene.effects import Ablation, EffectProtocol, measure_ablation
from ganatomy.models.planted import UNITS, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter

generator, segmenter = PlantedGenerator().eval(), PlantedSegmenter()
(layer,) = dissect_layers(generator, segmenter, ["layer1"], DissectionProtocol(num_images=200)).layers

print("unit  planted as      kind         concept     IoU  in other samples  explained by  left when ablated")
for planted, unit in zip(UNITS, layer.report.units, strict=True):
    row = f"{unit.unit:4}  {planted.name:14}  {planted.kind:11}"
    if not unit.interpretable:
        print(f"{row}  -")
        continue
    ablated = measure_ablation(generator, segmenter, Ablation("layer1", (unit.unit,)), EffectProtocol(100, 1))
    kept = {effect.concept: effect.kept for effect in ablated.effects}[unit.concept]
    scores = f"{unit.concept:8}  {unit.iou:5.2f}  {unit.shuffled_iou:16.2f}  {unit.explained_by or '':12}"
    print(f"{row}  {scores}  {kept:17.0%}")
