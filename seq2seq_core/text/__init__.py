"""What stands between the text that people give and the sentences that a model reads."""
