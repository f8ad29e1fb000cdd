"""Voices of nobody, with the truth about what they do: for measuring what measures a voice. Knows nothing of it."""
