// Totals of many claims take a while: the table comes first, and they are put in when they are there.
export async function lateTotals() {
  const place = document.querySelector("#totals[data-from]");
  if (!place) return;
  const link = place.querySelector("[data-count]");
  if (link) link.textContent = "Counting…";
  const href = link && link.getAttribute("href");
  try {
    const response = await fetch(place.dataset.from, { credentials: "same-origin" });
    const fresh = response.ok && new DOMParser().parseFromString(await response.text(), "text/html").getElementById("totals");
    if (!fresh) throw new Error("no totals");
    place.replaceWith(document.adoptNode(fresh));
  } catch { // the link stays, and asks for them as a page
    if (link) { link.textContent = "Count them and add up the money"; link.href = href; }
  }
}
