"""Known advisories of the pins, where a database can be asked: ``python -m tests.supply.audit requirements.lock``."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any


def looked_up(lock: str) -> list[dict[str, Any]] | None:
    """Each pin of *lock* with its advisories; ``None`` where no database could be asked."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", lock]
    quiet = ["--progress-spinner", "off", "--timeout", "20", "--format", "json"]
    done = subprocess.run([*command, *quiet], capture_output=True, text=True, check=False)
    try:
        rows = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    return None if all("skip_reason" in row for row in rows) else rows


def main() -> None:
    """Print the advisories; exit code 1 where there is one."""
    rows = looked_up(sys.argv[1])
    if rows is None:
        print("No database of advisories could be asked from here; run this again where there is a network.")
        return
    hit = [row for row in rows if row.get("vulns")]
    for row in hit:
        for found in row["vulns"]:
            mended = ", ".join(found["fix_versions"]) or "no version yet"
            print(f"{row['name']} {row['version']}: {found['id']}, mended in {mended}")
    skipped = sum("skip_reason" in row for row in rows)
    print(f"{len(rows) - skipped} pins looked up, {skipped} not known to the database, {len(hit)} with advisories")
    sys.exit(bool(hit))


if __name__ == "__main__":
    main()
