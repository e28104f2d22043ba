"use strict";
// Everything is readable without this script: it adds the time slider and the filters.

function timeSlider(viewer) {
  const frames = [...viewer.querySelectorAll(".frame")];
  if (frames.length < 2) return;
  const slider = viewer.querySelector("input[type=range]");
  const button = viewer.querySelector("[data-play]");
  const markers = [...document.querySelectorAll("svg[data-low]")];
  let timer = 0;

  function show(index) {
    frames.forEach((frame, i) => frame.classList.toggle("shown", i === index));
    slider.setAttribute("aria-valuetext", frames[index].querySelector("figcaption").textContent.trim());
    for (const svg of markers) {
      const { moment, low, high, start, end } = svg.dataset;
      const share = Math.min(Math.max((Number(frames[index].dataset[moment]) - low) / (high - low), 0), 1);
      svg.querySelector(".marker").setAttribute("transform", `translate(${Number(start) + share * (end - start)} 0)`);
    }
  }
  function pause() {
    clearInterval(timer);
    timer = 0;
    button.textContent = "Play";
  }
  function play() {
    if (Number(slider.value) === frames.length - 1) slider.value = 0;
    show(Number(slider.value));
    button.textContent = "Pause";
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      show(Number(slider.value));
      if (Number(slider.value) === frames.length - 1) pause();
    }, 450);
  }
  slider.addEventListener("input", () => { pause(); show(Number(slider.value)); });
  button.addEventListener("click", () => (timer ? pause() : play()));
  viewer.classList.add("live");
  viewer.querySelector(".controls").hidden = false;
  document.querySelectorAll("[data-live]").forEach((hint) => { hint.hidden = false; });
  markers.forEach((svg) => svg.classList.add("live"));
  show(frames.length - 1);
}

function unitFilters(bar) {
  const first = window.matchMedia("(max-width: 520px)").matches ? 6 : 12;
  const layer = bar.querySelector("[data-filter=layer]");
  const concept = bar.querySelector("[data-filter=concept]");
  const interpretable = bar.querySelector("[data-filter=interpretable]");
  const groups = [...document.querySelectorAll(".cards")];
  const total = document.querySelectorAll(".card").length;

  function fits(group, card) {
    return (!layer.value || group.dataset.layer === layer.value)
      && (!concept.value || card.dataset.concept === concept.value)
      && (!interpretable.checked || card.dataset.interpretable === "yes");
  }
  function apply() {
    let found = 0;
    for (const group of groups) {
      const cards = [...group.querySelectorAll(".card")];
      const fitting = cards.filter((card) => fits(group, card));
      const shown = new Set(group.classList.contains("open") ? fitting : fitting.slice(0, first));
      cards.forEach((card) => { card.hidden = !shown.has(card); });
      group.hidden = fitting.length === 0;
      const more = group.querySelector("[data-more]");
      more.hidden = shown.size === fitting.length;
      more.textContent = `Show ${fitting.length - shown.size} more`;
      found += fitting.length;
    }
    bar.querySelector("[data-count]").textContent = found ? `${found} of ${total} cards` : "no card fits; widen the filters";
  }
  for (const group of groups) {
    group.querySelector("[data-more]").addEventListener("click", () => { group.classList.add("open"); apply(); });
  }
  bar.addEventListener("input", apply);
  bar.hidden = false;
  apply();
}

document.querySelectorAll("[data-viewer]").forEach(timeSlider);
document.querySelectorAll("[data-filters]").forEach(unitFilters);
