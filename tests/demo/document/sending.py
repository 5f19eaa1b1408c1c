"""What the page sends of a file."""

from __future__ import annotations

import base64
from typing import Any


def sent(name: Any, data: bytes, /, **changes: Any) -> dict[str, Any]:
    """A file as the page sends it."""
    return {"name": name, "size": len(data), "data": base64.b64encode(data).decode("ascii")} | changes
