// What lies packed in the one file: bytes under base64 and gzip, and weights as integers with a scale for each unit.

import { base64ToBytes } from "../dom.js";

/** The bytes that a script element holds as base64, unpacked by gzip. */
export async function unzipped(id) {
  const element = document.getElementById(id);
  const packed = base64ToBytes(element.textContent.trim());
  element.remove();
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Graphs by name from a container: each with the bytes of its weights, float32. */
export function graphsOf(container) {
  const view = new DataView(container.buffer, container.byteOffset);
  const length = view.getUint32(0, true);
  const told = JSON.parse(new TextDecoder().decode(container.subarray(4, 4 + length)));
  const body = container.subarray(4 + length);
  const slice = ([start, size]) => body.subarray(start, start + size);
  return Object.fromEntries(Object.entries(told).map(([name, graph]) => {
    const weights = new Float32Array(graph.numbers);
    for (const tensor of graph.tensors) {
      const scale = new Float32Array(slice(tensor.scale).slice().buffer);
      restore(weights.subarray(tensor.start), tensor, slice(tensor.planes), scale);
    }
    return [name, { model: slice(graph.model), weights: new Uint8Array(weights.buffer) }];
  }));
}

/** Write w = scale[unit] (q - 2^(bits - 1)) for each weight of a tensor. */
function restore(weights, { shape, axis, bits }, planes, scale) {
  const count = shape.reduce((product, side) => product * side, 1);
  const inner = shape.slice(axis + 1).reduce((product, side) => product * side, 1);
  const low = bits - 8;
  const step = Math.ceil(count / 8);
  for (let at = 0; at < count; at += 1) {
    let whole = planes[at];
    for (let plane = 0; plane < low; plane += 1) {
      whole = (whole << 1) | ((planes[count + plane * step + (at >> 3)] >> (7 - (at & 7))) & 1);
    }
    weights[at] = scale[Math.floor(at / inner) % shape[axis]] * (whole - (1 << (bits - 1)));
  }
}
