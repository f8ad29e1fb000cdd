"""Documents give up their facts, each tied to the words it was read from."""
