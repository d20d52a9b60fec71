// The keyboard: one key an action, as each reviewer has set them; never while typing, never twice for one press.
import { say, send } from "./swap.js";

const typing = (element) => element && (element.isContentEditable || /^(TEXTAREA|SELECT)$/.test(element.tagName)
  || (element.tagName === "INPUT" && !/^(radio|checkbox|button|submit)$/.test(element.type)));

const find = (action) => document.querySelector(`#app [data-action="${action}"], #bar [data-action="${action}"], .top [data-action="${action}"]`);

function open(fold) {
  fold.open = true;
  fold.scrollIntoView({ block: "nearest" });
  const first = fold.querySelector("input:not([type=hidden]), textarea, select");
  if (first) { first.focus(); if (first.select && first.type !== "radio") first.select(); } else fold.querySelector("summary").focus();
}

function act(action) {
  const element = find(action);
  if (!element) return false;
  if (action === "search") { const fold = element.closest("details"); if (fold) fold.open = true; element.focus(); element.select(); return true; }
  if (action === "source") { element.focus(); return true; }
  if (action === "missed") { document.dispatchEvent(new CustomEvent("missed", { detail: element })); return true; }
  if (element.tagName === "SUMMARY") {
    const fold = element.parentElement;
    if (fold.open) { fold.open = false; element.focus(); } else open(fold);
    return true;
  }
  if (element.disabled) return true;
  element.click();
  return true;
}

function digit(number) {
  const reject = document.querySelector("#reject[open]");
  if (reject) {
    const reason = reject.querySelector(`[data-digit="${number}"]`);
    if (!reason) return false;
    reason.checked = true;
    send(reason.form, reject.querySelector("[data-submit-reject]"));
    return true;
  }
  const field = document.querySelector(`#correct[open] [data-field="${number}"]`);
  if (field) {
    field.focus();
    if (field.select) field.select();
    return true;
  }
  return mark(number);
}

// One field's own verdict: wrong, then right, then none again.
function mark(number) {
  const row = document.querySelector(`[data-field-row="${number}"]`);
  const [right, wrong] = row ? row.querySelectorAll(".marks input") : [];
  if (!wrong) return false;
  if (wrong.checked) right.checked = true;
  else if (right.checked) right.checked = false;
  else wrong.checked = true;
  row.scrollIntoView({ block: "nearest" });
  say(`${row.querySelector("dt").textContent.trim().slice(1).trim()}: ${wrong.checked ? "wrong" : right.checked ? "right" : "not marked"}`);
  return true;
}

export function listen() {
  document.addEventListener("toggle", (event) => { // what was opened by mouse is brought into sight, too
    if (event.target.matches("details[data-fold][open]")) event.target.scrollIntoView({ block: "nearest" });
  }, true);
  document.addEventListener("click", (event) => { // a marked field is unmarked by another click
    const radio = event.target.closest(".marks input");
    if (radio && radio.dataset.was === "1") radio.checked = false;
    for (const each of document.querySelectorAll(".marks input")) each.dataset.was = each.checked ? "1" : "";
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const inText = typing(event.target);
    if (event.key === "Escape") {
      const fold = event.target.closest("details[data-fold][open]") || document.querySelector("details[data-fold][open]");
      if (fold) { fold.open = false; fold.querySelector("summary").focus(); event.preventDefault(); }
      return;
    }
    const keys = JSON.parse(document.body.dataset.keys || "{}");
    if (!Object.keys(keys).length) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z" && !inText) {
      event.preventDefault();
      if (!event.repeat) act(event.shiftKey ? "redo" : "undo");
      return;
    }
    if (inText || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (/^[1-9]$/.test(event.key)) { if (digit(event.key)) event.preventDefault(); return; }
    const action = Object.keys(keys).find((name) => keys[name] === event.key);
    if (!action) return;
    if (action === "diff") { const related = document.getElementById("related"); if (related) { related.focus(); event.preventDefault(); } return; }
    if (act(action)) event.preventDefault();
  });
}
