"""What surrounds a run: which posts it takes, who is told of its failure, what it repairs and what it forgets."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cheap import Cheap
from conftest import ROOT
from servers.mail import mail_server

from pipeline import steps
from pipeline.ledger.corpus.waiting import Choice, broken, waiting
from pipeline.ledger.runs import bury, forget_runs
from pipeline.reading.versions import extractor_version
from pipeline.records import Extraction, Post
from pipeline.settings import Settings
from pipeline.steps import telling
from pipeline.workers import work


class Fragile(Cheap):
    """A cheap extractor that one post breaks."""

    def extract_many(self, posts: Iterable[Post]) -> Iterator[tuple[Post, Extraction]]:
        """Yield each post with what was found, but for the one about Lisbon."""
        for post in posts:
            if "Lisbon" in post.text:
                raise RecursionError("Lisbon broke it")
            yield post, super().extract(post)

    def extract(self, post: Post) -> Extraction:
        """What was found in one post."""
        return next(self.extract_many([post]))[1]


@pytest.fixture
def settings(small_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The small corpus, read into its ledger, with an extractor that one of its posts breaks."""
    monkeypatch.setattr(work, "load_extractor", lambda settings: Fragile())
    made = Settings.load(corpus=small_corpus, outputs=tmp_path / "outputs", processes=1)
    steps.read_posts(made)
    return made


def chosen(settings: Settings, choice: Choice) -> set[str]:
    """The paths of the waiting posts that *choice* takes."""
    with steps.open_ledger(settings) as ledger:
        found = waiting(ledger, extractor_version(settings), choice)
        return {row["path"] for row in ledger.post_rows() if row["id"] in found}


def test_a_run_takes_the_posts_that_were_chosen(settings: Settings) -> None:
    """By day, by id, address or pattern of the path, and a sample that is always the same."""
    assert chosen(settings, Choice()) == {"one.md", "two.md", "three.md"}
    assert chosen(settings, Choice(since=date(2021, 1, 1))) == {"two.md", "three.md"}
    assert chosen(settings, Choice(only=("t*.md",))) == {"two.md", "three.md"}
    assert chosen(settings, Choice(only=("https://example.org/one",))) == {"one.md"}
    assert chosen(settings, Choice(since=date(2022, 1, 1), only=("one.md",))) == set()
    drawn = chosen(settings, Choice(sample=2))
    assert len(drawn) == 2
    assert chosen(settings, Choice(sample=2)) == drawn
    assert steps.extract_claims(settings, choice=Choice(only=("one.md",))) == 1
    assert chosen(settings, Choice()) == {"two.md", "three.md"}


def test_a_post_that_breaks_the_extractor_is_a_row(settings: Settings) -> None:
    """The others are read; it is told with its reason, without its words, and not tried again unless it is named."""
    with steps.only_run(settings), steps.recorded(settings) as report:
        assert steps.extract_claims(settings) == 3
    (row,) = (row for row in report.summary()["left_out"] if row["item"] == "two.md")
    assert "RecursionError" in row["reason"]
    assert "Lisbon" not in row["reason"]
    assert steps.extract_claims(settings) == 0
    assert steps.extract_claims(settings, choice=Choice(only=("two.md",))) == 1
    path = settings.corpus / "two.md"
    path.write_text(path.read_text("utf-8").replace("Lisbon", "Porto"), "utf-8")
    steps.read_posts(settings)
    assert steps.extract_claims(settings) == 1
    with steps.open_ledger(settings) as ledger:
        assert broken(ledger) == {}
        assert "two.md" in {row["path"] for row in ledger.post_rows() if row["id"] in {c.post for c in ledger.claims()}}


def test_dead_runs_are_told_and_old_ones_forgotten(settings: Settings) -> None:
    """A run that never ended is said to be stopped; of those that ended, the latest are kept."""
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    with steps.open_ledger(settings) as ledger:
        for n in range(5):
            ledger.begin_run(f"run{n}", version="1", at=begun + timedelta(days=n))
            if n != 2:
                ledger.end_run(f"run{n}", at=begun, status="done", summary={}, items={"a.md": ("new", "")})
        (said,) = bury(ledger)
        assert "2026-01-03" in said
        assert bury(ledger) == []
        assert forget_runs(ledger, 2) == 3
        assert [(run["id"], run["status"]) for run in ledger.runs()] == [("run4", "done"), ("run3", "done")]


