"""A person's word on a post's title and day counts before what was read, until it is taken back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from servers.site import page
from sqlalchemy import select
from test_cli import convening

from pipeline import steps
from pipeline.ledger import schema
from pipeline.ledger.corpus.details import WrongDetailError, known_details, state_details
from pipeline.ledger.decisions.undoing import undo
from pipeline.review.app import create_app
from pipeline.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A corpus with one saved page whose day is a guess."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    body = page("Forty teams", number=5).replace(b"<h1>", b"<div class=date>12 March 2019</div><h1>")
    (corpus / "saved.html").write_bytes(body)
    settings = Settings.load(corpus=corpus, outputs=tmp_path / "outputs")
    assert steps.read_posts(settings).posts == {"new": 1}
    return settings


def row(settings: Settings) -> dict[str, str | None]:
    """The post as the ledger has it."""
    with steps.open_ledger(settings) as ledger, ledger.reading() as connection:
        return dict(connection.execute(select(schema.posts)).mappings().one())


def test_what_a_person_states_counts_and_stays(settings: Settings) -> None:
    """The next reading takes it in, also after the file changes; an undo takes it back, a redo brings it again."""
    post = str(row(settings)["id"])
    assert row(settings)["date"] is None
    with steps.open_ledger(settings) as ledger:
        assert known_details(ledger, post)["guessed_date"] == "2019-03-12"
        state_details(ledger, post, {"date": "2019-03-13", "title": None}, reviewer="ada", act=str(uuid4()))
        assert known_details(ledger, post)["details"]["date"] == "2019-03-13"
    assert steps.read_posts(settings).posts == {"changed": 1}
    after = row(settings)
    assert (after["date"], after["title"], after["extractor"]) == ("2019-03-13", None, None)
    assert json.loads(str(after["sources"]))["date"] == "person"
    assert steps.read_posts(settings).posts == {"unchanged": 1}
    saved = settings.corpus / "saved.html"
    saved.write_bytes(saved.read_bytes().replace(b"delegates", b"guests"))
    done = steps.read_posts(settings)
    assert done.posts == {"changed": 1}
    assert not [name for name in done.rows if name.endswith("(date)")]
    assert row(settings)["date"] == "2019-03-13"
    with steps.open_ledger(settings) as ledger:
        assert undo(ledger, act=str(uuid4()), reviewer="ada") is not None
    assert steps.read_posts(settings).posts == {"changed": 1}
    assert (row(settings)["date"], row(settings)["title"]) == (None, "Forty teams")
    with steps.open_ledger(settings) as ledger:
        assert undo(ledger, act=str(uuid4()), reviewer="ada", redo=True) is not None
    assert steps.read_posts(settings).posts == {"changed": 1}
    assert (row(settings)["date"], row(settings)["title"]) == ("2019-03-13", None)


@pytest.mark.parametrize("wrong", [{"date": "13/03/2019"}, {"colour": "red"}])
def test_what_can_be_no_detail_is_refused(settings: Settings, wrong: dict[str, str | None]) -> None:
    """Nothing is taken down."""
    with steps.open_ledger(settings) as ledger:
        with pytest.raises(WrongDetailError):
            state_details(ledger, str(row(settings)["id"]), wrong, reviewer="ada", act=str(uuid4()))
        assert ledger.counts()["decisions"] == 0


def test_the_command_shows_and_confirms(settings: Settings) -> None:
    """Each detail with where it came from; the guess becomes a fact when a person says so."""
    where = ["--corpus", str(settings.corpus)]
    code, out, _ = convening("details", "saved.html", *where)
    assert code == 0
    assert "title: Forty teams (heading)" in out
    assert "a guess, not used: 2019-03-12" in out
    known = json.loads(convening("details", "saved.html", "--confirm", "--country", "nz", "--json", *where)[1])
    assert (known["details"]["date"], known["details"]["country"]) == ("2019-03-12", "NZ")
    assert known["sources"]["date"] == "person"
    code, _, err = convening("details", "saved.html", "--date", "yesterday", *where)
    assert code == 1
    assert "2021-06-17" in err
    assert convening("details", "no-such-file", *where)[0] == 1


def test_a_source_may_have_a_filter(tmp_path: Path) -> None:
    """The path filter of a sitemap is written down by the command; a broken one is refused with a reason."""
    where = ["--corpus", str(tmp_path)]
    site = "https://office.example/sitemap.xml"
    assert convening("sources", "add", site, "--match", "^/blog/", *where)[0] == 0
    assert 'match = "^/blog/"' in (tmp_path / "sources.toml").read_text("utf-8")
    code, _, err = convening("sources", "add", "https://b.example/sitemap.xml", "--match", "(", *where)
    assert code == 1
    assert "no pattern" in err


def test_the_form_confirms_and_corrects(settings: Settings) -> None:
    """The page tells where each detail came from; a wrong day is refused with what was typed; a right one is kept."""
    post = row(settings)["id"]
    with steps.open_ledger(settings) as ledger:
        app = create_app(
            ledger=ledger, corpus=settings.corpus, reviewer="ada", add_post=lambda path: steps.read_posts(settings)
        )
        client = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
        client.headers["Origin"] = "http://127.0.0.1:8000"
        shown = client.get(f"/posts/{post}/details").text
        assert "The guessed day, 2019-03-12, is right" in shown
        fields = dict(re.findall(r'name="(act|revision|title)"[^>]*value="([^"]*)"', shown))
        wrong = client.post(f"/posts/{post}/details", data=fields | {"date": "spring"})
        assert wrong.status_code == 400
        assert "spring" in wrong.text
        done = client.post(f"/posts/{post}/details", data=fields | {"date": "", "confirm": "on"})
        assert done.status_code == 303, done.text
        assert client.get("/posts/absent/details").status_code == 404
        assert client.get("/log").status_code in {200, 404}
    assert row(settings)["date"] == "2019-03-12"
    assert row(settings)["title"] == "Forty teams"
