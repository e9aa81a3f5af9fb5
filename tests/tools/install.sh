#!/usr/bin/env bash
# Install a locked requirements file into $VENV with uv, which is put into the venv if the machine has none, or else with pip.
set -euo pipefail
locked=$1
# Without a choice, the newest tested Python that can create virtual environments: pages take 10% less time than with 3.11.
if [ -z "${PYTHON:-}" ]; then
  for PYTHON in python3.13 python3.12 python3; do
    if "$PYTHON" -c 'import ensurepip' 2>/dev/null; then break; fi
  done
fi
python=$(command -v "$PYTHON") || { echo "$PYTHON was not found. Install Python 3.11 or newer." >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "$("$python" --version) is too old: Causeway needs 3.11 or newer. Choose one with make PYTHON=python3.12 ..." >&2; exit 1; }

# A mirror that is set for pip is meant for uv as well.
mirror=${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}
if [ -n "$mirror" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then export UV_DEFAULT_INDEX=$mirror; fi

uv=$(command -v uv || true)
if [ ! -x "$VENV/bin/python" ]; then
  echo "Creating $VENV ..."
  if [ -n "$uv" ]; then
    "$uv" venv --quiet --python "$python" "$VENV"
  else
    "$python" -m venv "$VENV" || { echo "On Debian: apt-get install python3-venv" >&2; exit 1; }
  fi
fi
if [ -z "$uv" ] && [ ! -x "$VENV/bin/uv" ]; then
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check uv || echo "uv could not be installed. Using pip, which is slower." >&2
fi
[ -n "$uv" ] || { [ ! -x "$VENV/bin/uv" ] || uv=$VENV/bin/uv; }

echo "Installing $locked ..."
if [ -n "$uv" ]; then
  "$uv" pip install --quiet --python "$VENV/bin/python" --require-hashes --requirement "$locked"
else
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$locked"
fi
