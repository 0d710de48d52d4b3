"""Refuses files that GitHub refuses as a whole, keeps others in $TFCHECK_UPLOADS, and prints the id as an output."""

import hashlib
import json
import os
import sys
from pathlib import Path

source, root = Path(sys.argv[1]), Path(sys.argv[2])
(run,) = json.loads(source.read_text(encoding="utf-8"))["runs"]
category = run.get("automationDetails", {}).get("id", "")
if not all(one["executionSuccessful"] for one in run.get("invocations", [])):
    sys.exit("unsuccessful execution")
for result in run["results"]:
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    if not (root / uri).is_file():
        sys.exit(f"{uri} is not in {root}")
# One upload of a tool and category in a job.
taken = Path(os.environ["RUNNER_TEMP"]) / f"taken-{hashlib.sha256(category.encode()).hexdigest()}"
if taken.exists():
    sys.exit(
        f"Aborting upload: only one run of the codeql/analyze or codeql/upload-sarif actions is allowed: {category!r}"
    )
taken.touch()
uploads = Path(os.environ["TFCHECK_UPLOADS"])
uploads.mkdir(parents=True, exist_ok=True)
(uploads / f"{category.strip('/') or 'none'}.sarif").write_bytes(source.read_bytes())
print(f"sarif-id=id-of-{category.strip('/') or 'none'}")
