"""What is done to consults. A page, a program and a command call the same."""
