"""A stored answer computed once more beside the first: same engine, input, parameters; bit for bit the same or not."""
