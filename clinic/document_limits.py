"""How much of a document is read. Whoever is refused for one of them is told the number: nothing is cut silently."""

FEWEST_CHARACTERS = 10  # what is printed and the spaces between, not around
MOST_CHARACTERS = 2_000_000
MOST_PAGES = 500
MOST_SCANS = 30  # pages that are pictures: a full one takes a reader several seconds
MOST_PIXELS = 40_000_000  # an A4 page at 600 dots per inch has 35 million
MOST_BYTES = 50_000_000  # as uploads take them
