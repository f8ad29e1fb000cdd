"""Picture and words in, a short answer with its sources out: no web, no tables."""
