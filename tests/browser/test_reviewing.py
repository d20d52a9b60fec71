"""Reviewing in a real browser: by keyboard alone, undone, with the server gone, and without JavaScript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
from ledgers import small_ledger
from review_server import served

from pipeline.ledger import accounts
from pipeline.ledger.ledger import Ledger


def counts(desk: str) -> dict[str, int]:
    """How many claims stand where."""
    found: dict[str, int] = httpx.get(f"{desk}/api/counts").json()
    return found


def press(page: Any, key: str) -> None:
    """Press a key that decides, and wait until another card or state is shown."""
    mark_old(page)
    page.keyboard.press(key)
    page.wait_for_selector("#app:not([data-old])")


def mark_old(page: Any) -> None:
    """Mark the card that is shown, so that its successor can be waited for."""
    page.evaluate("document.getElementById('app').dataset.old = '1'")


def test_thirty_claims_by_keyboard_alone_then_everything_undone(chromium: Any, desk: str) -> None:
    """All claims are decided without a mouse; undo takes back every one, redo brings them back."""
    total = sum(counts(desk).values())
    page = chromium.new_page()
    page.goto(desk)
    steps = 0
    while counts(desk).get("proposed") and steps < 60:
        if steps % 5 == 3:
            page.keyboard.press("x")
            press(page, "2")
        elif steps % 5 == 4:
            press(page, "f")
        else:
            press(page, "a")
        steps += 1
    made = counts(desk)
    assert "proposed" not in made
    assert made["accepted"] + made["rejected"] + made["flagged"] == total == steps
    for _ in range(steps):
        press(page, "u")
    assert counts(desk) == {"proposed": total}
    assert page.locator('[data-action="undo"]').is_disabled()
    for _ in range(steps):
        press(page, "U")
    assert counts(desk) == made


def test_the_skip_link_loads_nothing_anew(chromium: Any, desk: str) -> None:
    """Going to a part of the page leaves what was typed there, and the card is not fetched again."""
    page = chromium.new_page()
    page.goto(desk)
    loaded: list[str] = []
    page.on("load", lambda loading: loaded.append(loading.url))
    page.keyboard.press("n")
    page.keyboard.type("half a note")
    page.locator(".skip-link").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    assert page.locator("#note-text").input_value() == "half a note"
    press(page, "s")
    assert loaded == []


def test_a_key_in_a_text_box_types_and_a_held_key_decides_once(chromium: Any, desk: str) -> None:
    """Writing "aaa" in the search box decides nothing; a repeated keydown is one decision."""
    page = chromium.new_page()
    page.goto(desk)
    page.keyboard.press("/")
    page.keyboard.type("aaa")
    assert page.locator("#search").input_value() == "aaa"
    page.keyboard.press("Tab")
    page.evaluate(
        """() => { for (let n = 0; n < 20; n += 1) document.body.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'a', bubbles: true, repeat: n > 0 })) }"""
    )
    page.wait_for_selector("#bar[data-last=accepted]", state="attached")
    press(page, "f")  # what a second decision would have sent is behind this one
    assert counts(desk)["accepted"] == 1


def test_a_span_is_corrected_by_keyboard(chromium: Any, desk: str) -> None:
    """Alt and arrows move the end of the words; what is saved is the text between the new edges."""
    claims = httpx.get(f"{desk}/api/claims", params={"kind": "count", "limit": 50}).json()["claims"]
    chosen = next(claim for claim in claims if claim["sentence"].partition(claim["quote"])[2][:2].strip().isalpha())
    page = chromium.new_page()
    page.goto(f"{desk}/claims/{chosen['id']}")
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.name") == "value"
    page.keyboard.press("Alt+ArrowRight")
    page.wait_for_selector("#span-says:not(:empty)")
    moved = page.locator("#span-quote").inner_text()
    assert moved.startswith(chosen["quote"])
    assert moved != chosen["quote"]
    press(page, "Enter")
    now = httpx.get(f"{desk}/api/claims/{chosen['id']}").json()
    assert now["status"] == "corrected", page.locator("#app").inner_text()[:600]
    assert now["quote"] == moved
    press(page, "u")
    assert httpx.get(f"{desk}/api/claims/{chosen['id']}").json()["quote"] == chosen["quote"]


def test_a_lost_connection_keeps_the_card(chromium: Any, tmp_path: Path) -> None:
    """With the server gone the card stays, and the page says that nothing was saved."""
    small_ledger(tmp_path / "ledger.db", reviewed=False).close()
    page = chromium.new_page()
    with served(tmp_path) as (address, process):
        page.goto(address)
        heading = page.locator("#app h1").inner_text()
        process.kill()
        process.wait()
        page.keyboard.press("a")
        page.wait_for_selector("#saved.failed")
    assert "Not saved" in page.locator("#saved").inner_text()
    assert page.locator("#app h1").inner_text() == heading
    with Ledger(tmp_path / "ledger.db") as ledger:
        assert list(ledger.decisions()) == []


def test_without_javascript_one_can_accept_and_reject(chromium: Any, desk: str) -> None:
    """Plain forms do the work."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(desk)
    page.click('button[value="accept"]')
    page.click("#reject > summary")
    page.click('input[value="not-a-claim"]')
    page.click('button[value="reject"]')
    page.click('button[data-action="undo"]')
    context.close()
    assert counts(desk)["accepted"] == 1
    assert "rejected" not in counts(desk)


