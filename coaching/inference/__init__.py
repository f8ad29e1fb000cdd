"""Pure computation: arrays and words in, frozen answers out. No Django, no network."""
