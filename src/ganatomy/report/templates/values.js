
// Values of figures under the pointer, and by the arrow keys where a figure has the focus.

function valuesOf(svg, bubble) {
  const marks = [...svg.querySelectorAll("[data-said]")];
  const lines = [...svg.querySelectorAll("path[data-name]")];
  if (!marks.length && !(lines.length && svg.dataset.y)) return;
  const back = { value: (v) => v, root: (v) => v * v, logarithm: (v) => 10 ** v };
  const into = { value: (v) => v, root: Math.sqrt, logarithm: Math.log10 };
  let at = -1;

  function scale(words) {
    const [low, high, start, end] = words.split(" ").map(Number);
    const by = words.split(" ")[4];
    const [a, b] = [into[by](low), into[by](high)];
    return (place) => back[by](a + ((place - start) / (end - start)) * (b - a));
  }
  const short = (value) => Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
  const points = lines.map((line) =>
    [...line.getAttribute("d").matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map((found) => [Number(found[1]), Number(found[2])]));
  const stops = [...new Set(points.flat().map(([x]) => x))].sort((a, b) => a - b);

  function told(x) {
    const [along, up] = [scale(svg.dataset.x), scale(svg.dataset.y)];
    const values = lines.map((line, i) => {
      const nearest = points[i].reduce((a, b) => (Math.abs(b[0] - x) < Math.abs(a[0] - x) ? b : a));
      return `${line.dataset.name} ${short(up(nearest[1]))}`;
    });
    return `at ${short(along(x))}: ${values.join("; ")}`;
  }
  function say(words, x, y) {
    bubble.textContent = words;
    bubble.hidden = false;
    bubble.style.left = `${Math.max(8, Math.min(x + 14, window.innerWidth - bubble.offsetWidth - 8))}px`;
    bubble.style.top = `${Math.max(8, y - bubble.offsetHeight - 12)}px`;
  }
  function within(event) {
    const box = svg.getBoundingClientRect();
    return (event.clientX - box.left) * (svg.viewBox.baseVal.width / box.width);
  }
  function hide() {
    bubble.hidden = true;
    marks.forEach((mark) => mark.classList.remove("told"));
  }
  function show(mark, x, y) {
    hide();
    mark.classList.add("told");
    say(mark.dataset.said, x, y);
  }
  svg.addEventListener("pointermove", (event) => {
    const mark = event.target.closest("[data-said]");
    if (mark) show(mark, event.clientX, event.clientY);
    else if (stops.length) say(told(within(event)), event.clientX, event.clientY);
    else hide();
  });
  svg.addEventListener("pointerleave", hide);
  svg.addEventListener("blur", hide);
  svg.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") hide();
    if (!step) return;
    event.preventDefault();
    const steps = marks.length || stops.length;
    at = at < 0 ? (step > 0 ? 0 : steps - 1) : Math.max(0, Math.min(steps - 1, at + step));
    const box = (marks[at] || svg).getBoundingClientRect();
    if (marks.length) show(marks[at], box.left + box.width / 2, box.top);
    else say(told(stops[at]), box.left + (stops[at] / svg.viewBox.baseVal.width) * box.width, box.top + 24);
  });
  svg.setAttribute("tabindex", "0");
}

// Pictures fill the window where they are clicked, or opened by Enter.

function enlargeable(picture, frame) {
  function open() {
    const large = picture.cloneNode();
    large.removeAttribute("role");
    large.removeAttribute("tabindex");
    frame.querySelector("img")?.remove();
    frame.prepend(large);
    const scale = Math.min(window.innerWidth * 0.94 / picture.naturalWidth, window.innerHeight * 0.82 / picture.naturalHeight);
    large.width = Math.round(picture.naturalWidth * scale);
    large.height = Math.round(picture.naturalHeight * scale);
    frame.querySelector("p").textContent = picture.alt;
    frame.showModal();
  }
  picture.tabIndex = 0;
  picture.setAttribute("role", "button");
  picture.setAttribute("aria-haspopup", "dialog");
  picture.classList.add("enlargeable");
  picture.addEventListener("click", open);
  picture.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open();
  });
}

const bubble = document.querySelector("[data-bubble]");
document.querySelectorAll("svg.figure").forEach((svg) => valuesOf(svg, bubble));
const enlarged = document.querySelector("[data-enlarged]");
enlarged.addEventListener("click", () => enlarged.close());
document.querySelectorAll("main img").forEach((picture) => enlargeable(picture, enlarged));
