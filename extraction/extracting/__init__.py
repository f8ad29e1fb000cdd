"""Documents into lines of facts, from the command line."""
