"""Chest films: a second opinion from two nets, trained here, with weights that carry no code."""
