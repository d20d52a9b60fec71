"""What the review's pages do beyond taking decisions: orphans, marks by field, company, proposals, stored originals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from ledgers import WRITTEN, by_quote, keep_posts, small_ledger
from review_server import client

from pipeline.ledger.decisions.deciding import BULK_CAP
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.queue import presence, progress
from pipeline.ledger.queue.items import refresh_queue
from pipeline.ledger.queue.outlook import interval, outlook_of
from pipeline.ledger.standing.verdicts import field_verdicts
from pipeline.records import Extraction, passages_of
from pipeline.review.guard import HEADERS, SANDBOX

PAGE = b"<!doctype html><title>Old</title><p>Kept as it was<script>alert(1)</script>"


@pytest.fixture
def ledger(tmp_path: Path, both_databases: str) -> Iterator[Ledger]:
    """A small ledger without decisions, its queue made."""
    with small_ledger(tmp_path / "ledger.db", reviewed=False) as made:
        refresh_queue(made)
        yield made


@pytest.fixture
def web(ledger: Ledger, tmp_path: Path) -> Iterator[TestClient]:
    """The app over it."""
    with client(ledger, tmp_path) as made:
        yield made


def decide(web: TestClient, claim: str, act: str, verdict: str, **more: object) -> int:
    """Take down a verdict on the claim as it stands; the answer's status."""
    version = web.get(f"/api/claims/{claim}").json()["version"]
    body = {"act": f"act-of-{act}", "version": version, "verdict": verdict, **more}
    return web.post(f"/api/claims/{claim}/decisions", json=body).status_code


def reread(ledger: Ledger, old: str, new: str, *, without: str) -> str:
    """The post that says *old* is edited to say *new*, and the claim *without* is not found any more; its id."""
    written = next(w for w in WRITTEN if old in w.text)
    post = replace(written.post, text=written.text.replace(old, new))
    claims = tuple(claim for claim in written.claims() if claim.quote != without)
    keep_posts(ledger, [post])
    ledger.keep_extractions([(post, Extraction(claims=claims, entities=(), passages=tuple(passages_of(post.text))))],
                            extractor="invented 2")  # fmt: skip
    refresh_queue(ledger)
    return by_quote()[without].id


def test_an_orphan_is_shown_with_what_changed(web: TestClient, ledger: Ledger) -> None:
    """Its card tells the old answer and the nearest sentence word by word; it can be let go, not accepted."""
    claim = by_quote()["2,900 people"].id
    assert decide(web, claim, "first", "accept") == 200
    assert reread(ledger, "trained 2,900 people so far", "trained many people by now", without="2,900 people") == claim
    page = web.get("/").text
    assert f'data-claim="{claim}"' in page
    assert "no longer in the post" in page
    assert "<del>" in page
    assert "Accepted before by ada" in page
    assert 'value="accept"' not in page
    assert decide(web, claim, "again", "accept") == 400
    assert decide(web, claim, "other", "reject", reason="wrong-value") == 400
    assert decide(web, claim, "gone", "reject", reason="gone") == 200
    assert f'data-claim="{claim}"' not in web.get("/").text
    assert web.get(f"/api/claims/{claim}").json()["status"] == "rejected"


def test_a_stale_claim_begins_with_the_old_answer(web: TestClient, ledger: Ledger) -> None:
    """What was said before is chosen in the forms, and counts for nothing until it is sent."""
    claim = by_quote()["2,900 people"].id
    assert decide(web, claim, "first", "reject", reason="duplicate") == 200
    written = next(w for w in WRITTEN if "2,900 people" in w.text)
    edited = replace(written.post, text=written.text.replace("We hear", "We do not hear"))
    (old,) = written.claims()
    moved = replace(
        old, sentence=old.sentence.replace("We hear", "We do not hear"), start=old.start + 7, end=old.end + 7
    )
    keep_posts(ledger, [edited])
    found = Extraction(claims=(moved,), entities=(), passages=tuple(passages_of(edited.text)))
    ledger.keep_extractions([(edited, found)], extractor="invented 2")
    page = web.get(f"/claims/{claim}").text
    assert "Changed since it was decided" in page
    assert re.search("<ins> ?do not ?</ins>", page)
    chosen = page.split('value="duplicate"')[1].split(">")[0]
    assert "checked" in chosen
    assert web.get(f"/api/claims/{claim}").json()["status"] == "stale"


def test_each_field_has_its_own_verdict(web: TestClient, ledger: Ledger) -> None:
    """Accepting with a wrong field keeps the rest and says nothing there; a value must be put right instead."""
    claim = by_quote()["2,900 people"].id
    page = web.get(f"/claims/{claim}").text
    assert 'name="mark-subject" value="wrong" form="verdicts"' in page
    assert decide(web, claim, "value", "accept", marks={"value": "wrong"}) == 400
    assert decide(web, claim, "marks", "accept", marks={"subject": "wrong", "measure": "right"}) == 200
    now = web.get(f"/api/claims/{claim}").json()
    assert (now["status"], now["subject"], now["measure"]) == ("corrected", None, "trained")
    assert now["marks"] == {"subject": "wrong", "measure": "right"}
    (made,) = ledger.decisions()
    assert field_verdicts(made) == {"subject": "wrong", "measure": "right"}
    web.post("/undo", data={"act": "undo-marks"})
    assert web.get(f"/api/claims/{claim}").json()["subject"] == "Northern Digital Office"


