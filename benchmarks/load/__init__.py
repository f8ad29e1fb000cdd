"""What an installation of this size can do, measured part by part, and what a larger one would need, simulated."""
