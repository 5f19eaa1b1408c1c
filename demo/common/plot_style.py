"""What all figures share.

A figure carries the light, printable look, which is what its PNG shows. On the page ``assets/app.css`` recolours the
figure's text and lines from the page's own variables, so that dark mode needs no second figure.
"""

from __future__ import annotations

import html
from typing import Any

INK = "#17181c"
QUIET = "#5c6068"
BAR = "rgba(58,94,226,0.55)"
FONT = "Inter, system-ui, sans-serif"

# One hue from nothing to navy: ordered in lightness, hence safe for colour-blind eyes and in grey print. The low end is
# transparent, so that weight 0 has the colour of the card. No oklch(): Gradio's plotly.js turns it into default blue.
WEIGHTS = [
    [0.0, "rgba(36,71,214,0.04)"],
    [0.15, "rgba(58,94,226,0.24)"],
    [0.4, "rgba(45,80,216,0.58)"],
    [0.7, "rgba(30,58,184,0.86)"],
    [1.0, "rgba(14,30,112,1)"],
]


def escape(value: str) -> str:
    """``value`` as text in a label or hover: Plotly reads a subset of HTML there."""
    return html.escape(value, quote=False)


def layout(height: int, **more: Any) -> dict[str, Any]:
    """A layout with our type, no background and an explicit height, without which Gradio may show nothing."""
    return {
        "template": "none",
        "height": height,
        "font": {"family": FONT, "size": 13, "color": QUIET},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hoverlabel": {"bgcolor": INK, "bordercolor": INK, "font": {"family": FONT, "size": 13, "color": "#ffffff"}},
        "modebar": {"bgcolor": "rgba(0,0,0,0)"},  # else grey: half of what the paper is without its alpha
        "dragmode": False,
        **more,
    }
