"""The only writes of coaching."""
