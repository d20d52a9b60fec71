// Tells the server which claim this tab shows, and the reviewer who else has it open: a hint, no lock.
const EVERY = 30000;
const tab = (() => {
  try {
    const kept = sessionStorage.getItem("tab") || crypto.randomUUID();
    sessionStorage.setItem("tab", kept);
    return kept;
  } catch { return crypto.randomUUID(); }
})();

async function tell() {
  const card = document.querySelector("[data-card]");
  if (!card || document.visibilityState !== "visible") return;
  const claim = card.dataset.claim;
  try {
    const response = await fetch(`/api/claims/${encodeURIComponent(claim)}/here`, {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ tab }),
    });
    if (!response.ok) return;
    const { words } = await response.json();
    const here = document.getElementById("here");
    const now = document.querySelector("[data-card]");
    if (here && now && now.dataset.claim === claim && here.textContent !== words) here.textContent = words;
  } catch { /* a hint only */ }
}

export function presence() {
  document.addEventListener("card-shown", () => window.setTimeout(tell, 400));
  document.addEventListener("visibilitychange", tell);
  window.setInterval(tell, EVERY);
}