def test_a_missed_claim_is_added_from_a_selection(chromium: Any, desk: str) -> None:
    """Selected words go to the form with their place, and the new claim is on its post."""
    found = httpx.get(f"{desk}/api/queue/next").json()["claim"]
    page = chromium.new_page()
    page.goto(f"{desk}/claims/{found['id']}")
    chosen = page.evaluate(
        """() => { const walk = document.createTreeWalker(document.querySelector('#text p'), NodeFilter.SHOW_TEXT);
        const node = walk.nextNode(); const range = document.createRange(); range.setStart(node, 0);
        range.setEnd(node, node.data.indexOf(' ')); getSelection().removeAllRanges(); getSelection().addRange(range);
        return range.toString() }"""
    )
    page.keyboard.press("m")
    page.wait_for_url("**/posts/**")
    assert page.locator("#missed input[name=quote]").input_value() == chosen
    page.fill("#missed input[name=value]", "7")
    page.fill("#missed input[name=unit]", "word")
    page.click("#missed button.main")
    page.wait_for_url("**/claims/**")
    assert counts(desk)["added"] == 1
    assert page.locator("mark#evidence").inner_text() == chosen


def test_two_reviewers_disagree_and_are_adjudicated(chromium: Any, tmp_path: Path) -> None:
    """Each is blind to the other until both decided; a third person picks one answer."""
    with small_ledger(tmp_path / "ledger.db", reviewed=False) as ledger:
        for name, role in (("ada", "reviewer"), ("grace", "reviewer"), ("mary", "adjudicator")):
            accounts.add(ledger, name, f"{name}-long-password", role=role)
    with served(tmp_path, reviewer=None, extra=", second_share=1.0") as (address, _):
        pages = {}
        for name in ("ada", "grace", "mary"):
            page = pages[name] = chromium.new_context().new_page()
            page.goto(address)
            page.fill("input[name=name]", name)
            page.fill("input[name=password]", f"{name}-long-password")
            page.click("button.main")
            page.wait_for_selector("#app h1#headline")
        claim = pages["ada"].locator("main").get_attribute("data-claim")
        press(pages["ada"], "a")
        pages["grace"].goto(f"{address}/claims/{claim}")
        assert "Nobody has decided" in pages["grace"].locator("#history").text_content()
        assert pages["grace"].locator(".state").first.inner_text() == "to check"
        pages["grace"].keyboard.press("x")
        press(pages["grace"], "1")
        pages["grace"].goto(f"{address}/claims/{claim}")
        assert pages["grace"].locator(".state").first.inner_text() == "disputed"
        assert pages["grace"].get_by_role("button", name="Take this answer").count() == 0
        pages["mary"].goto(address)
        assert pages["mary"].locator("main").get_attribute("data-claim") == claim
        pages["mary"].get_by_role("button", name="Take this answer").first.click()
        pages["mary"].wait_for_selector("#bar[data-last^=adjudicated]", state="attached")
        for page in pages.values():
            page.context.close()
    with Ledger(tmp_path / "ledger.db") as ledger:
        standing = ledger.standings()[claim or ""]
        assert standing.status == "accepted"
        assert standing.adjudicated


def test_a_field_is_marked_by_key_and_by_mouse(chromium: Any, desk: str) -> None:
    """A number marks its field as wrong, then right, then not; Accept keeps the rest, and the wrong field is empty."""
    claims = httpx.get(f"{desk}/api/claims", params={"limit": 50}).json()["claims"]
    chosen = next(claim for claim in claims if claim["subject"] and claim["measure"])
    page = chromium.new_page()
    page.goto(f"{desk}/claims/{chosen['id']}")
    wrong, right = (page.locator(f'input[name="mark-subject"][value="{name}"]') for name in ("wrong", "right"))
    seen = []
    for _ in range(4):
        page.keyboard.press("5")
        seen.append((wrong.is_checked(), right.is_checked()))
    assert seen == [(True, False), (False, True), (False, False), (True, False)]
    page.locator('[data-field-row="6"] label[title="right"]').click()
    assert page.locator('input[name="mark-measure"][value="right"]').is_checked()
    press(page, "a")
    now = httpx.get(f"{desk}/api/claims/{chosen['id']}").json()
    assert (now["status"], now["subject"], now["measure"]) == ("corrected", None, chosen["measure"])
    page.goto(f"{desk}/claims/{chosen['id']}")
    assert wrong.is_checked()
    assert page.locator('input[name="mark-measure"][value="right"]').is_checked()
    assert page.locator("#history li").first.text_content()


