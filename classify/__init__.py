"""Documents find their specialty; doubtful ones find a person."""
