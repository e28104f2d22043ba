// An edit in the part of an address after the #: JSON, packed, as base64 that addresses can hold.

import { base64ToBytes, bytesToBase64 } from "./dom.js";
import { fromJson, toJson } from "./edit.js";

const KEY = "edit=";

async function through(stream, bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

export async function hashOf(edit) {
  const text = new TextEncoder().encode(JSON.stringify(toJson(edit)));
  const packed = await through(new CompressionStream("deflate-raw"), text);
  return `#${KEY}${bytesToBase64(packed).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The edit of an address; null where it has none. */
export async function editOfHash(hash, about) {
  if (!hash.startsWith(`#${KEY}`)) return null;
  try {
    const packed = base64ToBytes(hash.slice(1 + KEY.length).replaceAll("-", "+").replaceAll("_", "/"));
    const text = await through(new DecompressionStream("deflate-raw"), packed);
    return fromJson(JSON.parse(new TextDecoder().decode(text)), about);
  } catch (error) {
    throw new Error(`The link holds no edit that can be restored here. ${error.message}`);
  }
}
