"""The command that reads assertions: sentences with what is asked about in, an assertion for each out."""
