"""The review app among strangers: every route of the table, every header, every way in."""

from __future__ import annotations

import csv
import io
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from ledgers import small_ledger
from review_server import client

from pipeline.ledger import accounts
from pipeline.ledger.ledger import Ledger
from pipeline.review.guard import HEADERS, OPEN_PATHS
from pipeline.review.serve import UnsafeAddressError, free_socket, serve

PASSWORD = "a-long-enough-password"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A small ledger without decisions."""
    with small_ledger(tmp_path / "ledger.db", reviewed=False) as made:
        yield made


@pytest.fixture
def alone(ledger: Ledger, tmp_path: Path) -> Iterator[TestClient]:
    """The only user, on loopback."""
    with client(ledger, tmp_path) as made:
        yield made


@pytest.fixture
def among_others(ledger: Ledger, tmp_path: Path) -> Iterator[TestClient]:
    """Somebody who has not logged in to a server with accounts."""
    accounts.add(ledger, "ada", PASSWORD)
    accounts.add(ledger, "rita", PASSWORD, role="reader")
    with client(ledger, tmp_path, reviewer=None) as made:
        yield made


def routes(app: Any) -> list[tuple[str, str]]:
    """Every (verb, path) that the app answers, with its parameters filled in."""
    found, waiting = [], list(app.routes)
    while waiting:
        route = waiting.pop()
        waiting += getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", [])
        if isinstance(route, APIRoute) or (hasattr(route, "methods") and hasattr(route, "path")):
            path = route.path.replace("{passage}", "0")
            path = "/".join("x" if part.startswith("{") else part for part in path.split("/"))
            found += [(verb, path) for verb in route.methods or () if verb not in ("HEAD", "OPTIONS")]
    return sorted(set(found))


def test_the_route_table_is_walked(alone: TestClient) -> None:
    """The walk below sees all of it: pages, API and static files."""
    paths = {path for _, path in routes(alone.app)}
    assert {"/", "/login", "/static/x", "/add/keep", "/api/openapi.json", "/decisions/revert"} <= paths
    assert any(path.startswith("/api/claims/") for path in paths)
    assert len(paths) > 35


def test_nothing_is_open_to_a_stranger(among_others: TestClient) -> None:
    """Without a session every route but the log-in and its style refuses."""
    for verb, path in routes(among_others.app):
        if path in OPEN_PATHS:
            continue
        kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
        answer = among_others.request(verb, path, headers={"Content-Type": kind}, follow_redirects=False)
        assert answer.status_code in (303, 401), (verb, path, answer.status_code)
        if answer.status_code == 303:
            assert answer.headers["location"] == "/login"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://127.0.0.1:9"},
    ],
)
def test_no_unsafe_verb_from_another_site(alone: TestClient, headers: dict[str, str]) -> None:
    """Every POST of the table refuses another site's page."""
    for verb, path in routes(alone.app):
        if verb != "GET":
            kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
            assert alone.request(verb, path, headers={"Content-Type": kind} | headers).status_code == 403, path


def test_every_answer_carries_the_safe_headers(alone: TestClient) -> None:
    """CSP without inline and eval, nosniff, no-store, no frames: on pages, files, errors and refusals."""
    assert "unsafe" not in HEADERS["content-security-policy"]
    answers = [alone.get(path) for verb, path in routes(alone.app) if verb == "GET"]
    answers += [
        alone.get("/", headers={"Host": "evil.example"}),
        alone.post("/undo", headers={"Origin": "null"}),
        alone.get("/static/..%2fguard.py"),
    ]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, answer.url
        assert "access-control-allow-origin" not in answer.headers


