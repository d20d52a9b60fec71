"""Files that appear whole or not at all, also where the machine stops in the middle."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def put_whole(target: Path, data: bytes) -> Path:
    """Write *data* to *target*, over what is there, in one step; its folder is made where it is missing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(part, 0o644)  # the temporary file is its owner's alone
        os.replace(part, target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    return target
