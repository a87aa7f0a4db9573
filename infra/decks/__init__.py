"""Rate decks at build time: from a CSV to the compiled file that the service reads."""
