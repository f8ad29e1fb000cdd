"""How sure a result is, and when to stop believing it: statistics only, no web framework, no database, no queue.

One concept per module. What an engine's card or a row stores goes through `as_json` and `from_json`, exactly.
Input that cannot be judged (NaN, probabilities that do not sum to 1, nobody counted) raises `checked.Unfit`.
"""
