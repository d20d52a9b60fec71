"""A ledger made anew, where the old one is lost: from the corpus, and from the decisions that lie in it as files."""

from __future__ import annotations

from pipeline.ledger.decisions import decision_log
from pipeline.settings import Settings
from pipeline.steps.extraction import extract_claims
from pipeline.steps.holding import open_ledger
from pipeline.steps.reading import read_posts
from pipeline.steps.themes import assign_themes


def rebuild(settings: Settings) -> str:
    """Read the posts and the decisions into a new or damaged-and-removed ledger; what was done, in a sentence."""
    read_posts(settings, visit=False)
    extract_claims(settings)
    with open_ledger(settings) as ledger:
        taken = decision_log.take_in(ledger, settings.corpus / "decisions")
    assign_themes(settings)
    return f"{taken} decisions were read back from {settings.corpus / 'decisions'}"
