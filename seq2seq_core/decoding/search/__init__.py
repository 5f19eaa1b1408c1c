"""What searches share: live rows, finished hypotheses, the history they follow from, one checked step of the model."""