def test_a_run_waits_for_another(settings: Settings) -> None:
    """With patience, the second run begins when the first has ended."""
    held, go = threading.Event(), threading.Event()

    def first() -> None:
        with steps.only_run(settings):
            held.set()
            go.wait(20)

    thread = threading.Thread(target=first)
    thread.start()
    assert held.wait(20)
    with pytest.raises(steps.BusyError, match="--wait"), steps.only_run(settings, wait=0.1):
        pass
    go.set()
    with steps.only_run(settings, wait=20):
        thread.join()


class Hook(BaseHTTPRequestHandler):
    """A web hook that remembers what it was told."""

    told: list[dict[str, str]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        """Take one message."""
        self.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:  # type: ignore[override]
        """Say nothing."""


def test_a_failure_is_told_without_the_words_of_a_post() -> None:
    """A web hook hears of the run and the reason; a bug tells its place only; a wrong address stops nothing."""
    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        named = Settings(on_failure=f"http://127.0.0.1:{server.server_port}/hook")
        assert telling.tell_failure(named, run="run over c", error=steps.CorpusError("c", "is not there")) is None
        with pytest.raises(ValueError, match="secret") as bug:
            int("secret words of a post")
        assert telling.tell_failure(named, run="run over c", error=bug.value) is None
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    first, second = (told["text"] for told in Hook.told)
    assert first.endswith("run over c failed: c: is not there")
    assert "ValueError in test_runs.py, line" in second
    assert "secret" not in second
    assert "nobody" in (telling.tell_failure(named, run="r", error=None) or "")
    assert "neither" in (telling.tell_failure(Settings(on_failure="ftp://x"), run="r", error=None) or "")
    assert telling.tell_failure(Settings(), run="r", error=None) is None


@pytest.mark.parametrize(
    "where", ["https://[secret/hook", "https://127.0.0.1/secret hook", "https://127.0.0.1:secret/"]
)
def test_an_address_that_is_none_stops_nothing(where: str) -> None:
    """An address with a slip of the pen is no error of its own, and what may be a secret in it is not told."""
    said = telling.tell_failure(Settings(on_failure=where), run="r", error=None) or ""
    assert "nobody" in said
    assert "secret" not in said


def test_a_failure_is_told_by_mail() -> None:
    """The mail goes to who is named, from who is named, by the server that is named; one that is gone stops nothing."""
    with mail_server() as (port, mails):
        where = f"mailto:ops@example.org?host=127.0.0.1:{port}&from=ledger@example.org"
        said = telling.tell_failure(
            Settings(on_failure=where), run="run over c", error=steps.CorpusError("c", "is gone")
        )
    assert said is None
    (mail,) = mails
    assert (mail["To"], mail["From"]) == ("ops@example.org", "ledger@example.org")
    assert "run over c failed: c: is gone" in " ".join(str(mail.get_payload()).split())
    assert "nobody" in (telling.tell_failure(Settings(on_failure=where), run="r", error=None) or "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """The units in docs/systemd are sound, but for the program's place, which is everybody's own."""
    for unit in (ROOT / "docs" / "systemd").iterdir():
        text = unit.read_text("utf-8").replace("/srv/convening/.venv/bin/convening", "/bin/true")
        (tmp_path / unit.name).write_text(text, "utf-8")
    units = sorted(map(str, tmp_path.iterdir()))
    assert len(units) == 3
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_repairing_waits_for_who_publishes(tmp_path: Path) -> None:
    """A run that repairs the outputs takes nothing away from an export under way, and does not move its files in."""
    from pipeline.publish import repair
    from pipeline.publish.swap import swapped

    outputs = tmp_path / "outputs"
    begun, said = threading.Event(), list[str | None]()

    def mend() -> None:
        begun.set()
        said.append(repair(outputs))

    with swapped(outputs) as fresh:
        (fresh / "half.csv").write_text("a,b\n", "utf-8")
        other = threading.Thread(target=mend)
        other.start()
        assert begun.wait(20)
        other.join(0.3)
        assert other.is_alive()
        assert (fresh / "half.csv").is_file()
    other.join(20)
    assert said == [None]
    assert (outputs / "half.csv").read_text("utf-8") == "a,b\n"
