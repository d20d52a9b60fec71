"""The steps of a run as plain functions: posts to claims, to themes, to findings, to outputs.

Each opens the ledger that its settings name, works only on what is new, and leaves the ledger whole
when it is killed, so that the next run goes on where this one stopped. None of them knows Prefect.
"""

from pipeline.steps.comparison import compare_claims
from pipeline.steps.extraction import extract_claims
from pipeline.steps.holding import BusyError, CorpusError, only_run, open_ledger
from pipeline.steps.looking import Outlook, outlook
from pipeline.steps.progress import Progress, silent
from pipeline.steps.publication import aliases_of, export, publish_outputs
from pipeline.steps.reading import read_posts, take_in
from pipeline.steps.rebuilding import rebuild
from pipeline.steps.report import PostsRead, Report
from pipeline.steps.run import at_work, recorded
from pipeline.steps.themes import assign_themes
from pipeline.steps.warming import early_workers
from pipeline.steps.whole import can_heal, run_through

__all__ = [
    "BusyError",
    "CorpusError",
    "Outlook",
    "PostsRead",
    "Progress",
    "Report",
    "aliases_of",
    "assign_themes",
    "at_work",
    "can_heal",
    "compare_claims",
    "early_workers",
    "export",
    "extract_claims",
    "only_run",
    "open_ledger",
    "outlook",
    "publish_outputs",
    "read_posts",
    "rebuild",
    "recorded",
    "run_through",
    "silent",
    "take_in",
]
