"""What Prefect reads from the environment when it is imported: where it lives, and that it calls nobody."""

from __future__ import annotations

import os
from pathlib import Path

DEFAULTS = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",  # a busy laptop needed 36; Prefect allows 30
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # what goes wrong is said once, by us
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_CLIENT_MAX_RETRIES": "10",  # the server answers 503 under load
    "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",  # never a pickle
}


def settle(corpus: Path) -> None:
    """Set Prefect's defaults, its home in a hidden folder of *corpus*; what the environment says wins.

    To be called before anything imports Prefect.
    """
    os.environ.setdefault("PREFECT_HOME", str((corpus / ".prefect").resolve()))
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