def test_company_is_told_and_forgotten(web: TestClient, ledger: Ledger) -> None:
    """Another tab or person at the same claim is named, not locked out; who left is forgotten."""
    claim = web.get("/api/queue/next").json()["claim"]["id"]
    assert web.post(f"/api/claims/{claim}/here", json={"tab": "tab-number-1"}).json()["others"] == []
    now = datetime.now(UTC)
    presence.note(ledger, tab="tab-of-grace", reviewer="grace", claim=claim)
    presence.note(ledger, tab="tab-of-mary", reviewer="mary", claim=claim, at=now - timedelta(minutes=5))
    told = web.post(f"/api/claims/{claim}/here", json={"tab": "tab-number-1"}).json()
    assert told == {"others": ["grace"], "words": "Also open before grace."}
    assert (
        "in another tab of yours" in web.post(f"/api/claims/{claim}/here", json={"tab": "tab-number-2"}).json()["words"]
    )
    assert decide(web, claim, "still", "accept") == 200


def test_a_page_with_the_next_card_gets_its_name_only(web: TestClient) -> None:
    """The answer to a decision names the next card and brings the bar; the card was fetched before."""
    now = web.get("/api/queue/next").json()["claim"]
    ahead = web.get("/", params={"after": now["id"]}).text.split('data-claim="')[1].split('"')[0]
    form = {"act": "act-quick", "version": now["version"], "verdict": "accept"}
    told = web.post(f"/claims/{now['id']}/decide", data=form, headers={"X-Has-Next": "1"}).json()
    assert told["claim"] == ahead == web.get("/api/queue/next").json()["claim"]["id"]
    assert told["address"] == f"/?after={now['id']}"
    assert 'data-last="accepted"' in told["bar"]


def test_a_correction_made_often_is_offered_for_more(web: TestClient, ledger: Ledger) -> None:
    """Three rejections alike are a proposal; it is previewed, applied as one act, and undone as one."""
    counts = [c for c in ledger.claims() if c.claim.kind == "count" and c.publisher == "Digital Weekly"]
    for n, one in enumerate(counts[:3]):
        assert decide(web, one.claim.id, f"often-{n}", "reject", reason="not-a-claim") == 200
    page = web.get("/proposals").text
    assert "/proposals/" in page
    name = page.split('href="/proposals/')[1].split('"')[0]
    shown = web.get(f"/proposals/{name}").text
    ticked = {part.split('"')[0]: "1" for part in shown.split('name="')[1:] if part.startswith("t-")}
    versions = {
        f"v-{part.split(chr(34))[0]}": part.split('value="')[1].split('"')[0] for part in shown.split('name="v-')[1:]
    }
    assert ticked
    before = len(list(ledger.decisions()))
    assert web.post(f"/proposals/{name}", data={"act": "agree-once", **ticked, **versions}).status_code == 200
    assert len(list(ledger.decisions())) == before + len(ticked)
    web.post("/undo", data={"act": "undo-agree"})
    assert progress_of(ledger)["rejected"] == 3
    assert web.post("/proposals/unknown", data={"act": "agree-none", **ticked, **versions}).status_code == 404


def progress_of(ledger: Ledger) -> dict[str, int]:
    """How many claims stand where, for somebody who sees all."""
    from pipeline.ledger.standing.viewing import Viewer

    with ledger.reading() as connection:
        return progress.counts(connection, Viewer(name="anybody"))


def test_a_stored_original_cannot_act(web: TestClient, ledger: Ledger) -> None:
    """Row 7: an attachment of no type, escaped source, or a page in a sandbox without scripts and requests."""
    post = WRITTEN[0].post
    keep_posts(ledger, [replace(post, text=f"{post.text} More.")], raw={post.id: PAGE})
    about = web.get(f"/posts/{post.id}/original")
    assert "&lt;script&gt;alert(1)" in about.text
    assert about.headers["content-security-policy"] == HEADERS["content-security-policy"]
    saved = web.get(f"/posts/{post.id}/original/file")
    assert saved.content == PAGE
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"].startswith('attachment; filename="original-')
    view = web.get(f"/posts/{post.id}/original/view")
    for answer in (saved, view):
        assert answer.headers["content-security-policy"] == SANDBOX
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert "allow-scripts" not in SANDBOX
    assert "default-src 'none'" in SANDBOX


