"""What is learnt about modality: it helps where the rules err in one way, and is silent where they do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.extract.extractor import Extractor
from pipeline.extract.learnt_modality import NEVER, ModalityModel, load_modality
from pipeline.learn.train_modality import learn_modality, train_modality
from pipeline.learn.trials import Trial
from pipeline.records import Modality, Post

ROOT = Path(__file__).resolve().parents[1]


def told(verb: str, ruled: Modality, modality: Modality, count: int) -> list[Trial]:
    """Claims of ten posts under *verb*, as the rules and as people have them."""
    return [
        Trial(f"p{n % 10}", (), True, ruled=ruled, modality=modality, modes=(f"verb0={verb}", f"rules={ruled}"))
        for n in range(count)
    ]


def test_what_is_corrected_again_and_again_is_read_so(tmp_path: Path) -> None:
    """The rules take "earmark" for done, people for planned: after forty corrections so does the model."""
    wrong = told("earmark", Modality.ACTUAL, Modality.PLANNED, 40)
    report = train_modality([*told("spend", Modality.ACTUAL, Modality.ACTUAL, 120), *wrong], tmp_path)
    assert report["right"] == 1.0 > report["ruled"] == 0.75
    learnt = load_modality(tmp_path / "modality.json")
    assert learnt is not None
    assert learnt.choose(Modality.ACTUAL, ["verb0=earmark", "rules=actual"]) is Modality.PLANNED
    assert learnt.choose(Modality.ACTUAL, ["verb0=spend", "rules=actual"]) is Modality.ACTUAL
    assert "0.7500" in (tmp_path / "modality.md").read_text("utf-8")


def test_where_the_rules_are_right_they_alone_decide(tmp_path: Path) -> None:
    """Nothing is won on other posts, so no chance is enough; nor is one learnt of a handful."""
    right = [
        *told("spend", Modality.ACTUAL, Modality.ACTUAL, 90),
        *told("plan", Modality.PLANNED, Modality.PLANNED, 30),
    ]
    assert learn_modality(right)[0].floor == NEVER
    few = [*told("spend", Modality.ACTUAL, Modality.ACTUAL, 90), *told("earmark", Modality.ACTUAL, Modality.PLANNED, 5)]
    train_modality(few, tmp_path)
    learnt = load_modality(tmp_path / "modality.json")
    assert learnt is not None
    assert learnt.choose(Modality.ACTUAL, ["verb0=earmark"]) is Modality.ACTUAL


def test_figures_that_nobody_judged_teach_nothing(tmp_path: Path) -> None:
    """A figure without an annotation is left out of what is counted."""
    report = train_modality([Trial("p", (), False)], tmp_path)
    assert report["claims"] == 0


def test_the_extractor_reads_as_it_was_taught() -> None:
    """A model that is sure of one verb changes the claims under it and no other."""
    extractor = Extractor(models=ROOT / "models")
    post = Post(id="a", text="The city spent $5 million on roads. It earmarked $7 million for bridges.")
    before = {claim.quote: claim.modality for claim in extractor.extract(post).claims}
    assert before == {"$5 million": Modality.ACTUAL, "$7 million": Modality.ACTUAL}
    taught = {"actual": dict[str, float](), "planned": {"verb0=earmark": 20.0}}
    sure = ModalityModel({"actual": 5.0, "planned": 0.0}, taught, 0.9)
    extractor.learnt = replace(extractor.learnt, modality=sure)
    after = {claim.quote: claim.modality for claim in extractor.extract(post).claims}
    assert after == {"$5 million": Modality.ACTUAL, "$7 million": Modality.PLANNED}
