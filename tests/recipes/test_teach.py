"""Teachers' targets, part by part, and the mixture made of them."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest

from recipes.mixture import Mixture
from recipes.teach import main
from seq2seq_core.types import CoreError

DAYS = [(f"{day} May 1999", f"the {day}th of May") for day in range(11, 17)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for corpus, parts in {"tatoeba-en-de": 3, "ding-en-de": 3, "games-en-de": 1}.items():
        (tmp_path / corpus).mkdir()
        for part in ("train", "valid", "test")[:parts]:
            pairs = DAYS if part == "train" else [("one", "eins")]
            text = "".join(f"{source}\t{target}\n" for source, target in pairs)
            (tmp_path / corpus / f"{part}.tsv.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "multi30k").mkdir()
    for part in ("train", "val", "test_2016_flickr"):
        for side, language in enumerate(("en", "de")):
            text = "".join(f"{pair[side]}\n" for pair in (DAYS if part == "train" else [("two", "zwei")]))
            (tmp_path / f"multi30k/{part}.{language}.gz").write_bytes(gzip.compress(text.encode()))
    return tmp_path


def test_parts_make_up_the_whole(data: Path, repo_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dates, out = str(repo_root / "checkpoints" / "dates"), data / "taught"
    for part in ("1/2", "2/2"):
        flags = ["teach", "de", "--data", str(data), "--teacher", dates, "--teacher", dates, "--out", str(out)]
        monkeypatch.setattr(sys, "argv", [*flags, "--part", part])
        main()
    right = [(f"{day} May 1999", f"1999-05-{day}") for day in range(11, 17)]
    mixture = Mixture("de", data, taught=out)
    assert all(sorted(mixture.sentences(name)) == right for name in ("everyday", "captions", "dictionary", "dialogue"))
    assert Mixture("de", data).sentences("everyday") == DAYS
    with pytest.raises(CoreError, match="teach first"):
        Mixture("de", data, taught=data).sentences("everyday")
