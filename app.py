"""Serves the app: ``python app.py``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before Gradio is imported

ON_SPACE = "SPACE_ID" in os.environ
HERE = Path(__file__).resolve().parent


def arguments() -> argparse.Namespace:
    """What the command line says; a Hugging Face Space says the same through its environment."""
    parser = argparse.ArgumentParser(prog="app.py", description="Shows how a recurrent encoder-decoder decodes.")
    parser.add_argument(
        "--host", default=os.environ.get("GRADIO_SERVER_NAME", "0.0.0.0" if ON_SPACE else "127.0.0.1"),
        help="address to listen on (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--port", type=int, default=os.environ.get("GRADIO_SERVER_PORT", "7860"), help="port to listen on (%(default)s)"
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (%(default)s)")
    parser.add_argument(
        "--checkpoints", type=Path, default=HERE / "checkpoints", metavar="DIR", help="folder of models (%(default)s)"
    )
    parser.add_argument("--share", action="store_true", help="also give a public link, through Gradio's servers")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    return parser.parse_args()


def main() -> int:
    """Starts the app; returns the exit status."""
    args = arguments()
    from demo.app import build, launch
    from demo.service import Service
    from seq2seq_core.types import CoreError

    try:
        service = Service(args.checkpoints, args.device)
        launch(
            build(service), host=args.host, port=args.port, share=args.share,
            browser=not args.no_browser and not ON_SPACE,
        )  # fmt: skip
    except CoreError as error:
        print(f"app.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"app.py: cannot listen on {args.host}:{args.port} ({error}); choose another --port", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
