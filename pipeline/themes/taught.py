"""What labelled passages taught about the guided themes: plain numbers in a folder, read without running code."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PipelineError
from pipeline.records import digest
from pipeline.themes.evidence import Evidence, Floats
from pipeline.themes.guided import GuidedTheme
from pipeline.themes.ranking import FEATURES, features
from pipeline.themes.telling import TellingWords

VERSION = 2
NUMBERS, CARD = "taught.npz", "card.json"
KINDS = 6  # of evidence that a first look weighs
VECTOR_SCALE, EVIDENCE_SCALE = 2.0, 0.5  # how much the parts of an input weigh against the ridge
NAMED = 1.0  # what a heading that names the theme adds
WORDS_SHARE = 0.5  # of what single words say, beside the vectors
ARRAYS = ("middle", "weights", "bias", "shared", "second")
WORD_ARRAYS = ("rarity", "word_weights", "word_bias")


class TaughtError(PipelineError):
    """The files of what was taught are not usable."""


@dataclass(frozen=True, slots=True)
class Taught:
    """Weights of a first look at each passage alone, and of a second at its post and the rival themes."""

    encoder: str  # digest of the encoder whose vectors it reads
    slugs: tuple[str, ...]
    middle: NDArray[np.float32]
    weights: NDArray[np.float32]  # themes × inputs of the first look
    bias: NDArray[np.float32]
    shared: NDArray[np.float32]  # weights of the evidence for a theme without labels, and last their bias
    second: NDArray[np.float32]  # weights of the second look, and last their bias
    cut: float
    words: TellingWords  # of the same themes

    @property
    def digest(self) -> str:
        """What changes when any of the numbers does."""
        arrays = (self.middle, self.weights, self.bias, self.shared, self.second, *_numbers(self.words))
        numbers = (array.tobytes().hex() for array in arrays)
        return digest(self.encoder, *self.slugs, *numbers, repr(self.cut), *self.words.stems)

    def logits(self, evidence: Evidence, themes: tuple[GuidedTheme, ...]) -> Floats:
        """How surely each passage belongs to each theme; 0 is the cut."""
        first = self.first_look(evidence, themes)
        looked = features(first, evidence) @ self.second[:-1].astype(np.float64) + float(self.second[-1])
        return np.asarray(looked + NAMED * evidence.named - self.cut, dtype=np.float64)

    def first_look(self, evidence: Evidence, themes: tuple[GuidedTheme, ...]) -> Floats:
        """Logits of each passage by itself; a theme that nobody labelled is judged as labelled ones taught."""
        stacked = kinds(evidence)
        told = self.words.scores(evidence.stems)
        scores = stacked @ self.shared[:-1].astype(np.float64) + float(self.shared[-1])
        columns = {slug: column for column, slug in enumerate(self.slugs)}
        for place, theme in enumerate(themes):
            column = columns.get(theme.slug)
            if column is not None:
                rows = inputs(evidence, stacked[:, place], self.middle)
                scores[:, place] = rows @ self.weights[column].astype(np.float64) + float(self.bias[column])
                scores[:, place] += WORDS_SHARE * told[:, column]
        return np.asarray(scores, dtype=np.float64)


def _numbers(words: TellingWords) -> tuple[NDArray[np.float32], ...]:
    return words.rarity, words.weights, words.bias


def kinds(evidence: Evidence) -> Floats:
    """The six kinds of evidence side by side: passages × themes × `KINDS`."""
    parts = (
        evidence.likeness,
        evidence.words,
        evidence.heading,
        evidence.title,
        evidence.post_likeness,
        evidence.post_words,
    )
    return np.stack(parts, axis=2)


def inputs(evidence: Evidence, own: Floats, middle: NDArray[np.float32]) -> Floats:
    """What a first look sees of each passage: its vector, its post's, and the evidence for the theme."""
    rows = evidence.rows.astype(np.float64)
    post = np.repeat(rows.mean(axis=0, keepdims=True), len(rows), axis=0)
    return np.hstack([(rows - middle) * VECTOR_SCALE, post - middle, own * EVIDENCE_SCALE])


def save_taught(taught: Taught, folder: Path, card: dict[str, Any]) -> None:
    """Write *taught* and its *card* into *folder*; each file lands whole."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = folder / f"{NUMBERS}.part"
    with numbers.open("wb") as opened:
        arrays: dict[str, Any] = {name: getattr(taught, name) for name in ARRAYS}
        arrays |= dict(zip(WORD_ARRAYS, _numbers(taught.words), strict=True))
        np.savez_compressed(opened, **arrays, stems=np.array(" ".join(taught.words.stems)))
    facts = {
        "version": VERSION,
        "encoder": taught.encoder,
        "slugs": list(taught.slugs),
        "cut": taught.cut,
        "digest": taught.digest,
    }
    text = json.dumps(facts | card, indent=2, ensure_ascii=False) + "\n"
    (folder / f"{CARD}.part").write_text(text, encoding="utf-8")
    numbers.replace(folder / NUMBERS)
    (folder / f"{CARD}.part").replace(folder / CARD)


def load_taught(folder: Path) -> Taught | None:
    """What was taught, from *folder*; none where nothing was."""
    if not (folder / CARD).is_file():
        return None
    try:
        facts = json.loads((folder / CARD).read_text(encoding="utf-8"))
        with np.load(folder / NUMBERS, allow_pickle=False) as arrays:
            if facts.get("version") != VERSION:
                raise TaughtError(folder, "what was taught is of another version; teach it again")
            rarity, weights, bias = (arrays[name].astype(np.float32) for name in WORD_ARRAYS)
            stems = tuple(str(arrays["stems"]).split())
            taught = Taught(
                encoder=facts["encoder"],
                slugs=tuple(facts["slugs"]),
                cut=float(facts["cut"]),
                words=TellingWords(stems=stems, rarity=rarity, weights=weights, bias=bias),
                **{name: arrays[name].astype(np.float32) for name in ARRAYS},
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise TaughtError(folder, f"what was taught cannot be read ({error}); teach it again") from error
    shapes = (len(taught.slugs), 2 * len(taught.middle) + KINDS), (KINDS + 1,), (FEATURES + 1,)
    words = (len(taught.slugs), len(stems)), (len(stems),), (len(taught.slugs),)
    if (taught.weights.shape, taught.shared.shape, taught.second.shape) != shapes or (
        weights.shape,
        rarity.shape,
        bias.shape,
    ) != words:
        raise TaughtError(folder, f"{NUMBERS} has other numbers than expected; teach it again")
    if facts.get("digest") != taught.digest:
        raise TaughtError(folder, f"{NUMBERS} and {CARD} do not belong together; teach it again")
    return taught


def without(taught: Taught, slugs: frozenset[str]) -> Taught:
    """*taught* as if nobody had labelled the themes *slugs*."""
    kept = [place for place, slug in enumerate(taught.slugs) if slug not in slugs]
    return replace(
        taught,
        slugs=tuple(taught.slugs[place] for place in kept),
        weights=taught.weights[kept],
        bias=taught.bias[kept],
        words=taught.words.of_themes(kept),
    )
