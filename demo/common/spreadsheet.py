"""Tables to take away are written as the command line writes its own."""

from seq2seq_core.text.spreadsheet import csv_text as csv_text
