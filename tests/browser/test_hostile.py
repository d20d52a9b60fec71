"""Attacks in a real browser: whatever a post, a name or a stored page holds, nothing runs and nobody is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from ledgers import WRITTEN, keep_posts, small_ledger
from review_server import served

from pipeline.ledger.queue.items import refresh_queue
from pipeline.records import Extraction, Theme, passages_of

SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>\u2028"
ORIGINAL = b"""<!doctype html><title>Old page</title><meta http-equiv=refresh content="0;url=http://127.0.0.2:9/away">
<link rel=stylesheet href="http://127.0.0.2:9/a.css"><script src="http://127.0.0.2:9/a.js"></script>
<body onload="alert(1)"><p id=kept>Kept as it was</p><script>alert(2); document.title = "ran"</script>
<img src="http://127.0.0.2:9/a.png" onerror="alert(3)"><iframe src="/claims"></iframe>
<form action="/undo" method=post><button id=go>go</button></form>"""


def watched(chromium: Any) -> tuple[Any, list[str], list[str]]:
    """A page, the dialogs that it opens, and the addresses that it asks."""
    page = chromium.new_context().new_page()
    dialogs: list[str] = []
    asked: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    return page, dialogs, asked


def test_no_script_of_a_post_runs(chromium: Any, tmp_path: Path) -> None:
    """Row 6: in body, title, author, publisher, theme, note, file name, search and key map it is text."""
    written = WRITTEN[3]
    post = replace(
        written.post, text=f"{written.text}\n\n{SCRIPT}", title=SCRIPT, authors=(SCRIPT,), publisher=SCRIPT,
        url=f"javascript:alert(4)//{SCRIPT}",
    )  # fmt: skip
    with small_ledger(tmp_path / "ledger.db", reviewed=False) as ledger:
        keep_posts(ledger, [post])
        claims = tuple(replace(claim, subject=SCRIPT, measure=SCRIPT) for claim in written.claims())
        found = Extraction(claims=claims, entities=tuple(written.entities()), passages=tuple(passages_of(post.text)))
        ledger.keep_extractions([(post, found)], extractor="hostile 1")
        theme = Theme(slug="hostile", number=9, name=SCRIPT, description=SCRIPT, keywords=(SCRIPT,))
        ledger.keep_themes([*ledger.themes(), theme], {})
        refresh_queue(ledger)
    page, dialogs, asked = watched(chromium)
    with served(tmp_path) as (address, _):
        claim = claims[0].id
        seen = httpx.get(f"{address}/api/claims/{claim}").json()
        body = {"act": "act-note", "version": seen["version"], "verdict": "note", "note": SCRIPT}
        assert httpx.post(f"{address}/api/claims/{claim}/decisions", json=body).status_code == 200
        own = (f"/claims/{claim}", f"/posts/{post.id}", f"/posts/{post.id}/original", "/claims?words=%3Cscript%3E")
        for path in ("/", "/claims", "/posts", "/themes", "/decisions", "/help", "/bulk?kind=count", *own):
            page.goto(address + path)
            assert page.locator('a[href^="javascript:"]').count() == 0
        page.goto(f"{address}/claims/{claim}")
        page.keyboard.press("a")  # the next card comes by script, from text of the server
        page.wait_for_selector("#bar[data-last=accepted]", state="attached")
        page.context.close()
        assert dialogs == []
        assert {url.split("/")[2] for url in asked} == {address.split("/")[2]}


def test_a_stored_page_runs_nothing_and_asks_nobody(chromium: Any, tmp_path: Path) -> None:
    """Rows 7 and 27: its words are there; scripts, frames, forms, pictures and moving on are not."""
    post = WRITTEN[0].post
    with small_ledger(tmp_path / "ledger.db", reviewed=False) as ledger:
        keep_posts(ledger, [replace(post, text=f"{post.text} More.")], raw={post.id: ORIGINAL})
    page, dialogs, asked = watched(chromium)
    with served(tmp_path) as (address, _):
        page.goto(f"{address}/posts/{post.id}/original/view", wait_until="networkidle")
        assert page.locator("#kept").inner_text() == "Kept as it was"
        assert page.title() == "Old page"
        assert page.url.endswith("/original/view")
        before = len(asked)
        with page.expect_event("console", lambda line: "sandbox" in line.text):  # the browser says what it blocked
            page.click("#go")
        assert httpx.get(f"{address}/api/decisions").json()["decisions"] == []
        page.context.close()
    assert dialogs == []
    reached = [url for url in asked[:before] if not url.endswith(("/view", "/favicon.ico"))]
    assert [url for url in reached if "127.0.0.2" not in url] == []  # a blocked one is noted before it is blocked
