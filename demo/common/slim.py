"""What stays in sight while one scrolls: the sentence, what was said for it, and ways to the cards."""

from __future__ import annotations

from collections.abc import Mapping

from demo.common.cards import place
from demo.common.markup import Html, tag


def draw(source: Html, said: Html, ways: Mapping[str, str]) -> Html:
    """The bar, which the page shows once the translation is out of sight (assets/screens.js).

    Args:
        source: the sentence.
        said: its translation.
        ways: for each card that the bar leads to, by what ``place`` calls it, its name there.
    """
    # The cards themselves say the sentence and its translation to whoever has the page read aloud.
    pair = tag("p", source, tag("span", " → ", class_="arrow"), said, class_="of", aria_hidden="true")
    links = [tag("a", name, href=f"#{place(card)}", class_="slim-way") for card, name in ways.items()]
    return tag("nav", pair, tag("span", links, class_="slim-ways"), aria_label="Cards of this view")
