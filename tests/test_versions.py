"""Versions of the models: kept under digests, one live by a single pointer, and nothing that could run is let in."""

from __future__ import annotations

import ast
import json
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.learn import versions
from pipeline.model_files.digests import ModelsError
from pipeline.model_files.live import live_models, read_pointer
from pipeline.settings import Settings

runner = CliRunner()


def models(tmp_path: Path, name: str = "models", **files: str) -> Path:
    """A small folder of models."""
    folder = tmp_path / name
    folder.mkdir()
    for path, text in ({"roles.json": "{}", "themes.toml": ""} | files).items():
        (folder / path.replace("__", ".")).write_text(text)
    return folder


def test_the_same_files_are_one_version_and_others_another(tmp_path: Path) -> None:
    """A version is named by what is in it, whatever is told about it."""
    one = versions.keep(tmp_path, models(tmp_path), about={"seed": 1})
    assert versions.keep(tmp_path, tmp_path / "models", about={"seed": 2}) == one
    other = versions.keep(tmp_path, models(tmp_path, "more", x__json="1"), about={})
    assert other != one
    assert [v.digest for v in versions.versions_of(tmp_path)] == sorted([one, other])
    assert versions.version_named(tmp_path, one[:6]).manifest["seed"] == 2


def test_promote_and_rollback_change_one_pointer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings read the live version; the way back leads through every one before, to what came with the program."""
    monkeypatch.chdir(tmp_path)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    models(tmp_path)
    names = [versions.keep(corpus, models(tmp_path, f"m{n}", x__json=str(n)), about={}) for n in range(2)]
    assert Settings.load().models == Path("models")
    for name in names:
        versions.promote(corpus, versions.version_named(corpus, name))
        assert Settings.load(corpus=corpus).models.name == name
    assert Settings.load(corpus=corpus, models=tmp_path / "models").models.name == "models"
    assert versions.rollback(corpus) == names[0]
    assert Settings.load(corpus=corpus).models.name == names[0]
    assert versions.rollback(corpus) is None
    assert Settings.load(corpus=corpus).models == Path("models")
    with pytest.raises(ModelsError, match="nothing to go back to"):
        versions.rollback(corpus)


def test_a_crash_while_promoting_leaves_the_old_version_live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pointer is replaced in one step; until then everybody reads the old one."""
    one = versions.version_named(tmp_path, versions.keep(tmp_path, models(tmp_path), about={}))

    def cut(source: object, target: object) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(os, "replace", cut)
    with pytest.raises(OSError, match="the power went"):
        versions.promote(tmp_path, one)
    assert read_pointer(tmp_path)["version"] is None
    assert live_models(tmp_path) is None


def test_a_version_changed_on_disk_is_refused(tmp_path: Path) -> None:
    """What is not what was promoted is not read; the message says the way back."""
    name = versions.keep(tmp_path, models(tmp_path), about={})
    versions.promote(tmp_path, versions.version_named(tmp_path, name))
    (tmp_path / ".models" / "versions" / name / "roles.json").write_text('{"evil": 1}')
    with pytest.raises(ModelsError, match="rollback"):
        live_models(tmp_path)
    with pytest.raises(ModelsError, match="was changed on disk"):
        versions.version_named(tmp_path, name)
    done = runner.invoke(app, ["models", "rollback", "--corpus", str(tmp_path)])
    assert (done.exit_code, "came with the program" in done.stdout) == (0, True), done.output


def test_what_people_edit_after_a_version_was_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A theme or name that was added by hand later is not in the live version, and the list says so."""
    monkeypatch.chdir(tmp_path)
    name = versions.keep(tmp_path, models(tmp_path), about={})
    versions.promote(tmp_path, versions.version_named(tmp_path, name))
    assert "themes.toml" not in runner.invoke(app, ["models", "list", "--corpus", str(tmp_path)]).stderr
    (tmp_path / "models" / "themes.toml").write_text("# one more")
    assert "models/themes.toml was changed" in runner.invoke(app, ["models", "list", "--corpus", str(tmp_path)]).stderr


@pytest.mark.parametrize("text", ["", "[]", '{"version": "../../etc"}', '{"version": 5}', '{"version": "a b"}'])
def test_a_broken_pointer_is_one_sentence_and_can_be_mended(text: str, tmp_path: Path) -> None:
    """Whatever the file holds, nothing outside the versions is read, and rollback writes it anew."""
    (tmp_path / ".models").mkdir()
    (tmp_path / ".models" / "live.json").write_text(text)
    with pytest.raises(ModelsError, match="rollback"):
        live_models(tmp_path)
    assert versions.rollback(tmp_path) is None
    assert live_models(tmp_path) is None


def test_models_from_elsewhere_need_a_known_digest(tmp_path: Path) -> None:
    """Without the digest they are refused, and with another one; with theirs they are kept, and are not live."""
    folder, corpus = str(models(tmp_path, "sent")), str(tmp_path)
    unknown = runner.invoke(app, ["models", "add", folder, "--corpus", corpus])
    assert (unknown.exit_code, "not known here" in unknown.stderr) == (1, True)
    wrong = runner.invoke(app, ["models", "add", folder, "--digest", "0" * 16, "--corpus", corpus])
    assert (wrong.exit_code, "not what you were told" in wrong.stderr) == (1, True)
    assert list(versions.versions_of(tmp_path)) == []
    name = unknown.stderr.split("has the digest ")[1].split(",")[0]
    assert runner.invoke(app, ["models", "add", folder, "--digest", name, "--corpus", corpus]).exit_code == 0
    (one,) = versions.versions_of(tmp_path)
    assert (one.digest, one.live) == (name, False)
    listed = runner.invoke(app, ["models", "list", "--corpus", corpus])
    assert name in listed.stdout


class Bomb:
    """Something whose unpickling leaves a trace."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (Path.touch, (self.path,))