def test_who_else_has_the_card_open_is_told(chromium: Any, tmp_path: Path) -> None:
    """Two people at one claim, each told of the other; whoever goes on to another card is company no more."""
    with small_ledger(tmp_path / "ledger.db", reviewed=False) as ledger:
        for name in ("ada", "grace"):
            accounts.add(ledger, name, "long-enough-for-tests", role="reviewer")
    with served(tmp_path, reviewer=None) as (address, _):
        pages = []
        for name in ("ada", "grace"):
            page = chromium.new_context().new_page()
            page.goto(f"{address}/login")
            page.fill("input[name=name]", name)
            page.fill("input[name=password]", "long-enough-for-tests")
            page.click("main button")
            page.wait_for_selector("[data-card]")
            pages.append(page)
        ada, grace = pages
        claim = ada.locator("[data-card]").get_attribute("data-claim")
        grace.goto(f"{address}/claims/{claim}")
        grace.wait_for_selector("#here:not(:empty)")
        assert grace.locator("#here").inner_text() == "Also open before ada."
        ada.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as on coming back to the tab
        ada.wait_for_selector("#here:not(:empty)")
        assert ada.locator("#here").inner_text() == "Also open before grace."
        with grace.expect_response("**/here"):
            press(grace, "j")
        with ada.expect_response("**/here"):
            ada.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        ada.wait_for_selector("#here:empty", state="attached")


def test_the_next_card_is_fetched_ahead(chromium: Any, desk: str) -> None:
    """A key costs one small request: the card after is there already, and the one after that is fetched meanwhile."""
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url.removeprefix(desk)}"))
    with page.expect_event("requestfinished", lambda request: "after=" in request.url):
        page.goto(desk)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))")  # it is held now
    first = page.locator("[data-card]").get_attribute("data-claim")
    assert first is not None
    asked.clear()
    with page.expect_response(lambda answer: "after=" in answer.url):  # the one after the next
        press(page, "a")
    second = page.locator("[data-card]").get_attribute("data-claim")
    assert second not in (None, first)
    ours = [line for line in asked if "/here" not in line and "/static/" not in line]
    assert ours == [f"POST /claims/{first}/decide", f"GET /?after={second}"]
    assert counts(desk)["accepted"] == 1
    assert page.url.endswith(f"/?after={first}")


def test_a_touch_decides_corrects_and_undoes(chromium: Any, desk: str) -> None:
    """On a telephone every step is a tap: accept once however often it is tapped, reject, move an edge, undo."""
    context = chromium.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(desk)
    mark_old(page)
    page.locator('button[value="accept"]').tap()
    page.wait_for_selector("#app:not([data-old])")
    assert counts(desk)["accepted"] == 1
    page.locator("#reject > summary").tap()
    page.locator('#reject label:has(input[value="wrong-value"])').tap()
    mark_old(page)
    page.locator("#reject [data-submit-reject]").tap()
    page.wait_for_selector("#app:not([data-old])")
    assert counts(desk)["rejected"] == 1
    page.locator("#correct > summary").tap()
    before = page.locator("#span-quote").inner_text()
    page.locator('#correct button[data-edge="end"][data-step="1"]').tap()
    page.wait_for_selector("#span-says:not(:empty)")
    assert page.locator("#span-quote").inner_text().startswith(before)
    for _ in range(2):
        mark_old(page)
        page.locator('[data-action="undo"]').tap()
        page.wait_for_selector("#app:not([data-old])")
    context.close()
    assert set(counts(desk)) == {"proposed"}


def test_keys_are_those_that_the_reviewer_chose(chromium: Any, desk: str) -> None:
    """A changed key acts and shows on its button, the usual one no longer does; switched off, none does."""
    page = chromium.new_page()
    page.goto(f"{desk}/help")
    page.fill("#key-accept", "w")
    page.click("text=Save my keys")
    page.goto(desk)
    assert page.locator('button[value="accept"] kbd').inner_text() == "w"
    page.keyboard.press("a")
    press(page, "f")  # had the usual key acted, its decision would lie behind this one
    press(page, "w")
    assert (counts(desk)["accepted"], counts(desk)["flagged"]) == (1, 1)
    page.goto(f"{desk}/help")
    page.check("input[name=off]")
    page.click("text=Save my keys")
    page.goto(desk)
    page.keyboard.press("w")
    mark_old(page)
    page.click('button[value="accept"]')
    page.wait_for_selector("#app:not([data-old])")
    assert counts(desk)["accepted"] == 2
