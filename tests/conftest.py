"""What every test folder shares: the no-skips rule, the cuda marker, and the browser that the machine has."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]

CHROMIUM_FLAGS = [
    "--no-sandbox",  # CI runs as root
    "--disable-dev-shm-usage",
    # Its own calls home, which have nothing to do with our page:
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

_skipped: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-skips",
        action="store_true",
        default=os.environ.get("CI", "").lower() in {"1", "true"},
        help="a skipped test fails the run (the default where CI=true)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what no machine without a GPU can run: deselected, so that a skip always means something is missing."""
    needs_cuda = [item for item in items if item.get_closest_marker("cuda")]
    if not needs_cuda:
        return
    import torch

    if not torch.cuda.is_available():
        config.hook.pytest_deselected(items=needs_cuda)
        items[:] = [item for item in items if item not in needs_cuda]


def pytest_collection_finish() -> None:
    """One thread for tensors of a few numbers: more only wait for each other, above all on a busy machine."""
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and session.config.getoption("--no-skips") and session.exitstatus in (0, 5):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if _skipped and config.getoption("--no-skips"):
        terminalreporter.section("skipped tests fail this run (--no-skips)", red=True)
        for nodeid in _skipped:
            terminalreporter.line(nodeid)


@pytest.fixture(scope="session")
def repo_root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium that $CHROMIUM names or PATH has; an empty $CHROMIUM means the one Playwright brought."""
    arguments = {**browser_type_launch_args, "args": CHROMIUM_FLAGS}
    executable = os.environ.get("CHROMIUM", shutil.which("chromium"))
    if executable:
        arguments["executable_path"] = executable
    return arguments
