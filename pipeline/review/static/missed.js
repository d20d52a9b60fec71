// Marking a missed claim: the selected words and their place go to the form on the post's page.
function place(node, offset) {
  const part = (node.nodeType === 1 ? node : node.parentElement).closest("#text p[data-start]");
  if (!part) return null;
  const range = document.createRange();
  range.setStart(part, 0);
  range.setEnd(node, offset);
  return Number(part.dataset.start) + Array.from(range.toString()).length;
}

export function selected() {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  let start = place(range.startContainer, range.startOffset);
  let end = place(range.endContainer, range.endOffset);
  if (start === null || end === null || end <= start) return null;
  const words = Array.from(range.toString());
  while (words.length && /\s/.test(words[0])) { words.shift(); start += 1; }
  while (words.length && /\s/.test(words[words.length - 1])) { words.pop(); end -= 1; }
  return words.length ? { start, end, quote: words.join("") } : null;
}

function go(link) {
  const chosen = selected();
  const address = new URL(link.href);
  if (chosen) { address.searchParams.set("start", chosen.start); address.searchParams.set("end", chosen.end); }
  address.hash = "missed";
  window.location.assign(address.href);
}

export function missedClaims() {
  document.addEventListener("missed", (event) => go(event.detail));
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[data-action="missed"]');
    if (!link) return;
    event.preventDefault();
    go(link);
  });
}

function useSelection(form) {
  const chosen = selected();
  if (!chosen) return;
  form.elements.start.value = chosen.start;
  form.elements.end.value = chosen.end;
  form.elements.quote.value = chosen.quote;
  form.elements.value.focus();
}

export function missedForms() {
  for (const button of document.querySelectorAll("[data-use-selection]")) {
    button.hidden = false;
    button.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
    button.addEventListener("click", () => useSelection(button.form));
  }
  for (const form of document.querySelectorAll("[data-missed]")) {
    form.elements.quote.addEventListener("input", () => { form.elements.start.value = ""; form.elements.end.value = ""; });
  }
}
