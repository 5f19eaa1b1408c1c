"""Whether anything installed here has a known security advisory, by pip-audit, where its data can be had.

    python -m scripts.audit

It exits with 1 where something has one that is not excused below. Where PyPI's advisories cannot be reached, it says
that nothing was looked up, and exits with 0: pip-audit itself then calls everything free of known faults.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

EXCUSED = {
    "CVE-2025-3000": "torch: torch.jit.script, which is called nowhere here; PyPI knows no version without it",
    "PYSEC-2025-194": "the same under another name",
}
"""Advisories that do not concern this project, and why not."""

INSTALLER = "pip"
"""Comes with whichever Python made the environment, and runs in no part of this project."""

PINNED = "pip-audit==2.10.1"

TOOL = Path(sys.prefix) / "audit"
"""An environment of its own, so that what it needs is not among what it looks up."""

SECONDS = 300


def asked() -> dict[str, Any] | None:
    """pip-audit's report on this environment; None where it did not come to one, or cannot be installed."""
    program = TOOL / "bin" / "pip-audit"
    here, options = sysconfig.get_paths()["purelib"], ["--format=json", "--progress-spinner=off", "--timeout=10"]
    try:
        if not program.exists():
            for command in ([sys.executable, "-m", "venv", TOOL], [TOOL / "bin" / "pip", "install", "--quiet", PINNED]):
                subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
        done = subprocess.run(
            [program, "--path", here, *options], capture_output=True, text=True, timeout=SECONDS, check=False
        )
        report: dict[str, Any] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, json.JSONDecodeError):
        return None
    return report


def judged(report: Mapping[str, Any] | None) -> tuple[int, list[str]]:
    """The exit status, and what to say of a report: each advisory, what was excused, and what was not looked up."""
    everything = report["dependencies"] if report else []
    known = [each for each in everything if "skip_reason" not in each]
    if not known:
        return 0, ["advisories were NOT looked up: PyPI's cannot be reached from here (docs/security.md)"]
    said, status = [], 0
    for package in known:
        for fault in package["vulns"]:
            names = [fault["id"], *fault.get("aliases", [])]
            why = next((EXCUSED[name] for name in names if name in EXCUSED), None)
            why = "the installer, no part of this" if package["name"] == INSTALLER else why
            fixed = ", ".join(fault["fix_versions"]) or "no version yet"
            what = f"{package['name']} {package['version']}: {', '.join(names)}, fixed in {fixed}"
            said.append(f"excused: {what} ({why})" if why else what)
            status = status if why else 1
    unknown = [each["name"] for each in everything if "skip_reason" in each]
    said.append(f"{len(known)} packages looked up" + (f"; not these: {', '.join(unknown)}" if unknown else ""))
    return status, said


def main() -> int:
    """Asks and says; returns the exit status."""
    status, said = judged(asked())
    print("\n".join(f"pip-audit: {line}" for line in said), flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
