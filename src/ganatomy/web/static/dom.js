// Elements, numbers and pictures: what all parts of the page use.

/** An element with properties, listeners (`onclick`) and children; text is only ever text. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "vars") for (const [key, what] of Object.entries(value)) element.style.setProperty(key, what);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** A share as a percentage: 12.3 %, below one percent with two digits. */
export function percent(share) {
  if (share === null || !Number.isFinite(share)) return "–";
  const value = 100 * share;
  return `${value !== 0 && Math.abs(value) < 1 ? value.toFixed(2) : value.toFixed(1)} %`;
}

/** A change of a share in points, with its sign. */
export function points(change) {
  const value = 100 * change;
  if (Math.abs(value) < 0.05) return "±0";
  return `${value > 0 ? "+" : "−"}${Math.abs(value).toFixed(1)}`;
}

export function fixed(value, digits = 2) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  return value.toFixed(digits).replace(/^(-?)0\./, "$1.").replace("-", "−");
}

/** A canvas of an image that is `size` pixels a side, under a name for those who cannot see it. */
export function pictureCanvas(size, label = "") {
  const canvas = h("canvas", label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" });
  canvas.width = canvas.height = size;
  return canvas;
}

/** Put RGB bytes, row by row, on a canvas at a place. */
export function putRgb(canvas, rgb, size, left = 0, top = 0) {
  const image = new ImageData(size, size);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    image.data[to] = rgb[from];
    image.data[to + 1] = rgb[from + 1];
    image.data[to + 2] = rgb[from + 2];
    image.data[to + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, left, top);
}

/** Put labels on a canvas, each in the colour of its concept; 255 names nothing. */
export function putLabels(canvas, labels, size, colours) {
  const inks = colours.map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));
  const rgb = new Uint8Array(3 * labels.length);
  labels.forEach((label, pixel) => rgb.set(inks[label] ?? [128, 128, 128], 3 * pixel));
  putRgb(canvas, rgb, size);
}

/** Save something under a name, as the browser saves files. */
export function download(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export function bytesToBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

export function base64ToBytes(text) {
  return Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
}

/** Let the browser draw and answer before what comes next. */
export function breathe() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
