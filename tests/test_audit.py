"""What is said of pip-audit's report: never that all is well where nothing was looked up."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.audit import EXCUSED, judged

CLEAN: dict[str, Any] = {"name": "gradio", "version": "6.31.0", "vulns": []}
SKIPPED = {"name": "torch", "skip_reason": "Dependency not found on PyPI and could not be audited: torch (2.13.0+cpu)"}


def faulty(*names: str) -> dict[str, Any]:
    first, *aliases = names
    return {"name": "h", "version": "1", "vulns": [{"id": first, "aliases": aliases, "fix_versions": ["2"]}]}


@pytest.mark.parametrize("report", [None, {"dependencies": []}, {"dependencies": [SKIPPED, SKIPPED]}])
def test_where_nothing_was_looked_up_it_says_so(report: dict[str, Any] | None) -> None:
    status, [line] = judged(report)
    assert status == 0 and line.startswith("advisories were NOT looked up")


def test_an_advisory_fails_and_is_named_and_what_was_not_looked_up_too() -> None:
    status, said = judged({"dependencies": [CLEAN, SKIPPED, faulty("PYSEC-1", "CVE-1")]})
    assert status == 1
    assert said == ["h 1: PYSEC-1, CVE-1, fixed in 2", "2 packages looked up; not these: torch"]
    assert judged({"dependencies": [CLEAN]}) == (0, ["1 packages looked up"])


def test_what_is_excused_is_said_with_its_reason() -> None:
    status, said = judged({"dependencies": [faulty("GHSA-1", "CVE-2025-3000")]})
    assert status == 0 and said[0].startswith("excused: h 1") and EXCUSED["CVE-2025-3000"] in said[0]
    status, said = judged({"dependencies": [{**faulty("CVE-2"), "name": "pip"}]})
    assert status == 0 and said[0].startswith("excused: pip 1: CVE-2")
