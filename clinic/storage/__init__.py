"""Encrypted objects: keys, frames, and the stores that hold them. Knows nothing of patients or Django models."""
