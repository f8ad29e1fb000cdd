"""Pure compute, shared by the features. No Django in here; only workers import it."""
