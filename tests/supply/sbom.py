"""What is installed, as a CycloneDX file: ``python -m tests.supply.sbom dist/sbom.json``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

KEPT = ("bomFormat", "specVersion", "version", "components", "dependencies")
OF_COMPONENT = ("type", "bom-ref", "name", "version", "purl", "description", "licenses", "hashes")


def inventory() -> dict[str, object]:
    """The installed packages with versions, licences and what needs what; the same for the same environment."""
    command = [
        sys.executable,
        "-m",
        "cyclonedx_py",
        "environment",
        "--of",
        "JSON",
        "--output-reproducible",
        sys.executable,
    ]
    made = subprocess.run(command, check=True, capture_output=True, text=True)
    whole = json.loads(made.stdout)
    kept = {name: whole[name] for name in KEPT if name in whole}
    # Addresses of homepages and indexes say nothing of what is inside, and ours would name this machine.
    kept["components"] = [
        {name: row[name] for name in OF_COMPONENT if name in row}
        for row in whole["components"]
        if row["name"] != "convening-ledger"
    ]
    return kept


def main() -> None:
    """Write the file that is named."""
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    made = inventory()
    path.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", "utf-8")
    print(f"{path}: {len(made['components'])} components")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
