"""Serves the app: ``python app.py``."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import NoReturn

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before Gradio is imported
# Before PyTorch is. Two people may search at once, and on a laptop the browser wants a core too: threads that wait for
# one another on cores that are taken are slower than fewer threads.
os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // 2)))
# oneDNN keeps compiled products, 0.4 MB for each number of rows that was ever multiplied, and each thread keeps those
# it used: by default 1,024, of which beams of 1 to 50 leave 90 MB. A search needs some ten at a time.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128")
os.environ.setdefault("LRU_CACHE_CAPACITY", "32")

ON_SPACE = "SPACE_ID" in os.environ
HERE = Path(__file__).resolve().parent


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Ends the program."""
        self.exit(2, f"{self.prog}: {message}; see --help\n")


def port(text: str) -> int:
    """A TCP port."""
    number = int(text)
    if not 0 < number < 65536:
        raise ValueError
    return number


def arguments() -> argparse.Namespace:
    """What the command line says; a Hugging Face Space says the same through its environment."""
    parser = OneLineParser(prog="app.py", description="Shows how an encoder-decoder decodes.")
    parser.add_argument(
        "--host", default=os.environ.get("GRADIO_SERVER_NAME", "0.0.0.0" if ON_SPACE else "127.0.0.1"),
        help="address to listen on (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--port",
        type=port,
        default=os.environ.get("GRADIO_SERVER_PORT", "7860"),
        help="port to listen on (%(default)s)",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (%(default)s)")
    parser.add_argument(
        "--checkpoints",
        action="append",
        metavar="DIR",
        help=f"folder of models, or of one, also as transformers saves it; or hf:USER/NAME@REVISION, a model of the "
        f"Hub; several: repeat it ({HERE / 'checkpoints'})",
    )
    parser.add_argument("--share", action="store_true", help="also give a public link, through Gradio's servers")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument(
        "--token",
        default=os.environ.get("SEQ2SEQ_TOKEN", ""),
        help="let in only who shows it: page, endpoints and tools; better set as SEQ2SEQ_TOKEN, which no list of "
        "processes shows",
    )
    parser.add_argument(
        "--trust-host",
        action="append",
        default=[],
        metavar="NAME",
        help="another name by which the app may be called where only this machine reaches it, as by a proxy",
    )
    parser.add_argument(
        "--mcp",
        action="store_true",
        default=os.environ.get("GRADIO_MCP_SERVER", "").lower() == "true",
        help="also serve the endpoints of docs/api.md as tools for language models (Model Context Protocol); "
        "needs pip install -r requirements-mcp.txt",
    )
    return parser.parse_args()


def has_screen() -> bool:
    """Whether a browser would have somewhere to open; elsewhere one in text mode might take over the terminal."""
    return sys.platform in ("darwin", "win32") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


def main() -> int:
    """Starts the app; returns the exit status."""
    args = arguments()
    gc.disable()  # until it serves: what is imported and built stays, and looking through it finds nothing
    from demo.lean_gradio import import_gradio
    from demo.memory import share_heaps

    share_heaps()
    import_gradio(mcp=args.mcp)
    from demo.app import build, launch
    from demo.doors import Access, Doors, one_line_an_error
    from demo.service import Service
    from seq2seq_core.types import CoreError

    try:
        doors = Doors(args.host, args.port, Access(args.token), args.trust_host, args.share, args.mcp)
        one_line_an_error()
        service = Service(args.checkpoints or [HERE / "checkpoints"], args.device)
        screen = not args.no_browser and not ON_SPACE and has_screen()
        launch(build(service), doors, rest=service.rest, browser=screen)
    except CoreError as error:
        print(f"app.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"app.py: cannot listen on {args.host}:{args.port} ({error}); choose another --port", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
