"""Teaches the gate what a chest film is, and how one stands, by real films, by drawn ones, and by what is none."""
