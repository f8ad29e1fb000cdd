"""From documents with a specialty to an engine's folder. Knows no web framework."""
