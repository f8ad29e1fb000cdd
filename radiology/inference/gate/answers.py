"""What the gate's net is asked, in the order in which it answers. Training and answering share it."""

SIDE = 64  # the net sees the whole picture as a square of this
DARKEST_PERCENT, BRIGHTEST_PERCENT = 1, 99

FRONTAL, LATERAL, SCREENSHOT, OTHER = KINDS = ("frontal", "lateral", "screenshot", "other")
TILTED = 4  # after 0 to 3 quarter turns: turned by something in between
TURNS = 5
KINDS_AT = slice(0, len(KINDS))
TURNS_AT = slice(len(KINDS), len(KINDS) + TURNS)
INVERTED_AT = len(KINDS) + TURNS
CROPPED_AT = INVERTED_AT + 1
OUTPUTS = CROPPED_AT + 1
