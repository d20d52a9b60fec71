"""Training any part of the models from annotated posts, in a copy: what is live is never touched.

The same posts, models and seed give the same bytes on one thread, so that a version's digest can be made again.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.extract.learnt import read_anew
from pipeline.learn.calibrate import TooFewDecisionsError, train_confidence
from pipeline.learn.gold import GoldError, GoldPost, row_of, write_gold
from pipeline.learn.train_claimhood import train_claimhood
from pipeline.learn.train_modality import train_modality
from pipeline.learn.trials import trials_of
from pipeline.records import digest

PARTS = ("entities", "claims", "roles", "themes", "confidence")  # the confidence last: it depends on all others
LIBRARIES = ("spacy", "scikit-learn", "scipy", "numpy", "thinc")
CARD = "training.json"

type Say = Callable[[str], None]


def train(
    parts: Sequence[str],
    posts: Sequence[GoldPost],
    models: Path,
    *,
    check: Sequence[GoldPost] = (),
    seed: int = 0,
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Train *parts* from *posts* in the folder *models*, which is changed in place, and give what was measured.

    Measured on *check*, which teaches nothing. A part that these posts cannot teach stays as it is, and the report says
    why; if none can be taught, ``GoldError`` is raised.
    """
    report: dict[str, Any] = {}
    left: dict[str, str] = {}
    for part in (part for part in PARTS if part in parts):
        say(f"training {part}")
        try:
            report[part] = TRAINERS[part](posts, models, check, seed, say)
            read_anew()
        except (GoldError, TooFewDecisionsError) as error:
            left[part] = str(error)
            say(f"{part} stay as they are: {error}")
    if not report:
        raise GoldError("training", "; ".join(dict.fromkeys(left.values())) or f"knows the parts {', '.join(PARTS)}")
    _write_card(posts, models, report, left, seed)
    return report | ({"left as they were": left} if left else {})


def gold_digest(posts: Sequence[GoldPost]) -> str:
    """What names *posts* and their annotations: the same ones, the same digest."""
    rows = (json.dumps(row_of(one), sort_keys=True, default=str) for one in posts)
    return digest(*sorted(f"{row}\0{one.post.revision}" for row, one in zip(rows, posts, strict=True)))


def _entities(posts: Sequence[GoldPost], models: Path, check: Sequence[GoldPost], seed: int, say: Say) -> Any:
    from pipeline.learn.train_entities import train_entities

    mine = _annotated("entities", posts, "names")
    train_entities(sorted(mine, key=lambda one: one.post.id), models / "entities", seed=seed, models=models, say=say)
    return {"posts": len(mine), "names": sum(len(one.entities) for one in mine)}


def _claims(posts: Sequence[GoldPost], models: Path, check: Sequence[GoldPost], seed: int, say: Say) -> Any:
    trials = trials_of(_some("claims", posts, "claims"), models=models)
    return {"claimhood": train_claimhood(trials, models), "modality": train_modality(trials, models)}


def _roles(posts: Sequence[GoldPost], models: Path, check: Sequence[GoldPost], seed: int, say: Say) -> Any:
    from pipeline.learn import rankers

    mine = [one for one in _some("claims", posts, "claims") if one.claims]
    if not mine:
        raise GoldError("roles", "no claim is annotated in these posts")
    return rankers.train_rankers(sorted(mine, key=lambda one: one.post.id), models)


def _themes(posts: Sequence[GoldPost], models: Path, check: Sequence[GoldPost], seed: int, say: Say) -> Any:
    from pipeline.learn.train_themes import UnteachableError, train_themes

    mine = _some("themes", posts, "themes")
    held = [one for one in check if one.annotated("themes")]
    with _folder(mine, held) as gold:
        taught = gold.parent / "taught"
        try:
            figures = train_themes(
                gold, None, None, taught, seed=seed, themes=models / "themes.toml", measure="dev", say=say
            )
        except UnteachableError as error:
            raise GoldError("themes", "too few passages are labelled") from error
        unseen, plain = figures["by post, within train"]["f1"], figures["descriptions only, train"]["f1"]
        if unseen < plain:
            raise GoldError(
                "themes",
                f"these posts teach less (F1 {unseen:.3f} by post) than the descriptions alone say ({plain:.3f})",
            )
        shutil.copytree(taught, models / "themes", dirs_exist_ok=True)
        return figures


def _confidence(posts: Sequence[GoldPost], models: Path, check: Sequence[GoldPost], seed: int, say: Say) -> Any:
    return train_confidence(_some("claims", posts, "claims"), models, check=[one for one in check if one.claims])


TRAINERS: Mapping[str, Callable[[Sequence[GoldPost], Path, Sequence[GoldPost], int, Say], Any]] = {
    "entities": _entities,
    "claims": _claims,
    "roles": _roles,
    "themes": _themes,
    "confidence": _confidence,
}


def _some(section: str, posts: Sequence[GoldPost], what: str) -> list[GoldPost]:
    """The posts in which anything of *section* was looked at."""
    found = [one for one in posts if one.annotated(section)]
    if not found:
        raise GoldError(what, "none of these posts is annotated with them")
    return found


def _annotated(section: str, posts: Sequence[GoldPost], what: str) -> list[GoldPost]:
    """The posts that were looked through for *section* from end to end, without the other annotations."""
    found = [one for one in posts if section not in one.covered]
    if not any(getattr(one, section) for one in found):
        raise GoldError(what, "none of these posts was looked through for them from end to end")
    return found


@contextlib.contextmanager
def _folder(posts: Sequence[GoldPost], check: Sequence[GoldPost]) -> Iterator[Path]:
    """The posts as a gold file of their own: *posts* in split train, *check* in dev."""
    with tempfile.TemporaryDirectory(prefix="convening-gold-") as made:
        taken = {one.post.id for one in posts}
        held = [replace(one, split="dev") for one in check if one.post.id not in taken]
        write_gold([*(replace(one, split="train") for one in posts), *held], Path(made))
        yield Path(made) / "gold.jsonl"


def _write_card(
    posts: Sequence[GoldPost], models: Path, report: Mapping[str, Any], left: Mapping[str, str], seed: int
) -> None:
    """Write what was trained, on what, with what, and what was measured; no times, so that it is the same again."""
    card = {
        "what": "What the parts of this version were trained on and what was measured then.",
        "parts": sorted(report),
        "left as they were": dict(left),
        "gold": gold_digest(posts),
        "posts": {
            "annotated": sum(not one.queued for one in posts),
            "of decisions": sum(one.queued for one in posts),
            "read to the end": sum(one.queued and "claims" not in one.covered for one in posts),
        },
        "claims": sum(len(one.claims) for one in posts),
        "names": sum(len(one.entities) for one in posts),
        "seed": seed,
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "measured": dict(report),
    }
    text = json.dumps(card, indent=1, ensure_ascii=False, default=str) + "\n"
    (models / CARD).write_text(text, encoding="utf-8")
