"""The guide: says which guided themes a passage belongs to, how surely, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.records import Assignment, Passage, Post, digest, passages_of
from pipeline.themes.context import InContext, in_context
from pipeline.themes.encoders import Encoder, Vectors
from pipeline.themes.evidence import Evidence, Floats, Prompted, evidence_of, prompted
from pipeline.themes.guided import GuidedTheme
from pipeline.themes.ranking import lead, plain_scores
from pipeline.themes.taught import Taught

VERSION = "guide/2"  # changes when the same words would be judged otherwise

CUT = 5.6  # the sum of evidence from which a passage belongs to a theme, where nobody labelled anything
SLOPE = 0.8  # how fast the score moves from 0 to 1 around the cut
MARGIN = 0.1  # by how much a score must pass the cut to change what an earlier run decided
LEAD = 0.2  # what a theme's lead over the others adds


@dataclass(frozen=True, slots=True)
class Held:
    """What an earlier run decided about the passages of a post whose text is the same."""

    themes: Mapping[int, frozenset[str]]
    known: frozenset[str]  # the themes that there were to choose from


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one post: scores of its passages for all themes, and its assignments."""

    assignments: tuple[Assignment, ...]
    unthemed: tuple[tuple[int, str], ...]  # passage → why it has no theme
    rows: np.ndarray[tuple[int, int], np.dtype[np.float32]]
    places: tuple[int, ...]  # the passage of each row


class Guide:
    """Guided themes made ready; what was *taught* with another encoder is left aside.

    `judge` and `themes_of` depend on the post alone, never on other posts.
    """

    def __init__(self, themes: Sequence[GuidedTheme], encoder: Encoder, *, taught: Taught | None = None) -> None:
        self.encoder = encoder
        self._taught = taught if taught is not None and taught.encoder == encoder.digest else None
        lessons = self._taught.digest if self._taught is not None else "nothing"
        self.fingerprint = digest(VERSION, encoder.digest, lessons, *map(repr, themes))
        self._prompted: Prompted = prompted(themes, encoder)

    @property
    def themes(self) -> tuple[GuidedTheme, ...]:
        """The themes that passages are assigned to."""
        return self._prompted.themes

    @property
    def vectors(self) -> Vectors:
        """Where the themes lie among the encoder's vectors, a row each."""
        return self._prompted.vectors

    def themes_of(self, post: Post) -> list[Assignment]:
        """The themes of each passage of *post*, in reading order, the surest first."""
        return list(self.judge(post, tuple(passages_of(post.text))).assignments)

    def judge(self, post: Post, passages: Sequence[Passage], *, held: Held | None = None) -> Judged:
        """Assignments and the reasons for having none, for one post; what is *held* moves only by a margin."""
        context = in_context(post, passages)
        readable = [passage for passage in context if passage.reason is None]
        unthemed = [(passage.index, passage.reason) for passage in context if passage.reason is not None]
        if not readable or not self.themes:
            unthemed += [(passage.index, "there are no themes") for passage in readable]
            empty = np.zeros((0, self.encoder.size), dtype=np.float32)
            return Judged((), tuple(sorted(unthemed)), empty, ())
        evidence = evidence_of(readable, self._prompted, self.encoder)
        scores = self._scores(evidence)
        cuts = np.full(scores.shape, 0.5) if held is None else self._cuts(readable, held)
        assignments: list[Assignment] = []
        for place, passage in enumerate(readable):
            chosen = [
                int(theme)
                for theme in np.argsort(-scores[place], kind="stable")
                if scores[place, theme] >= cuts[place, theme]
            ]
            if not chosen:
                nearest = self.themes[int(np.argmax(scores[place]))]
                unthemed.append((passage.index, f"too unlike every theme; the nearest is {nearest.name}"))
            assignments.extend(
                Assignment(
                    passage=passage.index,
                    theme=self.themes[theme].slug,
                    score=round(float(scores[place, theme]), 4),
                    reason=self._reason(passage, theme, evidence, place),
                )
                for theme in chosen
            )
        places = tuple(passage.index for passage in readable)
        return Judged(tuple(assignments), tuple(sorted(unthemed)), evidence.rows, places)

    def _cuts(self, readable: Sequence[InContext], held: Held) -> Floats:
        """The score each theme needs: less where the passage has it already, more where it was passed over."""
        slugs = [theme.slug for theme in self.themes]
        rows = [
            [0.5 if slug not in held.known else 0.5 + (-MARGIN if slug in held.themes.get(each.index, ()) else MARGIN)]
            for each in readable
            for slug in slugs
        ]
        return np.array(rows, dtype=np.float64).reshape(len(readable), len(slugs))

    def _scores(self, evidence: Evidence) -> Floats:
        if self._taught is not None:
            logits = self._taught.logits(evidence, self.themes)
        else:
            plain = plain_scores(evidence)
            logits = SLOPE * (plain + LEAD * np.clip(lead(plain), -4, 4) - CUT)
        logits[evidence.excluded] = -50
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -50, 50))), dtype=np.float64)

    def _reason(self, passage: InContext, theme: int, evidence: Evidence, place: int) -> str:
        parts = []
        if hits := evidence.hits[place][theme]:
            parts.append("words: " + ", ".join(hits[:4]))
        own = self._prompted.examples[theme]
        if len(own):
            likeness = own @ evidence.rows[place]
            nearest = int(np.argmax(likeness))
            parts.append(f"like “{self.themes[theme].examples[nearest]}” ({likeness[nearest]:.2f})")
        if evidence.heading[place, theme] > 2:
            parts.append(f"under the heading “{passage.heading}”")
        return "; ".join(parts) or f"like its description ({evidence.likeness[place, theme]:.1f} deviations)"
