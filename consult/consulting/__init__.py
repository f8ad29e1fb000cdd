"""Answers of the rules from the command line."""
