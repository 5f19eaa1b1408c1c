"""What of a translation is outside of what is usual for the model: measures, each with who uses it, and no verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.common.markup import Html, tag, unseen

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from seq2seq_core.why_not import Sign

NO_VERDICT = (
    "Nine of ten translations keep to what is usual; the others are no worse for it. A reason to look, no more."
)


def draw(signs: tuple[Sign, ...], why: str) -> Html:
    """A line that names what is outside and opens to its measures; nothing where all is as usual or was not measured.

    ``why`` is the query that opens Why not? on this.
    """
    outside = [sign for sign in signs if sign.outside]
    if not outside:
        return Html()
    names = ", ".join(sign.label for sign in outside)
    lines = [tag("li", sign.said, " ", tag("small", f"{sign.what} ({sign.source})")) for sign in outside]
    link = tag("a", "Look into it in Why not?", unseen(", in a new tab"), href=why, target="_blank", rel="noopener")
    told = tag("summary", f"Unusual here: {names}")
    return tag("details", told, tag("ul", lines), tag("p", NO_VERDICT, " ", link), class_="signs")
