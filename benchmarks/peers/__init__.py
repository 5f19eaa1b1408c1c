"""Other programs that do the same, to measure ours against. None is needed for anything else."""
