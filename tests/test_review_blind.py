"""Blind until both decided: whatever the first reviewer said, every page and answer of the second is the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from ledgers import WRITTEN, small_ledger
from review_server import client
from test_review_security import routes

from pipeline.ledger import accounts
from pipeline.ledger.queue.items import refresh_queue

PASSWORD = "a-long-enough-password"
SECRETS = ("Psst Secretariat", "psst-only-a-note", "adas-act")
SAID: tuple[dict[str, Any], ...] = (
    {"verdict": "accept"},
    {"verdict": "reject", "reason": "duplicate"},
    {"verdict": "flag", "note": SECRETS[1]},
    {"verdict": "correct", "fields": {"subject": SECRETS[0], "theme": "covid-response"}, "note": SECRETS[1]},
)
ASKED = (
    *("status=accepted", "status=corrected", "status=rejected", "status=flagged", "status=proposed"),
    *("words=Psst", "subject=Psst+Secretariat", "mine=1", "draw=1", "kind=money", "kind=count", "theme=covid-response"),
)


def logged_in(web: TestClient, name: str) -> None:
    """Be *name* from here on."""
    web.cookies.clear()
    assert web.post("/login", data={"name": name, "password": PASSWORD}).status_code == 200


def seen_by(web: TestClient, claim: str) -> dict[str, str]:
    """What every address that can be read answers, but for the random names of acts, of new forms."""
    post = WRITTEN[0].post.id
    put = {"claims": claim, "posts": post, "themes": "funding"}
    paths = []
    for verb, path in routes(web.app):
        if verb == "GET":
            parts = path.split("/")
            paths.append("/".join(put.get(parts[n - 1], part) if part == "x" else part for n, part in enumerate(parts)))
    paths += [f"/{page}?{query}" for page in ("", "claims", "claims.csv", "bulk", "claims/totals") for query in ASKED]
    paths += [f"/api/claims?{query}" for query in ASKED] + [f"/bulk?claim={claim}", f"/?after={claim}"]
    paths += [f"/decisions?by={name}" for name in ("ada", "grace")] + ["/api/decisions?by=ada"]
    return {path: re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "an-act", web.get(path).text) for path in paths}


@pytest.mark.parametrize("who", ["grace", "mary"])
def test_no_page_depends_on_what_the_first_reviewer_said(tmp_path: Path, who: str) -> None:
    """Four worlds that differ only in ada's verdict look the same, to a reviewer and to an adjudicator."""
    worlds = []
    for n, said in enumerate(SAID):
        folder = tmp_path / str(n)
        folder.mkdir()
        with small_ledger(folder / "ledger.db", reviewed=False) as ledger:
            for name, role in (("ada", "reviewer"), ("grace", "reviewer"), ("mary", "adjudicator")):
                accounts.add(ledger, name, PASSWORD, role=role)
            refresh_queue(ledger)
            with client(ledger, folder, reviewer=None, second_share=1.0) as web:
                logged_in(web, "ada")
                claims = web.get(f"/api/claims?post={WRITTEN[0].post.id}").json()["claims"]
                claim = web.get(f"/api/claims/{claims[0]['id']}").json()
                body = {"act": "adas-act", "version": claim["version"], **said}
                assert web.post(f"/api/claims/{claim['id']}/decisions", json=body).status_code == 200
                logged_in(web, who)
                worlds.append(seen_by(web, claim["id"]))
    assert len(worlds[0]) > 90
    for path, text in worlds[0].items():
        for world in worlds[1:]:
            assert world[path] == text, path
    assert [
        path for path, text in worlds[3].items() for secret in SECRETS if secret in text and "Psst" not in path
    ] == []
