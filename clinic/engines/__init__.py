"""What an engine is on disk, who vouches for it, and which one answers. No model code: that is loaded by its name."""
