#!/usr/bin/env bash
# Make the virtual environment named by $1 and install the pinned packages and this program in it.
# Uses uv where it is there, venv and pip where it is not.
set -euo pipefail
venv=$1
wanted=$(cat .python-version)

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; }

if command -v uv >/dev/null; then
  [ -x "$venv/bin/python" ] && fits "$venv/bin/python" || uv venv --quiet --clear --python ">=$wanted" "$venv"
  uv pip install --quiet --python "$venv/bin/python" --require-hashes --no-deps -r requirements.lock
  uv pip install --quiet --python "$venv/bin/python" --no-deps -e .
  exit 0
fi

if ! { [ -x "$venv/bin/python" ] && fits "$venv/bin/python"; }; then
  python=
  for candidate in "${PYTHON:-}" "python$wanted" python3.14 python3.13 python3 python; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null && fits "$candidate"; then
      python=$candidate
      break
    fi
  done
  if [ -z "$python" ]; then
    echo "This program needs Python $wanted or newer, and none was found. Install it (or install uv, which brings" >&2
    echo "its own), or name one: make run PYTHON=/path/to/python$wanted" >&2
    exit 1
  fi
  echo "Making $venv with $($python --version); installing what requirements.lock pins (a few minutes, once)." >&2
  "$python" -m venv --clear "$venv"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