def test_pages_hold_no_inline_script_or_style(alone: TestClient) -> None:
    """What the CSP would block is not there to begin with."""
    for path in ("/", "/claims", "/posts", "/names", "/themes", "/help", "/add", "/decisions"):
        page = alone.get(path).text
        assert " style=" not in page
        assert "<style" not in page
        assert page.count("<script") == 1
        assert "onclick" not in page


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8765.evil.example", "", "127.0.0.1:1", "[::1"])
def test_other_hosts_are_refused(alone: TestClient, host: str) -> None:
    """A rebound or forged Host gets 400; forwarded headers change nothing."""
    headers = {"Host": host, "X-Forwarded-Host": "127.0.0.1:8765"}
    assert alone.get("/", headers=headers).status_code == 400


def test_simple_requests_cannot_carry_json(alone: TestClient) -> None:
    """The API takes JSON by its name only; forms take forms only."""
    assert alone.post("/api/undo", content="{}", headers={"Content-Type": "text/plain"}).status_code == 415
    assert alone.post("/undo", content="a=b", headers={"Content-Type": "text/plain"}).status_code == 415
    assert alone.post("/undo").status_code == 415


def test_too_much_is_refused(alone: TestClient) -> None:
    """A large body, a long address, a hundred thousand filters, ranges."""
    large = b"a=" + b"x" * 2_100_000
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert alone.post("/undo", content=large, headers=form).status_code == 413
    assert alone.post("/undo", content=iter([large]), headers=form).status_code == 413
    assert alone.get("/claims?" + "words=a&" * 2_000).status_code == 414
    assert alone.get("/claims?words=a&words=b").status_code == 400
    assert alone.get("/static/review.css", headers={"Range": "bytes=" + "0-1," * 2000}).status_code == 200


BAD_QUERIES = [
    "password=1",
    "status=accepted'--",
    "kind=a]b",
    "claims__id=1",
    "least=NaN",
    "least=1e999999",
    "year=20'",
    "page=-1",
    "sort=password",
]


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_unknown_filters_are_named_not_run(alone: TestClient, query: str) -> None:
    """400 with a sentence; never 500, never a hidden column."""
    assert alone.get(f"/claims?{query}").status_code == 400


@pytest.mark.parametrize(
    "words", ['"', '""', "a OR", "NEAR(", "*", "a AND (b", "^x", "-", "words:x", "'; DROP", "\0", "𝟞"]
)
def test_any_search_is_a_valid_search(alone: TestClient, words: str) -> None:
    """FTS syntax typed by a person is words, not syntax."""
    for path in ("/", "/claims", "/api/claims", "/claims.csv"):
        assert alone.get(path, params={"words": words}).status_code == 200


@pytest.mark.parametrize(
    "name", ["..%2fguard.py", "%2e%2e/guard.py", "review.css%00", "C:review.css", "a" * 300, "‮.js"]
)
def test_only_known_files_are_served(alone: TestClient, name: str) -> None:
    """Names are looked up, never joined into a path."""
    assert alone.get(f"/static/{name}").status_code == 404


def test_a_script_is_text_everywhere(alone: TestClient, ledger: Ledger) -> None:
    """In a note, a name, a theme, a key, a search and a pasted post."""
    claim = alone.get("/api/queue/next").json()["claim"]
    body = {"act": "act-script", "version": claim["version"], "verdict": "note", "note": SCRIPT}
    assert alone.post(f"/api/claims/{claim['id']}/decisions", json=body).status_code == 200
    form = {"act": "act-rename", "op": "rename", "name": SCRIPT}
    assert alone.post("/themes/funding", data=form).status_code == 200
    pages = [alone.get(path).text for path in (f"/claims/{claim['id']}", "/themes", "/themes/funding", "/decisions")]
    pages.append(alone.get("/claims", params={"words": SCRIPT}).text)
    pages.append(alone.post("/add", data={"text": f"# {SCRIPT}\n\nForty {SCRIPT} came."}).text)
    pages.append(alone.post("/keys", data={"key-accept": "<"}).text)
    for page in pages:
        assert "<script>alert" not in page
    assert sum("&lt;script&gt;alert" in page for page in pages) >= 4


def test_nothing_is_redirected_off_the_site(among_others: TestClient) -> None:
    """Logging in leads to the queue, whatever ``next`` says."""
    form = {"name": "ada", "password": PASSWORD, "next": "//evil.example"}
    answer = among_others.post("/login?next=//evil.example", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_log_in_and_out(among_others: TestClient) -> None:
    """Wrong names and wrong passwords are told alike; a session ends with log-out; tries are counted."""
    for name in ("ada", "nobody"):
        answer = among_others.post("/login", data={"name": name, "password": "wrong-password-here"})
        assert answer.status_code == 401
        assert "do not belong together" in answer.text
    among_others.post("/login", data={"name": "ada", "password": PASSWORD})
    assert among_others.get("/api/counts").status_code == 200
    kept = among_others.cookies["convening_session"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    among_others.post("/logout", headers=form)
    among_others.cookies.set("convening_session", kept)
    assert among_others.get("/api/counts").status_code == 401
    codes = [
        among_others.post("/login", data={"name": "zoe", "password": f"wrong-password-{n}"}).status_code
        for n in range(11)
    ]
    assert codes[-1] == 429


def test_a_reader_decides_nothing(among_others: TestClient) -> None:
    """Every unsafe route refuses a reader, but logging out and their own keys."""
    among_others.post("/login", data={"name": "rita", "password": PASSWORD})
    for verb, path in routes(among_others.app):
        if verb != "GET" and path not in ("/logout", "/keys", "/login"):
            kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
            assert among_others.request(verb, path, headers={"Content-Type": kind}).status_code == 403, path


def test_a_reader_is_offered_nothing_to_decide(among_others: TestClient) -> None:
    """A reader sees the claims and their posts, and no form or button that would be refused."""
    among_others.post("/login", data={"name": "rita", "password": PASSWORD})
    post = among_others.get("/api/queue/next").json()["claim"]["post"]
    for path in ("/", "/claims", f"/posts/{post}", "/themes/funding", "/decisions", "/names"):
        page = among_others.get(path)
        assert page.status_code == 200
        assert set(re.findall(r'method="post" action="([^"]*)"', page.text)) == {"/logout"}, path
        assert 'href="/add"' not in page.text


def test_a_reader_sees_a_named_thing_as_corrected(among_others: TestClient) -> None:
    """The label and the name that a reviewer gave are what a reader is shown, too."""
    among_others.post("/login", data={"name": "ada", "password": PASSWORD})
    post = among_others.get("/api/queue/next").json()["claim"]["post"]
    page = among_others.get(f"/posts/{post}").text
    path = re.findall(r'action="(/posts/[^"]*/entities/[^"]*)"', page)[0]
    revision = re.findall(r'name="revision" value="([^"]*)"', page)[0]
    form = {"act": "name-of-ada", "revision": revision, "verdict": "correct", "label": "PROGRAM"}
    assert among_others.post(path, data=form | {"canonical": "The Right Name"}).status_code == 200
    among_others.post("/logout", data={})
    among_others.post("/login", data={"name": "rita", "password": PASSWORD})
    assert "PROGRAM: The Right Name" in among_others.get(f"/posts/{post}").text


def test_with_accounts_everybody_logs_in(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On loopback too, where a proxy may stand before it, unless the command names who sits there."""
    from typer.testing import CliRunner

    from pipeline.cli import app

    accounts.add(ledger, "ada", PASSWORD)
    asked: list[Any] = []
    monkeypatch.setattr("pipeline.review.serve.serve", lambda **more: asked.append(more["reviewer"]))
    for more in ([], ["--reviewer", "zoe"]):
        run = CliRunner().invoke(app, ["review", "--corpus", str(tmp_path), "--no-browser", *more])
        assert run.exit_code == 0, run.output
    assert asked == [None, "zoe"]
    with client(ledger, tmp_path, reviewer=asked[0]) as web:
        assert web.get("/", follow_redirects=False).headers["location"] == "/login"


def test_a_refusal_is_a_page_for_people_and_plain_for_scripts(
    alone: TestClient, among_others: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """403, 413 and 500 say in words what happened, in a window as in a script; nothing of the error itself."""
    window, form = {"Accept": "text/html,*/*"}, {"Content-Type": "application/x-www-form-urlencoded"}
    refused = alone.post("/undo", headers=window | form | {"Origin": "null"})
    assert refused.status_code == 403
    assert "<h1>That did not work</h1>" in refused.text
    assert "Another site may not act" in refused.text
    assert alone.post("/undo", headers=form | {"Origin": "null"}).headers["content-type"].startswith("text/plain")
    among_others.post("/login", data={"name": "rita", "password": PASSWORD})
    assert "Readers may look" in among_others.post("/undo", headers=window | form).text
    monkeypatch.setattr("pipeline.review.desk.Desk.page", lambda *_, **__: 1 / 0)
    broken = alone.get("/names", headers=window)
    assert broken.status_code == 500
    assert "Something went wrong in the program" in broken.text
    assert "ZeroDivision" not in broken.text


def test_no_cell_of_the_tables_csv_is_a_formula(alone: TestClient) -> None:
    """Row 16: what a person or a post wrote begins no formula in the file of the table of claims; numbers stay."""
    for n, begun in enumerate(("=1+1", "+1", "-1", "@SUM(A1)", "\tcmd", "＝1", '","=1')):
        claim = alone.get("/api/queue/next").json()["claim"]
        body = {"act": f"act-cell-{n}", "version": claim["version"], "verdict": "correct", "fields": {"subject": begun}}
        assert alone.post(f"/api/claims/{claim['id']}/decisions", json=body).status_code == 200
    rows = list(csv.reader(io.StringIO(alone.get("/claims.csv").text)))
    assert len({len(row) for row in rows}) == 1
    assert sum("SUM(A1)" in row[2] for row in rows) == 1
    for row in rows[1:]:
        assert not [cell for n, cell in enumerate(row) if n not in (4, 5) and cell[:1] in set("=+-@＝＋－＠\t\r")]
        assert float(row[4]) is not None


def test_an_address_is_taken_at_once() -> None:
    """A socket answers before the server runs, and a second server on its port gets another one."""
    with free_socket("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        with free_socket("127.0.0.1", port) as second:
            assert second.getsockname()[1] != port


def test_no_public_address_without_accounts(ledger: Ledger, tmp_path: Path) -> None:
    """Beyond loopback the server refuses to start, and says what to do."""
    with pytest.raises(UnsafeAddressError, match="accounts add"):
        serve(ledger=ledger, corpus=tmp_path, host="0.0.0.0", port=0, open_browser=False)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://[::1]/", "http://169.254.1.1/", "file:///etc/passwd", "http://0x7f000001/"]
)
def test_adding_by_address_reaches_no_private_host(alone: TestClient, url: str) -> None:
    """Refused before any packet, with the reason."""
    answer = alone.post("/add", data={"url": url})
    assert answer.status_code == 400
    assert "Not understood" in answer.text


def test_invisible_characters_are_shown(alone: TestClient) -> None:
    """A note that turns the reading order shows where it does."""
    claim = alone.get("/api/queue/next").json()["claim"]
    body = {"act": "act-hidden", "version": claim["version"], "verdict": "note", "note": "See \u202e000,5\u202c here"}
    assert alone.post(f"/api/claims/{claim['id']}/decisions", json=body).status_code == 200
    assert 'data-code="U+202E"' in alone.get(f"/claims/{claim['id']}").text
