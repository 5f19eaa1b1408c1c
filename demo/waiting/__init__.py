"""Who waits for what: places for decoding, shared out, and whether anybody still listens for an answer."""
