"""Every benchmark, one after the other: ``make bench``, or ``make bench ARGS="extraction run"`` for some.

Each is a process of its own and prints its own table; ratios are taken within one run, since machines are noisy.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ARGUMENTS = {  # what `make bench` asks of each; larger sizes by running the file itself
    "extraction": [],
    "run": [],
    "ingest": ["--pages", "100"],
    "main_text": [],
    "entities": [],
    "themes": ["small", "large"],
    "compare": ["10000", "100000"],
    "publish": ["3500", "35000"],
    "review": ["20000"],
    "scale": [],
    "orchestration": [],
    "others": [],
}


def main() -> int:
    """Run the benchmarks that were named, or all; how many of them failed."""
    chosen = sys.argv[1:] or list(ARGUMENTS)
    unknown = [name for name in chosen if name not in ARGUMENTS]
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(ARGUMENTS)}", file=sys.stderr)
        return 2
    cores = os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()
    print(f"{platform.machine()}, {cores} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    failed = 0
    for name in chosen:
        print(f"\n== {name} ==", flush=True)
        paths = os.pathsep.join([str(HERE.parent), str(HERE.parents[1])])
        command = [sys.executable, "-m", f"tests.bench.{name}", *ARGUMENTS[name]]
        done = subprocess.run(command, cwd=HERE.parents[1], env=os.environ | {"PYTHONPATH": paths}, check=False)
        failed += done.returncode != 0
    return min(failed, 1)


if __name__ == "__main__":
    raise SystemExit(main())
