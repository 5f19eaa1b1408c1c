"""A Transformer: attention alone, no recurrence."""
