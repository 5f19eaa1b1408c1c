"""TMX, the form in which translation memories are exchanged: a column for each language."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from seq2seq_core.data.containers import Text, opened
from seq2seq_core.data.rows import Row, Table, look_ahead
from seq2seq_core.types import CoreError

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def tmx_table(text: Text) -> Table:
    """Its units as rows, read one at a time.

    Raises:
        CoreError: it is no sound XML.
    """
    head, units = look_ahead(_units(text))
    names = list(dict.fromkeys(language for unit in head for language in unit))
    rows = (Row(number, [unit.get(name, "") for name in names]) for number, unit in enumerate(units, start=1))
    return Table(text.place, rows, names, unit="unit")


def _units(text: Text) -> Iterator[dict[str, str]]:
    """The segment of each language in each unit."""
    with opened(text) as stream:
        try:
            path: list[ElementTree.Element] = []
            for event, element in ElementTree.iterparse(stream, events=("start", "end")):
                if event == "start":
                    path.append(element)
                    continue
                path.pop()
                if _tag(element) == "tu":
                    yield _unit(element)
                    for parent in path:
                        parent.clear()  # or the whole file would stay in memory
        except ElementTree.ParseError as error:
            raise CoreError(f"{text.place} is no sound XML: {error}; export it again") from error


def _unit(element: ElementTree.Element) -> dict[str, str]:
    unit: dict[str, str] = {}
    for variant in element:
        segment = next((part for part in variant if _tag(part) == "seg"), None)
        if _tag(variant) == "tuv" and segment is not None:
            language = variant.get(LANGUAGE) or variant.get("lang") or "?"
            unit.setdefault(language.lower(), "".join(segment.itertext()))
    return unit


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
