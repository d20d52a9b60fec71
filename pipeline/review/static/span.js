// Moving the edges of the evidence by word or character, with keys or buttons; no dragging needed.
let edge = "end";

const points = (text) => Array.from(text);

function paragraphAt(place) {
  let found = null;
  for (const part of document.querySelectorAll("#text p[data-start]")) if (Number(part.dataset.start) <= place) found = part;
  return found;
}

function textOf(part) {
  return points(part.textContent);
}

function isWord(character) {
  return character !== undefined && /[\p{L}\p{N}\p{Sc}%.,'’]/u.test(character);
}

function moved(chars, place, step, byCharacter) {
  if (byCharacter) return Math.min(Math.max(place + step, 0), chars.length);
  let next = place + step;
  const inside = (n) => n > 0 && n < chars.length;
  while (inside(next) && isWord(chars[next - 1]) === isWord(chars[next]) ) next += step;
  while (inside(next) && /\s/.test(step > 0 ? chars[next - 1] : chars[next])) next += step;
  return Math.min(Math.max(next, 0), chars.length);
}

async function tell(form, quote) {
  const says = form.querySelector("#span-says");
  form.querySelector("#span-quote").replaceChildren(Object.assign(document.createElement("mark"), { className: "evidence", textContent: quote }));
  try {
    const response = await fetch("/api/quantities", {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: quote }),
    });
    if (!response.ok) return;
    const { quantities } = await response.json();
    if (form.querySelector("#span-quote").textContent !== quote) return; // moved on since: a later answer counts
    if (!quantities.length) { says.textContent = "These words hold no figure."; return; }
    const [read] = quantities;
    says.textContent = `These words say ${read.words}.`;
    form.elements.value.value = read.value;
    form.elements.value_max.value = read.value_max || "";
    form.elements.bound.value = read.bound;
  } catch { /* the form still works without it */ }
}

function move(form, which, step, byCharacter) {
  const start = Number(form.elements.start.value);
  const end = Number(form.elements.end.value);
  const part = paragraphAt(start);
  if (!part) return;
  const base = Number(part.dataset.start);
  const chars = textOf(part);
  let [first, last] = [start - base, end - base];
  if (which === "start") first = Math.min(moved(chars, first, step, byCharacter), last - 1);
  else last = Math.max(moved(chars, last, step, byCharacter), first + 1);
  form.elements.start.value = base + first;
  form.elements.end.value = base + last;
  tell(form, chars.slice(first, last).join(""));
}

export function spanEditing() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-edge]");
    if (!button) return;
    edge = button.dataset.edge;
    move(button.form, button.dataset.edge, Number(button.dataset.step), event.shiftKey);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !event.key.startsWith("Arrow")) return;
    const fold = document.querySelector("#correct[open]");
    if (!fold) return;
    event.preventDefault();
    const form = fold.querySelector("form");
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      edge = edge === "end" ? "start" : "end";
      form.querySelector("#span-says").textContent = `Now moving the ${edge}.`;
      return;
    }
    move(form, edge, event.key === "ArrowRight" ? 1 : -1, event.shiftKey);
  });
}
