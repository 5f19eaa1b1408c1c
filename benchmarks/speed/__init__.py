"""How fast decoding is: every goal as a ratio of one run, one file a question."""
