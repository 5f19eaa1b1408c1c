"""XML from strangers: nothing is fetched, no entity is expanded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seq2seq_core.types import CoreError

if TYPE_CHECKING:
    from lxml.etree import _Element

ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """With the replacement character for what XML cannot hold."""
    return ILLEGAL.sub("\ufffd", text)


def checked_root(name: str, data: bytes) -> _Element:
    """The root of a document that is sound and declares no entities.

    Raises:
        CoreError: it is not, or does.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise CoreError(f"{name} is no sound XML: {error.msg}; export it again") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise CoreError(f"{name} declares entities of its own, which are not read; export it without")
    return root
