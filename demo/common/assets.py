"""The look that is ours: palette, style sheets, fonts and scripts.

Everything is on the page itself: no font or script comes from another machine.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path

from demo.common.markup import Html

ASSETS = Path(__file__).parents[1] / "assets"

FIRST = "before_gradio"
"""The script that runs before all of Gradio's."""

LOADED = ("pressed", "compare", "file", "cell_pressed", "shaping")
"""Scripts that a component loads itself, as ``js_on_load``."""

USUAL = 16
"""Pixels of a rem where nothing has made the page's type larger: neither a wide screen, nor a person in the browser."""

FACES = {  # file: the family it belongs to, and what else is said of it
    "inter": ("Inter", ""),
    "inter-greek": ("Inter", "unicode-range:U+3B1-3B2;"),  # the weights of length and coverage, in sentences
    "newsreader": ("Newsreader", ""),
}

_PIXELS = re.compile(r"(?<![\w#])(-?[\d.]+)px\b")

PALETTE = {  # name: light, dark. The same names are CSS variables, --paper and so on. Text has 7:1 on all of it.
    "paper": ("#f6f5f1", "#101216"),
    "card": ("#ffffff", "#181b21"),
    "well": ("#f4f3ef", "#12151a"),
    "line": ("#e3e0d8", "#2b303a"),
    "ink": ("#17181c", "#eeece6"),
    "soft": ("#3f4249", "#ccced4"),
    "quiet": ("#4c4f57", "#b4b7bf"),
    "accent": ("#2040c8", "#a3b6ff"),
    "accent-strong": ("#18309a", "#c0cdff"),
    "on-accent": ("#ffffff", "#0f1430"),
    "accent-wash": ("#eef1fd", "#20284a"),
    "doubt": ("#f2a03d", "#e08f2c"),
    "alarm": ("#86200f", "#ffab9a"),
}

# What dark mode does to a heatmap: one light blue whose opacity is the weight (assets/app.css applies it).
NIGHT = Html(
    '<svg width="0" height="0" aria-hidden="true" style="position:absolute"><filter id="night" '
    'color-interpolation-filters="sRGB"><feColorMatrix values="0 0 0 0 .66 0 0 0 0 .75 0 0 0 0 1 0 0 0 1 0"/>'
    "</filter></svg>"
)


def rem(pixels: float) -> str:
    """A length of so many pixels where the page's type has its usual size; it grows with it (assets/screens.css)."""
    return f"{pixels / USUAL:g}rem"


def css() -> str:
    """Fonts, palette and style sheets: the page's own first, then one for each view that has one.

    The sheets are written in pixels and served in rem.
    """
    light, dark = ("".join(f"--{name}: {colours[i]};" for name, colours in PALETTE.items()) for i in range(2))
    faces = "".join(_font_face(family, file, more) for file, (family, more) in FACES.items())
    sheets = sorted(ASSETS.glob("*.css"), key=lambda path: (path.stem != "app", path.stem))
    rules = "".join(path.read_text(encoding="utf-8") for path in sheets)
    return f"{faces}:root{{{light}}}.dark{{{dark}}}" + _PIXELS.sub(lambda length: rem(float(length[1])), rules)


def first() -> str:
    """What the page begins with."""
    return f"<script>{script(FIRST)}</script>"


def head() -> str:
    """Scripts that belong to the whole page, and one for each view that has one."""
    page = (ASSETS / "app.js").read_text(encoding="utf-8")  # at once, or dark mode would begin light
    modules = [
        name for name in sorted(path.stem for path in ASSETS.glob("*.js")) if name not in ("app", FIRST, *LOADED)
    ]
    return f"<script>{page}</script>" + "".join(f'<script type="module">{script(name)}</script>' for name in modules)


def script(name: str) -> str:
    """A script of ours that keeps its names to itself."""
    return (ASSETS / f"{name}.js").read_text(encoding="utf-8")


def _font_face(family: str, file: str, more: str) -> str:
    # Inline, because a path would break behind a proxy that serves the app under a prefix.
    data = base64.b64encode((ASSETS / f"{file}.woff2").read_bytes()).decode("ascii")
    return (
        f"@font-face{{font-family:'{family}';font-weight:100 900;font-display:swap;{more}"
        f"src:url(data:font/woff2;base64,{data}) format('woff2');}}"
    )