def test_no_digit_of_a_long_figure_is_lost(web: TestClient, ledger: Ledger) -> None:
    """Thirty digits are shown, saved and compared as they are."""
    long = "123456789012345678901234567890"
    claim = by_quote()[f"{long} records"].id
    assert f"{int(long):,}" in web.get(f"/claims/{claim}").text
    assert web.get(f"/api/claims/{claim}").json()["value"] == long
    assert long in web.get("/claims.csv").text
    assert decide(web, claim, "digits", "correct", fields={"value": f"{int(long) + 1}"}, insist=True) == 200
    assert web.get(f"/api/claims/{claim}").json()["value"] == f"{int(long) + 1}"


def test_every_page_tells_the_last_act(web: TestClient, ledger: Ledger) -> None:
    """The bar names what was saved last, and offers to undo it, wherever one looks."""
    claim = web.get("/api/queue/next").json()["claim"]
    assert decide(web, claim["id"], "act-of-the-bar", "accept") == 200
    for path in ("/", "/claims", "/posts", "/themes", "/names", "/runs", "/add", "/decisions", "/help", "/proposals"):
        assert 'data-last="accepted"' in web.get(path).text, path


def test_no_original_is_said_plainly(web: TestClient) -> None:
    """A post without bytes has a page that says so, and nothing to save; an unknown post is not found."""
    post = WRITTEN[0].post.id
    assert "No bytes were kept" in web.get(f"/posts/{post}/original").text
    assert web.get(f"/posts/{post}/original/file").status_code == 404
    assert web.get(f"/posts/{post}/original/view").status_code == 404
    assert web.get("/posts/unknown/original").status_code == 404


def test_the_random_tenth_says_what_is_left(web: TestClient, ledger: Ledger) -> None:
    """The outlook counts drawn claims alone, and its interval holds the share."""
    for n, one in enumerate(list(ledger.claims())):
        assert decide(web, one.claim.id, f"all-{n:04d}", ("accept", "reject")[n % 2], reason="duplicate") == 200
    with ledger.reading() as connection:
        seen = outlook_of(connection)
    assert seen.left == 0
    assert 0 <= seen.low <= seen.share <= seen.high <= 1
    assert interval(0, 0) == (0.0, 1.0)


def test_a_bulk_of_the_full_size_is_taken(web: TestClient) -> None:
    """As many ticked claims as a bulk may have reach the ledger, which knows none of these."""
    form = {"act": "a-full-bulk", "verdict": "reject", "reason": "duplicate", "f-kind": "count", "f-unit": "people"}
    form |= {f"{part}-{number}": "1" for part in "tv" for number in range(BULK_CAP)}
    answer = web.post("/bulk", data=form)
    assert answer.status_code == 404
    assert "is not in the ledger" in answer.text


def test_a_bulk_from_a_card_keeps_the_filters(web: TestClient) -> None:
    """After all claims like one of a filtered queue, that queue goes on."""
    (link,) = re.findall(r'href="(/bulk\?[^"]*)"', web.get("/?kind=count").text)
    assert '<input type="hidden" name="f-kind" value="count">' in web.get(unescape(link)).text


@pytest.mark.parametrize("said", [{"fields": {"valeu": "5", "subject": "The Office"}}, {"marks": {"valeu": "wrong"}}])
def test_what_is_no_field_is_named(web: TestClient, ledger: Ledger, said: dict[str, dict[str, str]]) -> None:
    """A correction with a name that means nothing is refused whole, and no part of it is dropped unsaid."""
    claim = by_quote()["2,900 people"].id
    assert decide(web, claim, "typo", "correct", **said) == 400
    assert not list(ledger.decisions())


def test_no_theme_is_only_offered_where_none_was_found(web: TestClient) -> None:
    """A correction puts another theme in the place of the one found, or goes back to it, and says which."""
    form = (
        web.get(f"/claims/{by_quote()['2,900 people'].id}").text.partition('id="c-theme"')[2].partition("</select>")[0]
    )
    assert ">as found</option>" in form
    assert ">none</option>" not in form


def test_keys_that_are_off_are_not_forgotten(web: TestClient) -> None:
    """Whoever switches single keys off and on again has their own keys as before."""
    web.post("/keys", data={"key-accept": "y", "key-flag": "", "off": "1"})
    page = web.get("/help").text
    assert "data-keys='{}'" in page
    sent = dict(re.findall(r'name="(key-[a-z-]+)" maxlength="1" size="2" value="([^"]*)"', page))
    assert (sent["key-accept"], sent["key-flag"]) == ("y", "")
    assert '"accept": "y"' in web.post("/keys", data=sent).text


def test_a_detail_to_mend_costs_no_other(web: TestClient) -> None:
    """Where one detail of a new post is refused, what was typed beside it stands in the form again."""
    page = web.post("/add", data={"text": "# A day\n\nForty people came."}).text
    (token,) = re.findall(r'name="token" value="([^"]*)"', page)
    typed = {"token": token, "title": "", "publisher": "Northern Digital Office", "date": "last week"}
    page = web.post("/add/keep", data=typed).text
    assert "Not kept" in page
    assert 'name="title" maxlength="2000" value=""' in page
    assert 'value="Northern Digital Office"' in page
    assert 'value="last week"' in page
