"""The last step: what the ledger holds, as files to read."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pipeline.settings import Settings
from pipeline.steps.run import Progress, open_ledger, published, silent


def publish_outputs(settings: Settings, progress: Progress = silent) -> Path:
    """Write what the ledger holds to the outputs, where they are not of this state already; where they lie."""
    from pipeline.publish import publish

    with open_ledger(settings) as ledger:
        progress("publishing", 0, 1)
        result = publish(ledger, settings.outputs, currency=settings.currency or None)
        ledger.keep_state("published", published(settings, ledger, result.edition))
        progress("publishing", 1, 1)
    return settings.outputs


def export(settings: Settings, formats: Collection[str]) -> Path:
    """Write what the ledger holds to the outputs in *formats*; where they lie."""
    from pipeline.publish import publish

    with open_ledger(settings) as ledger:
        publish(ledger, settings.outputs, formats=formats or None, currency=settings.currency or None)
    return settings.outputs
