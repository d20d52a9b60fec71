"""The commands as a person types them: exit codes, sentences, and what is printed where."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import GOLD, ROOT, needs_gold
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.settings import Settings

runner = CliRunner()


def convening(*words: str, given: str | bytes | None = None) -> tuple[int, str, str]:
    """Run a command in this process; its exit code, stdout and stderr."""
    done = runner.invoke(app, list(words), input=given)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def test_the_version_is_printed() -> None:
    """--version says the program and its version."""
    code, out, _ = convening("--version")
    assert code == 0
    assert out.startswith("convening ")


@pytest.mark.parametrize(
    "command",
    ["run", "add", "extract", "text", "claims", "themes", "findings", "review", "evaluate", "export", "doctor"],
)
def test_every_command_has_help_with_an_example(command: str) -> None:
    """--help of each command shows how it is typed."""
    code, out, _ = convening(command, "--help")
    assert code == 0
    assert "Example" in out or "COMMAND" in out
    assert "convening" in out


@pytest.mark.parametrize("words", [["runn"], ["claims", "--colour", "red"], ["claims", "--min", "lots"], ["add"]])
def test_a_command_that_is_not_understood_is_exit_code_2(words: list[str]) -> None:
    """Unknown commands, options and values end with 2 and a message on stderr."""
    code, out, err = convening(*words)
    assert (code, out) == (2, "")
    assert err


@pytest.mark.parametrize("command", ["run", "claims", "findings", "export"])
def test_a_missing_corpus_is_one_sentence(command: str, tmp_path: Path) -> None:
    """The missing folder is named, with what to do, and nothing is made."""
    code, out, err = convening(command, "--corpus", str(tmp_path / "nowhere"))
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "nowhere" in err
    assert "--corpus" in err
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_ledger_is_one_sentence(small_corpus: Path) -> None:
    """A corrupt ledger.db is named, and left as it is."""
    (small_corpus / "ledger.db").write_bytes(b"garbage" * 1000)
    code, _, err = convening("claims", "--corpus", str(small_corpus))
    assert code == 1
    assert "damaged" in err
    assert (small_corpus / "ledger.db").read_bytes() == b"garbage" * 1000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full to write to")
def test_a_full_disk_is_one_sentence(small_corpus: Path) -> None:
    """Output that cannot be written ends with a sentence, not a traceback."""
    page = small_corpus / "one.md"
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from pipeline.cli import main; main()", "text", str(page)],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "No space left" in done.stderr


def test_text_prints_the_words_of_a_page(tmp_path: Path) -> None:
    """The main text, and with --json the metadata beside it."""
    page = tmp_path / "page.html"
    page.write_text(
        "<html><head><title>Who came</title></head><body><nav>Menu</nav><article><h1>Who came</h1>"
        + "<p>The convening brought 40<sup>1</sup> teams to Lisbon, and all of them were pleased.</p>" * 3
        + "</article></body></html>"
    )
    code, out, _ = convening("text", str(page))
    assert code == 0
    assert "40 teams" in out
    assert "Menu" not in out
    row = json.loads(convening("text", str(page), "--json")[1])
    assert row["title"] == "Who came"
    assert set(row) >= {"text", "title", "authors", "date", "publisher", "language", "url", "sources"}
    code, _, err = convening("text", str(tmp_path / "absent.html"))
    assert code == 1
    assert "absent.html" in err


def test_add_keeps_a_post_once(tmp_path: Path) -> None:
    """A file becomes a readable file of the corpus; adding it again adds nothing; --dry-run keeps nothing."""
    note = tmp_path / "note.txt"
    note.write_text("The ministry trained 300 people.\n\nIt cost $2m.")
    corpus = tmp_path / "corpus"
    code, out, _ = convening("add", str(note), "--corpus", str(corpus), "--dry-run")
    assert code == 0
    assert "2 figures" in out
    assert not corpus.exists()
    for _ in range(2):
        assert convening("add", str(note), "--corpus", str(corpus))[0] == 0
        assert len(list(corpus.glob("*.md"))) == 1
    code, _, err = convening("add", str(tmp_path / "absent.md"), "--corpus", str(corpus))
    assert code == 1
    assert "absent.md" in err


def test_extract_reads_json_lines_and_writes_one_line_each() -> None:
    """The stateless command: ids, claims, entities and every paragraph come back in order."""
    text = "Ruritania spent €5m on training.\n\n\n\nIt has 12 teams."
    lines = json.dumps({"id": "a", "text": text, "date": "2021-05-01"}) + "\n" + json.dumps({"id": "b", "text": ""})
    code, out, _ = convening("extract", "-", given=lines)
    assert code == 0
    first, second = map(json.loads, out.splitlines())
    assert (first["id"], second["id"]) == ("a", "b")
    money = next(claim for claim in first["claims"] if claim["kind"] == "money")
    assert (money["value"], money["unit"], money["bound"]) == (5_000_000, "EUR", "exact")
    for claim in first["claims"]:
        assert text[claim["start"] : claim["end"]] == claim["quote"]
    assert [text[p["start"] : p["end"]] for p in first["passages"]] == text.strip().split("\n\n")
    assert second["passages"] == [{"start": 0, "end": 0, "themes": []}]
    code, _, err = convening("extract", "-", given="{broken")
    assert code == 1
    assert "line 1" in err


def test_claims_of_the_ledger_as_table_json_and_csv(small_corpus: Path, tmp_path: Path) -> None:
    """The same claims in three shapes; a filter that nothing fits says so."""
    from pipeline import steps

    settings = Settings.load(corpus=small_corpus, outputs=tmp_path / "outputs")
    steps.read_posts(settings)
    steps.extract_claims(settings)
    at = ["--corpus", str(small_corpus)]
    rows = json.loads(convening("claims", *at, "--json", "--kind", "money")[1])
    assert [row["quote"] for row in rows] == ["$1.5b"]
    [row] = rows
    with steps.open_ledger(settings) as ledger:
        post = next(post for post in ledger.posts() if post.id == row["post"])
        assert row["id"] in {one.claim.id for one in ledger.claims()}
    assert post.text[row["start"] : row["end"]] == row["quote"]
    assert (row["revision"], row["title"]) == (post.revision, post.title)
    assert "$1.5b" in convening("claims", *at, "--min", "1e9")[1]
    assert convening("claims", *at, "--csv", "--kind", "money")[1].splitlines()[0].startswith("value,")
    assert "No claim fits" in convening("claims", *at, "--unit", "XXX")[1]
    code, out, err = convening("claims", *at, "--theme", "no-such-theme")
    assert (code, out) == (1, "")
    assert "no theme is called 'no-such-theme'" in err


def test_doctor_says_what_is_well_and_what_is_not(small_corpus: Path, tmp_path: Path) -> None:
    """A sound set-up is all well; a damaged ledger is amiss, in a sentence, with exit code 1."""
    code, out, _ = convening("doctor", "--corpus", str(small_corpus))
    assert code == 0, out
    assert "AMISS" not in out
    (small_corpus / "ledger.db").write_bytes(b"garbage" * 1000)
    for journal in small_corpus.glob("ledger.db-*"):
        journal.unlink()
    outputs = tmp_path / "file"
    outputs.write_text("no folder", "utf-8")
    code, out, _ = convening("doctor", "--corpus", str(small_corpus), "--outputs", str(outputs), "--json")
    assert code == 1
    amiss = {check["check"]: check["said"] for check in json.loads(out) if not check["well"]}
    assert set(amiss) == {"ledger", "outputs"}
    assert "damaged" in amiss["ledger"]
    assert "--rebuild" in amiss["ledger"]
    assert "move it away" in amiss["outputs"]


def test_doctor_looks_at_each_part_of_the_models(small_corpus: Path, tmp_path: Path) -> None:
    """A missing folder, a file that is broken and one that is gone are each told with what to do."""
    models = tmp_path / "models"

    def amiss() -> dict[str, str]:
        code, out, _ = convening("doctor", "--corpus", str(small_corpus), "--models", str(models), "--json")
        assert code == 1
        return {check["check"]: check["said"] for check in json.loads(out) if not check["well"]}

    assert set(amiss()) == {"themes", "gazetteer", "trained parts"}
    shutil.copytree(ROOT / "models" / "gazetteer", models / "gazetteer")
    shutil.copytree(ROOT / "models" / "entities", models / "entities")
    (models / "roles.json").write_text("{", "utf-8")
    found = amiss()
    assert set(found) == {"themes", "trained parts"}
    assert "copy the one" in found["themes"]
    assert "rollback" in found["trained parts"]


def test_a_library_that_is_missing_is_one_sentence(small_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command names it, doctor lists it, and both say what installs it."""
    from importlib.metadata import PackageNotFoundError, version

    from pipeline import checks

    def installed(name: str) -> str:
        if name == "prefect":
            raise PackageNotFoundError(name)
        return version(name)

    for name in [name for name in sys.modules if name.startswith("pipeline.flows")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "prefect", None)
    code, _, err = convening("run", "--prefect", "--corpus", str(small_corpus))
    assert code == 1
    assert "prefect is not installed" in err
    monkeypatch.setattr(checks, "version", installed)
    first = next(checks.examine(Settings.load(corpus=small_corpus)))
    assert (first.name, first.well) == ("program", False)
    assert first.said.startswith("prefect: not installed; `make setup`")


