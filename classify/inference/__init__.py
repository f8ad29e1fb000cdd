"""How a document is read. Knows no web framework and no queue."""
