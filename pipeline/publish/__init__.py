"""What a run derives from the ledger: files for people and for programs, and a report."""

from pipeline.publish.publishing import DEFAULT, FORMATS, PublishResult, publish
from pipeline.publish.swap import PublishError, repair

__all__ = ["DEFAULT", "FORMATS", "PublishError", "PublishResult", "publish", "repair"]
