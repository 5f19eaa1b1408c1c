"""``python -m seq2seq_core``: see cli.py."""

import sys

from seq2seq_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
