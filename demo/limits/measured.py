"""What ``python -m benchmarks.limits`` measured on held-out sentences: demo/assets/limits.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from demo.common.assets import ASSETS

TABLE = ASSETS / "limits.json"


@cache
def measured() -> Mapping[str, Any]:
    """All of it; ``models`` by name."""
    read: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return read


def source_of() -> str:
    """Where the figures come from, in a sentence."""
    told = measured()
    captions = [name for name, known in told["models"].items() if known["test_set"] != "Tatoeba"]
    said = f" ({' and '.join(captions)}: Multi30k's test captions, as they learnt from captions alone)"
    others = said if captions else ""
    return f"{told['test_sets']}{others}; {told['date']}, on {told['machine']}: {told['command']}."
