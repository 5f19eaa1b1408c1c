"""Encoder-decoders of ``transformers`` as models of ours: what people trained elsewhere, in every view.

place.py names where one lies and how it is to be read, and knows no library; hub.py fetches a repository; loading.py
makes a model, a tokenizer and a card of a folder, with what tokens.py and task.py read in it; tokenizer.py stands
between text and its pieces; model.py is the step function, with its keys and values in state.py and its attention in
attention.py.

All but place.py need ``pip install -r requirements-hf.txt`` and are imported when a model of this kind is asked for.
"""
