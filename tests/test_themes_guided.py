"""Files of guided themes: what is read, and every error with its line."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from pipeline.themes.guided import ThemeFileError, load_guided, parse_guided

DEFAULTS = Path(__file__).parents[1] / "models" / "themes.toml"
GUIDELINES = [
    *("covid-response", "funding", "leadership", "team-building", "skills-training"),
    *("code-sharing", "citizen-services", "inclusion", "data-and-identity", "procurement"),
    *("policy-and-reform", "measurement", "community"),
]


def test_the_default_file_has_the_themes_of_the_guidelines() -> None:
    """Exactly the 13, each described and with words and examples."""
    themes = load_guided(DEFAULTS)
    assert [theme.slug for theme in themes] == GUIDELINES
    assert all(theme.description and len(theme.keywords) > 5 and len(theme.examples) > 3 for theme in themes)


def test_four_lines_add_a_theme(tmp_path: Path) -> None:
    """A name, a description and keywords are enough; the slug comes from the name."""
    path = tmp_path / "themes.toml"
    added = '\n[[theme]]\nname = "Énergie & Climate"\ndescription = "Energy."\nkeywords = ["carbon"]\n'
    path.write_text(DEFAULTS.read_text(encoding="utf-8") + added, encoding="utf-8")
    assert [theme.slug for theme in load_guided(path)] == [*GUIDELINES, "energie-climate"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[[theme]]\nname = "A"\n\n[[theme]]\nname = "a"\nslug = "b"\n', 5, "stands already on line 2"),
        ('[[theme]]\nname = "A"\n\n[[theme]]\nname = "B"\nslug = "a"\n', 6, "slug 'a' stands already"),
        ('[[theme]]\nname = "A"\ncolour = "red"\n', 3, "unknown key 'colour'"),
        ('title = "x"\n[[theme]]\nname = "A"\n', 1, "unknown key 'title'"),
        ('[[theme]]\nname = "A"\nparent = "b"\n[[theme]]\nname = "B"\nparent = "a"\n', 3, "a → b → a"),
        ('[[theme]]\nname = "A"\nparent = "a"\n', 3, "a → a"),
        ('[[theme]]\nname = "A"\nparent = "z"\n', 3, "no theme of this file"),
        ('[[theme]]\nname = "A"\nkeywords = "x"\n', 3, "must be a list"),
        ('[[theme]]\nname = ""\n', 2, "must be words"),
        ('[[theme]]\nslug = "a"\n', 1, "no name"),
        ('[[theme]]\nname = "A"\nslug = "Å b"\n', 3, "small letters"),
        ('[[theme]]\nname = "…"\n', 2, "give one"),
        ('[[theme]]\nname = "A\n', 2, "not TOML"),
        ('[theme]\nname = "A"\n', 1, "two brackets"),
    ],
)
def test_a_wrong_file_names_the_line(text: str, line: int, words: str) -> None:
    """The message has the file, the line and what is wrong; it survives pickling."""
    with pytest.raises(ThemeFileError) as caught:
        parse_guided(text, path=Path("mine.toml"))
    assert caught.value.line == line
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"mine.toml: line {line}: ")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file and one that is no text are errors about that file."""
    path = tmp_path / "themes.toml"
    with pytest.raises(ThemeFileError, match="cannot be read") as missing:
        load_guided(path)
    assert missing.value.line is None
    assert str(missing.value).startswith(f"{path}: cannot be read")
    assert str(pickle.loads(pickle.dumps(missing.value))) == str(missing.value)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ThemeFileError, match="cannot be read"):
        load_guided(path)
