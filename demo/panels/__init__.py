"""Parts of the page that are not figures: pure functions from a result to escaped HTML."""
