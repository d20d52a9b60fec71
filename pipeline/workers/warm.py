"""Imported by the process that Dask's workers on this machine are forked from: loads the model once for all of them.

``settings_for`` puts what it needs into that process' environment, since an import takes no arguments.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import os
import pickle

from pipeline.settings import Settings
from pipeline.workers import away
from pipeline.workers.nursery import ONE_THREAD

TOLD = "_CONVENING_WARM"
READ = away.read_there  # what the workers will be asked for, imported once for all of them


def settings_for(settings: Settings) -> dict[str, str]:
    """The environment in which this module loads what *settings* name; a model in one thread, as it will be forked."""
    told = base64.b64encode(pickle.dumps(settings)).decode("ascii")
    return dict.fromkeys(ONE_THREAD, "1") | {"TOKENIZERS_PARALLELISM": "false", TOLD: told}


if told := os.environ.pop(TOLD, ""):
    with contextlib.suppress(Exception):  # where something does not load, the worker that needs it says why
        from pipeline.workers.work import prepare

        prepare(pickle.loads(base64.b64decode(told)))  # noqa: S301 - from the run that started this process
    gc.freeze()  # what was loaded stays shared between the workers
