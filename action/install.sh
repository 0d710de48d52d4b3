#!/usr/bin/env bash
# Installs this checkout of tfcheck into a virtual environment of its own, below RUNNER_TEMP, and hands its Python over,
# and a new directory for reports. The job's own Python, PATH and environment stay as they are. A further use in the job
# finds the environment made.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# Settings of the job that would make pip install elsewhere, or something else.
unset PYTHONHOME PYTHONPATH PIP_CONSTRAINT PIP_PREFIX PIP_REQUIRE_VIRTUALENV PIP_ROOT PIP_TARGET PIP_USER

# A Python 3.11 or newer: the runner's own, else one of its tool cache. -I: nothing of the working directory is imported.
find_python() {
  local candidate
  for candidate in python3 python "${RUNNER_TOOL_CACHE:-/nowhere}"/Python/3.1[1-9].*/*/{bin/python3,python.exe}; do
    if "$candidate" -I -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done
  echo '::error title=tfcheck::There is no Python 3.11 or newer with venv on this runner: run actions/setup-python before tfcheck' >&2
  return 1
}

# A name for what is going to be installed: other files, or another Python, are another environment.
fingerprint() {
  "$python" -I -c '
import hashlib, pathlib, sys
root = pathlib.Path(sys.argv[1])
code = (one for one in (root / "tfcheck").rglob("*") if one.suffix in (".py", ".bin"))
files = [root / "pyproject.toml", root / "action" / "requirements.txt", *code]
texts = [sys.version.encode(), *(part for file in sorted(files) for part in (bytes(file), file.read_bytes()))]
print(hashlib.sha256(b"\0".join(texts)).hexdigest()[:16])' "$here/.."
}

install() {
  "$own" -I -m pip install --quiet --no-compile --disable-pip-version-check --no-input "$@"
}

python=$(find_python)
environment="$RUNNER_TEMP/tfcheck-$(fingerprint)"
if [[ ! -f $environment/complete ]]; then
  "$python" -I -m venv --clear "$environment"
fi
own="$environment/bin/python"
[[ -x $own ]] || own="$environment/Scripts/python.exe"
if [[ ! -f $environment/complete ]]; then
  if ! { install --require-hashes --requirement "$here/requirements.txt" \
    && install --no-deps --no-index --no-build-isolation "$here/.."; }; then
    echo '::error title=tfcheck::tfcheck could not be installed: the log of this step says why'
    exit 1
  fi
  : > "$environment/complete"
fi
directory=$(mktemp -d "$RUNNER_TEMP/tfcheck.XXXXXX")
printf 'python=%s\ndirectory=%s\n' "$own" "$directory" >> "$GITHUB_OUTPUT"
"$own" -I -m tfcheck --version
