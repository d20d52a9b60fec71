"""Every page passes axe-core, light and dark, wide and narrow, asks nobody else, and never scrolls sideways."""

from __future__ import annotations

from typing import Any

import pytest

PAGES = (
    "/",
    "/claims",
    "/claims?words=fund",
    "/posts",
    "/names",
    "/themes",
    "/themes/funding",
    "/runs",
    "/add",
    "/decisions",
    "/help",
    "/api",
    "/proposals",
    "/bulk?kind=count",
    "/nothing-here",
    "/?words=zzzz",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_accessible(chromium: Any, desk: str, width: int, scheme: str) -> None:
    """axe-core finds no violation, no other host is asked, the console stays silent, nothing sticks out."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    post = page.request.get(f"{desk}/api/queue/next").json()["claim"]["post"]
    problems = []
    for path in (*PAGES, f"/posts/{post}", f"/posts/{post}/original"):
        page.goto(desk + path)
        if path == "/":
            for fold in ("reject", "correct", "note", "guideline"):
                page.evaluate("id => { document.getElementById(id).open = true }", fold)
        found = axe.Axe().run(page).response["violations"]
        problems += [(path, one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]
        sideways = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if sideways > 0:
            problems.append((path, "scrolls sideways", [str(sideways)]))
    context.close()
    assert not problems
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {desk.split("/")[2]}
    assert [line for line in said if "404" not in line] == []
