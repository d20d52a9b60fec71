"""The least that each measure must reach: ``floors.toml`` beside the models, and what falls short of it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.learn.evaluate import FIELDS, FOUND, RIGHT
from pipeline.learn.tallies import Score
from pipeline.records import Label

FILE = "floors.toml"
CLAIMS = {"found": FOUND, "right": RIGHT, **{name: f"  {name}, of those found" for name in FIELDS}}


class FloorsError(PipelineError):
    """A file of floors that cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """A measure below its floor."""

    measure: str
    floor: float
    reached: float

    def __str__(self) -> str:
        return f"{self.measure} reaches {self.reached:.3f}; its floor is {self.floor:.3f}"


def read_floors(path: Path) -> dict[str, float]:
    """The floors of the file *path*: the name of a measure → the F1 that it must reach.

    Tables are ``[claims]`` (found, right, or a field), ``[entities]`` (all, or a label) and ``[themes]``
    (all, or a theme's slug). Raises ``FloorsError``.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise FloorsError(path, "cannot be read; floors are F1 scores under [claims], [entities], [themes]") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FloorsError(path, f"is no TOML ({error})") from error
    floors = {}
    for section, table in tables.items():
        if not isinstance(table, Mapping):
            continue  # a word about the file itself, such as the split that it is for
        for name, floor in table.items():
            if isinstance(floor, bool) or not isinstance(floor, int | float) or not 0 <= floor <= 1:
                raise FloorsError(path, f"{section}.{name} is {floor!r}; a floor is an F1 score between 0 and 1")
            floors[_measure(path, section, name)] = float(floor)
    return floors


def _measure(path: Path, section: str, name: str) -> str:
    match section:
        case "claims" if name in CLAIMS:
            return CLAIMS[name]
        case "entities" if name == "all" or name in Label.__members__:
            return "entities" if name == "all" else f"  {name}"
        case "themes":
            return "themes" if name == "all" else f"  theme {name}"
    known = {"claims": ", ".join(CLAIMS), "entities": f"all, {', '.join(Label)}"}
    raise FloorsError(
        path, f"{section}.{name} is no measure; there are {known.get(section, 'claims, entities, themes')}"
    )


def below(score: Score, floors: Mapping[str, float]) -> list[Shortfall]:
    """The measures of *score* that fall short; one that the gold asks nothing about does not."""
    found = []
    for name, floor in floors.items():
        tally = score.total(name)
        if tally.given + tally.wanted and tally.f1 < floor:
            found.append(Shortfall(measure=name.strip(), floor=floor, reached=tally.f1))
    return found