def test_a_post_is_named_by_its_id_or_its_file(tmp_path: Path) -> None:
    """Both are the same post; what is neither is told, and nothing is kept."""
    from ledgers import WRITTEN, small_ledger

    post = WRITTEN[0].post
    small_ledger(tmp_path / "ledger.db", reviewed=False).close()
    for name in (post.id, str(post.path)):
        code, _, err = convening("themes", "pin", name, "0", "--corpus", str(tmp_path))
        assert code == 0, err
        code, _, err = convening("copies", "rule", name, "--alone", "--corpus", str(tmp_path))
        assert code == 0, err
    code, _, err = convening("themes", "pin", "strange.md", "0", "--corpus", str(tmp_path))
    assert (code, "no post has this id or this file" in err) == (1, True)
    code, out, _ = convening("decisions", "log", "--corpus", str(tmp_path))
    told = [json.loads(line) for line in out.splitlines()]
    assert [one["target_kind"] for one in told] == ["passage", "post"] * 2
    assert {one["post"] for one in told} == {post.id}


@needs_gold
def test_evaluate_scores_predictions_against_gold(tmp_path: Path) -> None:
    """The gold scored against itself is all right, and a lost claim is counted and listed."""
    rows = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]
    predicted = tmp_path / "predicted.jsonl"
    for row in rows:
        row["id"] = row["post"]
    rows[0]["claims"] = rows[0]["claims"][1:]
    predicted.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    misses = tmp_path / "misses.jsonl"
    code, out, _ = convening("evaluate", str(GOLD), "--predicted", str(predicted), "--misses", str(misses), "--json")
    assert code == 0
    found = {row["measure"]: row for row in json.loads(out)["measures"]}
    assert found["claims found"]["wanted"] - found["claims found"]["right"] == 1
    assert found["entities"]["f1"] == 1
    assert any(json.loads(line)["field"] == "claims found" for line in misses.read_text("utf-8").splitlines())


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_no_committed_file_names_a_download_address_or_a_path_of_one_machine() -> None:
    """Pins have versions and hashes and no addresses; no file holds a path below somebody's home."""
    import re

    root = Path(__file__).parent.parent
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=False).stdout.split()
    if not listed:
        pytest.skip("this is not a git checkout")
    hosts = re.compile(r"py" + r"pi\.org|python" + r"hosted\.org|registry\.npm" + r"js|--(extra-)?index-url [a-z]")
    for name in listed:
        path = root / name
        if path.suffix in (".bin", ".npz", ".png", ".gz", ".db") or not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        assert not hosts.search(text), name
        assert not re.search(r"(?<![\w.])/(?:home|Users)/\w+/|/ro" + r"ot/", text), name


def test_output_that_nobody_reads_is_no_error(small_corpus: Path) -> None:
    """A pipe that closes early ends the command without a traceback."""
    code = f"{sys.executable} -c 'from pipeline.cli import main; main()' text {small_corpus / 'one.md'} | true"
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=False, env=os.environ)
    assert "Traceback" not in done.stderr


def test_a_warning_of_ours_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """It comes as a message without the place in the code; a library's warning stays as Python shows it."""
    import warnings

    from pipeline.cli.common import errors_as_messages

    with errors_as_messages():
        warnings.warn_explicit("the model is missing", UserWarning, "/where/pipeline/extract/x.py", 3)
        warnings.warn_explicit("old call", DeprecationWarning, "/where/other/y.py", 4, registry={})
    said = capsys.readouterr().err
    assert "convening: the model is missing" in said
    assert "x.py" not in said
