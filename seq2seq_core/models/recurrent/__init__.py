"""Recurrent encoder-decoders: GRU or LSTM, with or without attention."""
