// Sends forms and follows links of the queue without a new page; the card moves only after the server has it on disk.
import { addressAfter, fetchAhead, taken } from "./ahead.js";

let busy = false;
let shown = location.pathname + location.search; // the page that is here, whatever part of it is looked at

const app = () => document.getElementById("app");

export function say(text) {
  const live = document.getElementById("live");
  live.textContent = "";
  window.setTimeout(() => { live.textContent = text; }, 50);
}

function fail(text) {
  const saved = document.getElementById("saved");
  saved.classList.add("failed");
  saved.textContent = text;
  say(text);
}

export function settle({ announce = false } = {}) {
  const evidence = document.getElementById("evidence");
  const text = document.getElementById("text");
  if (evidence && text) {
    if (text.scrollHeight > text.clientHeight + 4) {
      const away = evidence.getBoundingClientRect().top - text.getBoundingClientRect().top;
      text.scrollTop += away - text.clientHeight / 3;
    }
  }
  for (const fold of document.querySelectorAll(".rail-fold")) {
    if (window.innerWidth < 1000) fold.removeAttribute("open");
  }
  for (const hint of document.querySelectorAll("[data-edges]")) hint.hidden = false;
  document.dispatchEvent(new CustomEvent("card-shown"));
  fetchAhead();
  if (announce) {
    const bar = document.getElementById("bar");
    const problem = document.querySelector(".problem");
    const heading = document.querySelector("#app h1");
    if (problem) problem.focus(); else if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: window.innerWidth >= 1000 }); }
    if (bar) say(problem ? problem.textContent : `${bar.dataset.last}, ${bar.dataset.left} left`);
  }
}

function putBar(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("bar");
  const old = document.getElementById("bar");
  if (fresh && old) old.replaceWith(document.adoptNode(fresh));
}

function show(html, address, { bar } = {}) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById("app");
  if (!fresh) return false;
  app().replaceWith(document.adoptNode(fresh));
  if (bar !== undefined) putBar(bar);
  else if (page.getElementById("bar") && document.getElementById("bar")) {
    document.getElementById("bar").replaceWith(document.adoptNode(page.getElementById("bar")));
  }
  document.title = page.title;
  document.body.dataset.keys = page.body.dataset.keys;
  const nav = page.querySelector(".top");
  if (nav) document.querySelector(".top").replaceWith(document.adoptNode(nav));
  if (address && address !== location.href) history.pushState({}, "", address);
  shown = location.pathname + location.search;
  settle({ announce: true });
  return true;
}

async function onward({ claim, address, bar }) {
  const next = new URL(address, location.href).href;
  const ready = claim ? taken(next, claim) : null;
  if (ready && show(ready, next, { bar })) return;
  const response = await fetch(next, { credentials: "same-origin" });
  if (!show(await response.text(), response.url)) location.href = next;
}

export async function send(form, button) {
  if (busy) return;
  busy = true;
  const data = new FormData(form);
  if (button && button.name) data.set(button.name, button.value);
  form.setAttribute("aria-busy", "true");
  const headers = addressAfter() ? { "X-Has-Next": "1" } : {};
  try {
    const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), credentials: "same-origin", headers });
    const kind = response.headers.get("content-type") || "";
    if (kind.startsWith("application/json")) { await onward(await response.json()); return; }
    const html = await response.text();
    if (!kind.startsWith("text/html") || !show(html, response.redirected ? response.url : null)) fail(html.trim().slice(0, 300) || "Not saved.");
  } catch {
    fail("Not saved: the server cannot be reached. The card stays; try again.");
  } finally {
    busy = false;
    form.removeAttribute("aria-busy");
  }
}

export async function visit(address) {
  if (busy) return;
  busy = true;
  try {
    const ready = taken(address);
    if (ready && show(ready, address)) return;
    const response = await fetch(address, { credentials: "same-origin" });
    if (!show(await response.text(), response.url)) location.href = address;
  } catch {
    fail("The server cannot be reached. The card stays.");
  } finally {
    busy = false;
  }
}

export function swapping() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-swap]")) return;
    event.preventDefault();
    send(form, event.submitter);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    if (link.target || link.origin !== location.origin) return;
    if (!/^\/($|\?|claims\/)/.test(link.pathname + link.search) || link.hash) return;
    if (!document.querySelector("[data-card], .desk")) return;
    event.preventDefault();
    visit(link.href);
  });
  window.addEventListener("popstate", () => { // a link to a part of this page comes here, too
    if (location.pathname + location.search !== shown) location.reload();
  });
}
