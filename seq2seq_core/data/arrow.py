"""Parquet files, Arrow files, and the folders that the package ``datasets`` and Hugging Face's hub keep them in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seq2seq_core.data.containers import Text
from seq2seq_core.data.rows import Row, Table, look_ahead
from seq2seq_core.types import CoreError

ROWS_AT_ONCE = 1_000


def arrow_table(place: Path, files: list[Path]) -> Table:
    """The rows of one file or of several that belong together; a field of a structure is named STRUCTURE.FIELD.

    Raises:
        CoreError: pyarrow is missing, or it cannot read one of them.
    """
    head, rows = look_ahead(row for file in files for row in _records(file))
    names = list(dict.fromkeys(name for record in head for name in record))
    numbered = enumerate(rows, start=1)
    return Table(place, (Row(number, [row.get(name, "") for name in names]) for number, row in numbered), names, "row")


def folder_files(folder: Path) -> tuple[list[Path], list[str]]:
    """The files of a data set in a folder, and a note where it holds more than is read.

    ``save_to_disk`` of datasets writes a folder for each part, the hub has files called train-00000-of-00002.parquet.

    Raises:
        CoreError: there are none.
    """
    if (folder / "dataset_dict.json").exists():
        parts = sorted(path.name for path in folder.iterdir() if path.is_dir())
        if "train" not in parts:
            raise CoreError(f"{folder} holds {', '.join(parts) or 'nothing'}; name one of them as {folder}/NAME")
        files, _ = folder_files(folder / "train")
        others = ", ".join(str(folder / part) for part in parts if part != "train")
        return files, ["train is read" + (f"; there is also {others}" if others else "")]
    found = sorted(path for ending in ("arrow", "parquet") for path in folder.rglob(f"*.{ending}"))
    found = [path for path in found if not path.name.startswith(("cache-", "."))]
    found = _of_state(folder, found)
    train = [path for path in found if path.name.startswith("train") or path.parent.name == "train"]
    if not found:
        raise CoreError(f"{folder} is a folder without .arrow or .parquet files; name a file in it")
    if train and len(train) < len(found):
        return train, [f"the {len(train)} of {len(found)} files called train are read"]
    return found, []


def _of_state(folder: Path, found: list[Path]) -> list[Path]:
    """The files in the order that datasets wrote down, where it did."""
    try:
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        listed = [folder / entry["filename"] for entry in state["_data_files"]]
    except (OSError, ValueError, KeyError, TypeError):
        return found
    return [path for path in listed if path in found] or found


def _records(path: Path) -> Iterator[dict[str, str]]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise CoreError(f"{path} needs pyarrow: pip install pyarrow, or save the table as .jsonl or .csv") from error
    try:
        if Text(path).name.endswith(".parquet"):
            batches = pq.ParquetFile(path).iter_batches(batch_size=ROWS_AT_ONCE)
        else:
            batches = _arrow_batches(pa, path)
        for batch in batches:
            for start in range(0, batch.num_rows, ROWS_AT_ONCE):
                for record in batch.slice(start, ROWS_AT_ONCE).to_pylist():
                    yield _flat(record)
    except (pa.ArrowException, OSError) as error:
        raise CoreError(f"cannot read {path}: {str(error).splitlines()[0]}") from error


def _arrow_batches(pa: Any, path: Path) -> Iterator[Any]:
    """Of both forms of Arrow files; datasets writes the one without a table of contents."""
    with pa.memory_map(str(path)) as source:
        try:
            reader = pa.ipc.open_file(source)
        except pa.ArrowInvalid:
            source.seek(0)
            yield from pa.ipc.open_stream(source)
            return
        yield from (reader.get_batch(index) for index in range(reader.num_record_batches))


def _flat(record: dict[str, Any], above: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{above}{name}.")
        elif value is None or isinstance(value, str | int | float):
            flat[above + name] = "" if value is None else str(value)
    return flat
