"""``python -m seq2seq_core``: see cli.py."""

import os
import sys

from seq2seq_core.cli import main

if __name__ == "__main__":
    code = main()
    if "WORLD_SIZE" in os.environ:
        from seq2seq_core.distributed import leave

        leave(code)
    sys.exit(code)
