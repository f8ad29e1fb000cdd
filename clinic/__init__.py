"""The shared core. See docs/house.md for where things are."""
