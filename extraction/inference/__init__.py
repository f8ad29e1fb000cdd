"""How facts are read out of a text. Knows no web framework and no queue."""
