"""A repository of the Hub -> a folder in its cache: what a model and its tokenizer need, weights as safetensors.

Of ``transformers`` or of this project, which its config.json tells; it needs no ``transformers`` itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from huggingface_hub import HfApi, constants, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils.tqdm import tqdm

from seq2seq_core.models.hugging_face.place import Place
from seq2seq_core.types import CoreError

WANTED = ("*.json", "*.safetensors", "*.spm", "*.model", "merges.txt", "vocab.txt", "log.jsonl", "curve.png")
"""Of a repository, in its top folder: no pickles, no code; the last two tell how a model of this project learnt."""

PATIENCE = 20.0
"""Seconds to wait for a first answer."""

Say = Callable[[str], None]
"""Told what is going on, a few words each time."""


def fetch(place: Place, say: Say) -> Path:
    """The folder with the files of a repository, fetched where they are not in the cache yet.

    Raises:
        CoreError: there is no such model or revision, it is not open to everybody, it has no safetensors, or no answer
            comes and it is not in the cache.
    """
    name = place.whole_name
    try:
        info = HfApi().model_info(place.repository, revision=place.revision, timeout=PATIENCE, files_metadata=True)
        files = {file.rfilename: file.size or 0 for file in info.siblings or ()}
        _check_files(files, place)
        chosen = [file for file in files if _wanted(file)]
        whole = sum(files[file] for file in chosen)
        say(f"fetching {whole / 1e6:,.0f} MB where they are not here yet")
        # By the name that was given, so that the cache knows it by that name too, and not by the commit alone.
        return Path(
            snapshot_download(
                place.repository, revision=place.revision, allow_patterns=chosen, tqdm_class=_teller(say, whole)
            )
        )
    except GatedRepoError as error:
        raise CoreError(
            f"{name} is gated: accept its terms on its page, then log in here with hf auth login or set HF_TOKEN"
        ) from error
    except RevisionNotFoundError as error:
        raise CoreError(
            f"{place.repository} has no revision {place.revision}; see its page for those it has"
        ) from error
    except RepositoryNotFoundError as error:
        raise CoreError(f"there is no model {place.repository}, or not for you; mend the name, or log in") from error
    except CoreError:
        raise
    except Exception as error:  # of the network, in whatever words
        return _from_cache(place, error)


def _teller(say: Say, whole: int) -> type[tqdm]:
    """A progress bar of ``huggingface_hub`` that draws nothing and says each tenth of ``whole`` bytes it has."""

    class Teller(tqdm):
        """One of several: bytes are counted by some, files by others."""

        tenths: ClassVar[int] = 0

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._counts_bytes, self._there = kwargs.get("unit") == "B", 0.0
            super().__init__(*args, **{**kwargs, "disable": True})

        def update(self, n: float | None = 1) -> bool | None:
            """So many more."""
            self._there += n or 0
            tenths = int(10 * self._there / max(whole, 1))
            if self._counts_bytes and Teller.tenths < tenths < 10:
                Teller.tenths = tenths
                say(f"fetched {self._there / 1e6:,.0f} of {whole / 1e6:,.0f} MB")
            return None

    return Teller


def _from_cache(place: Place, error: Exception) -> Path:
    """Where no answer comes: what was fetched before.

    Raises:
        CoreError: nothing was.
    """
    try:
        return Path(
            snapshot_download(
                place.repository, revision=place.revision, allow_patterns=list(WANTED), local_files_only=True
            )
        )
    except Exception:
        host = re.sub(r"^https?://", "", constants.ENDPOINT).rstrip("/")
        raise CoreError(
            f"{place.whole_name} is not in the cache, and {host} does not answer ({type(error).__name__}); "
            "look at the network, or name a folder"
        ) from error


def _check_files(files: dict[str, int], place: Place) -> None:
    if not any(file.endswith(".safetensors") for file in files if "/" not in file):
        raise CoreError(
            f"{place.whole_name} has no safetensors; name a revision that has, perhaps @refs/pr/NUMBER, or convert it "
            "with save_pretrained"
        )


def _wanted(file: str) -> bool:
    return any(Path(file).match(pattern) for pattern in WANTED) and "/" not in file