def bombs(tmp_path: Path) -> dict[str, bytes]:
    """Files that would run something if they were unpickled, by name."""
    trace = tmp_path / "trace"
    plain = pickle.dumps(Bomb(trace))
    array = tmp_path / "evil.npz"
    np.savez(array, a=np.array([Bomb(trace)], dtype=object))
    with zipfile.ZipFile(tmp_path / "torch.npz", "w") as archive:
        archive.writestr("data.pkl", plain)
    made = {f"{name}": plain for name in ("roles.json", "model", "x.safetensors", "vectors", "a.npz")}
    return made | {"evil.npz": array.read_bytes(), "torch.npz": (tmp_path / "torch.npz").read_bytes(), "x.pkl": plain}


def test_a_pickle_in_any_disguise_is_refused_and_never_run(tmp_path: Path) -> None:
    """Renamed, zipped, inside an array of objects: it is named, and what it would do is not done."""
    for number, (name, data) in enumerate(bombs(tmp_path).items()):
        folder = tmp_path / f"evil{number}"
        folder.mkdir()
        (folder / name).write_bytes(data)
        with pytest.raises(ModelsError, match=name.replace(".", r"\.")):
            versions.keep(tmp_path / "corpus", folder, about={})
    assert not (tmp_path / "trace").exists()
    assert list(versions.versions_of(tmp_path / "corpus")) == []


@pytest.mark.parametrize("name", ["run.sh", "model.so", "weights.pt", "x.bin", "x.joblib"])
def test_a_file_that_no_model_consists_of_is_refused(name: str, tmp_path: Path) -> None:
    """Programs and formats that run things have no place in a version."""
    folder = models(tmp_path)
    (folder / name).write_bytes(b"x")
    with pytest.raises(ModelsError, match="none of the files"):
        versions.keep(tmp_path, folder, about={})


def test_links_are_refused(tmp_path: Path) -> None:
    """What a link leads to could change after the digest was taken."""
    folder = models(tmp_path)
    (folder / "x.json").symlink_to("/etc/passwd")
    with pytest.raises(ModelsError, match="is a link"):
        versions.keep(tmp_path, folder, about={})


def test_our_own_models_can_be_kept(tmp_path: Path) -> None:
    """What came with the program passes every look."""
    name = versions.keep(tmp_path, ROOT / "models", about={})
    assert versions.version_named(tmp_path, name).digest == name


OWN_PIPES = {"workers"}  # talks with processes that it started itself, as multiprocessing does; reads no file
LOADERS = {"pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"}


@pytest.mark.parametrize(
    "path",
    sorted(p for p in (ROOT / "pipeline").rglob("*.py") if p.relative_to(ROOT / "pipeline").parts[0] not in OWN_PIPES),
    ids=lambda path: str(path.relative_to(ROOT / "pipeline")),
)
def test_no_module_knows_how_to_unpickle(path: Path) -> None:
    """No file of the package imports a library that unpickles, or lets NumPy do it."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not LOADERS & {name.split(".")[0] for name in names}, path
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert isinstance(node.value, ast.Constant), path
            assert node.value.value is False, path
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"read_pickle", "pickle_loads"}, path


def test_loading_malicious_weights_runs_nothing(tmp_path: Path) -> None:
    """Even put where the program reads from, such files end in an error, and what they would do is not done."""
    from pipeline.extract.confidence import load_calibration
    from pipeline.extract.entities import EntityFinder
    from pipeline.themes.taught import load_taught

    evil = bombs(tmp_path)
    folder = tmp_path / "models"
    (folder / "themes").mkdir(parents=True)
    (folder / "confidence.json").write_bytes(evil["roles.json"])
    (folder / "themes" / "taught.npz").write_bytes(evil["evil.npz"])
    (folder / "themes" / "card.json").write_text(json.dumps({}))
    with pytest.raises(ValueError):  # noqa: PT011  # whatever JSON says of it
        load_calibration(folder / "confidence.json")
    import shutil

    shutil.copytree(ROOT / "models" / "entities", folder / "entities")
    shutil.copytree(ROOT / "models" / "gazetteer", folder / "gazetteer")
    (folder / "entities" / "ner" / "model").write_bytes(evil["model"])
    for load in (lambda: load_taught(folder / "themes"), lambda: EntityFinder.load(folder)):
        with pytest.raises(Exception, match=r".") as raised:
            load()
        assert not isinstance(raised.value, AssertionError)
    assert not (tmp_path / "trace").exists()
