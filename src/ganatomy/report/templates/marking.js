"use strict";
// Writes the command that takes the units that are ticked.

const boxes = [...document.querySelectorAll("input[type=checkbox]")];
const line = document.querySelector("output");
const nothing = line.textContent;

function write() {
  const units = boxes.filter((box) => box.checked).map((box) => Number(box.value));
  units.sort((a, b) => a - b);
  line.textContent = units.length ? `${line.dataset.command} ${units.join(" ")}` : nothing;
}

document.addEventListener("change", write);
write();
