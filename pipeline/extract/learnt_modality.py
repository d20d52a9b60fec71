"""What reviewers taught about modality: a logistic model beside the rules, believed only where it is sure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.extract.figure import Figure
from pipeline.extract.modality import governing
from pipeline.records import Modality

FILE = "modality.json"
NEVER = 2.0  # a floor that no chance reaches: the rules alone decide
AUXILIARIES = {"aux", "auxpass", "neg"}
VERBS = 3  # governing verbs that are looked at, from the figure up


@dataclass(frozen=True, slots=True)
class ModalityModel:
    """For each modality a weight for each sign and what holds without any, and how sure it has to be."""

    bases: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]
    floor: float = NEVER

    def chances(self, signs: Iterable[str]) -> dict[str, float]:
        """How likely each modality is, together 1.

        >>> ModalityModel({"actual": 0.0, "planned": 0.0}, {"actual": {}, "planned": {"will": 50.0}}).chances(["will"])
        {'actual': 0.0, 'planned': 1.0}
        """
        met = list(signs)
        sums = {
            name: base + sum(self.weights[name].get(sign, 0.0) for sign in met) for name, base in self.bases.items()
        }
        most = max(sums.values())
        raised = {name: math.exp(value - most) for name, value in sums.items()}
        whole = sum(raised.values())
        return {name: round(value / whole, 6) for name, value in raised.items()}

    def choose(self, ruled: Modality, signs: Iterable[str]) -> Modality:
        """The modality: what the rules say, or another one that is at least as likely as the floor asks."""
        if self.floor > 1 or not self.bases:
            return ruled
        chances = self.chances(signs)
        best = max(sorted(chances), key=lambda name: chances[name])
        return Modality(best) if chances[best] >= self.floor else ruled


@cache
def load_modality(path: Path) -> ModalityModel | None:
    """The model in the file *path*, or none if there is no such file."""
    if not path.is_file():
        return None
    rows = json.loads(path.read_text(encoding="utf-8"))
    return ModalityModel(rows["bases"], rows["weights"], float(rows["floor"]))


def modality_signs(figure: Figure, ruled: Modality) -> list[str]:
    """What speaks for a modality: what the rules say, the verbs above *figure*, and how these are said."""
    kind = str(figure.quantity.kind)
    signs = [f"rules={ruled}", f"rules={ruled}|{kind}", f"bound={figure.quantity.bound}"]
    for place, verb in zip(range(VERBS), governing(figure), strict=False):
        signs += [f"verb{place}={verb.lemma_.lower()}", f"form{place}={verb.tag_}", f"joined{place}={verb.dep_}"]
        for child in verb.children:
            if child.dep_ in AUXILIARIES:
                signs.append(f"said{place}={child.lower_}")
            elif child.dep_ == "mark":
                signs.append(f"mark{place}={child.lower_}")
    if figure.noun is not None:
        signs.append(f"noun={figure.noun.lemma_.lower()}")
    return signs
