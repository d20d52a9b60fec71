"""Settings: flags before the environment before defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.settings import Settings, SettingsError


def test_flags_win_over_the_environment_and_that_over_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each field comes from the first place that says it."""
    monkeypatch.setenv("CONVENING_CORPUS", "from-outside")
    monkeypatch.setenv("CONVENING_OUTPUTS", "elsewhere")
    found = Settings.load(corpus=Path("given"), outputs=None)
    assert (found.corpus, found.outputs) == (Path("given"), Path("elsewhere"))
    assert found.processes == 0


def test_the_ledger_lies_in_the_corpus_unless_a_database_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a word it is ledger.db in the corpus."""
    assert Settings.load(corpus=Path("c")).ledger_address == Path("c/ledger.db")
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/claims")
    assert Settings.load().ledger_address == "postgresql://db/claims"
    assert Settings.load(ledger="mine.db").ledger_address == Path("mine.db")
    monkeypatch.setenv("DATABASE_URL", "claims")
    with pytest.raises(SettingsError, match=r"DATABASE_URL.*postgresql://"):
        _ = Settings.load().ledger_address


def test_a_setting_of_the_wrong_type_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable and what is wrong with it."""
    monkeypatch.setenv("CONVENING_PROCESSES", "many")
    with pytest.raises(SettingsError, match=r"CONVENING_PROCESSES.*many.*whole number"):
        Settings.load()


def test_missing_models_are_the_shipped_ones(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where there is no models folder, the program's own is used; a folder that was named is taken at its word."""
    monkeypatch.chdir(tmp_path)
    assert (Settings.load().models / "themes.toml").is_file()
    assert Settings.load(models=Path("mine")).models == Path("mine")
