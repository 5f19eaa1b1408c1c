"""``python -m seq2seq_core``: see cli/."""

import os
import signal
import sys

if __name__ == "__main__":
    heeded = signal.getsignal(signal.SIGINT)
    if heeded is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while this loads ends it without a word

from seq2seq_core.cli import main

if __name__ == "__main__":
    signal.signal(signal.SIGINT, heeded)
    code = main()
    if "WORLD_SIZE" in os.environ:
        from seq2seq_core.distributed import leave

        leave(code)
    sys.exit(code)
