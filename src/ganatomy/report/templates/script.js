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
  const menus = [...bar.querySelectorAll("select[data-filter]")].filter((menu) => menu !== layer);
  const boxes = [...bar.querySelectorAll("input[data-filter]")];
  const all = bar.querySelector("[data-all]");
  const sorting = bar.querySelector("[data-sort]");
  const groups = [...document.querySelectorAll(".cards")];
  const inTurn = new Map(groups.map((group) => [group, [...group.querySelectorAll(".card")]]));
  const total = document.querySelectorAll(".card").length;

  function fits(group, card) {
    return (!layer.value || group.dataset.layer === layer.value)
      && menus.every((menu) => !menu.value || card.dataset[menu.dataset.filter] === menu.value)
      && (all.checked || card.dataset.interpretable === "yes")
      && boxes.every((box) => !box.checked || card.dataset[box.dataset.filter] === "yes");
  }
  function sorted(cards) {
    const key = sorting.value;
    if (!key) return cards;
    const direction = key === "unit" ? 1 : -1;
    const value = (card) => (key in card.dataset ? Number(card.dataset[key]) : -Infinity);
    const order = (a, b) => (value(a) === value(b) ? 0 : direction * (value(a) < value(b) ? -1 : 1));
    return [...cards].sort(order);
  }
  function apply() {
    let found = 0;
    for (const group of groups) {
      const cards = sorted(inTurn.get(group));
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
  const inputs = () => [...bar.querySelectorAll("select, input")];
  const keyOf = (input) => input.dataset.filter || (input === sorting ? "sort" : "all");

  // The filters stand in the address, so that what is shown can be shared: #units?layer=layer3&concept=tree
  function remember() {
    const chosen = new URLSearchParams();
    for (const input of inputs()) {
      if (input.type === "checkbox" ? input.checked : input.value) chosen.set(keyOf(input), input.type === "checkbox" ? "yes" : input.value);
    }
    history.replaceState(null, "", chosen.size ? `#units?${chosen}` : "#units");
  }
  function recall() {
    const [part, words] = location.hash.split("?");
    if (part !== "#units" || words === undefined) return;
    const chosen = new URLSearchParams(words);
    for (const input of inputs()) {
      const value = chosen.get(keyOf(input)) || "";
      if (input.type === "checkbox") input.checked = value === "yes";
      else if ([...input.options].some((option) => option.value === value)) input.value = value;
    }
    reorder();
    document.getElementById("units").scrollIntoView({ behavior: "instant" });
  }
  function reorder() {
    for (const group of groups) group.querySelector(".deck").append(...sorted(inTurn.get(group)));
    document.querySelectorAll("[data-order]").forEach((words) => { words.hidden = sorting.value !== ""; });
    apply();
  }
  for (const group of groups) {
    group.querySelector("[data-more]").addEventListener("click", () => { group.classList.add("open"); apply(); });
  }
  bar.addEventListener("input", (event) => {
    if (event.target === sorting) reorder();
    else apply();
    remember();
  });
  window.addEventListener("hashchange", recall);
  bar.hidden = false;
  all.checked = !document.querySelector(".card[data-interpretable=yes]");
  reorder();
  recall();
}

document.querySelectorAll("[data-viewer]").forEach(timeSlider);
document.querySelectorAll("[data-filters]").forEach(unitFilters);
