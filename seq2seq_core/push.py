"""A checkpoint -> a repository of the Hub, from where ``hf:USER/NAME`` loads it."""

from __future__ import annotations

from pathlib import Path

from seq2seq_core.checkpoint import JOINT, OF_SIDES, checkpoint_name, load_checkpoint
from seq2seq_core.files import told
from seq2seq_core.model_card import model_card
from seq2seq_core.models.hugging_face.place import ON_THE_HUB, is_foreign, parse_place
from seq2seq_core.types import CoreError

PUSHED = (
    *("config.json", "metrics.json", "model.safetensors", JOINT, *OF_SIDES),
    *("curve.png", "log.jsonl", "neighbours.safetensors"),
)
"""Files of a checkpoint, those that are there; its card is written anew, since it says where to load it from."""


def push(folder: Path, repository: str, *, private: bool = False) -> str:
    """Makes the repository where there is none, and puts the checkpoint there in one commit; returns its address.

    Args:
        folder: of a checkpoint of this project. All of it is read first, so that nothing damaged is put there.
        repository: USER/NAME.
        private: seen by nobody else, where the repository is made; one that is there stays as it is.

    Raises:
        CoreError: there is no such checkpoint, nobody is logged in or may write there, or no answer comes.
    """
    place = parse_place(f"{ON_THE_HUB}{repository}")
    if place.revision or place.whole_name != repository:
        raise CoreError(f"{repository!r} is no repository to push to; write USER/NAME")
    if is_foreign(folder):
        raise CoreError(f"{told(folder)} is a model of transformers; push it with its own push_to_hub")
    checkpoint = load_checkpoint(folder)
    card = model_card(checkpoint.model, checkpoint.metadata, f"{ON_THE_HUB}{repository}")
    return _upload(folder, repository, card.encode("utf-8"), private)


def _upload(folder: Path, repository: str, card: bytes, private: bool) -> str:
    from huggingface_hub import CommitOperationAdd, HfApi, get_token
    from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

    if get_token() is None:
        raise CoreError("nobody is logged in here; hf auth login, or set HF_TOKEN to a token that may write")
    files = [folder / name for name in PUSHED if (folder / name).is_file()]
    operations = [CommitOperationAdd(path.name, path) for path in files] + [CommitOperationAdd("README.md", card)]
    api = HfApi()
    try:
        address = api.create_repo(repository, private=private or None, exist_ok=True)
        api.create_commit(repository, operations, commit_message=f"{checkpoint_name(folder)}, as trained")
    except (HfHubHTTPError, RepositoryNotFoundError) as error:
        status = error.response.status_code
        if status in (401, 403, 404):
            raise CoreError(
                f"you may not write to {repository} ({status}); is the name right, and may your token write?"
            ) from error
        raise CoreError(f"{repository} could not be written to: the Hub answered {status}; try again") from error
    except Exception as error:  # of the network, in whatever words
        raise CoreError(f"the Hub does not answer ({type(error).__name__}); look at the network, try again") from error
    return str(address)
