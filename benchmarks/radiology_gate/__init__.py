"""Does the gate let films through and keep the rest out, measured on what it did not learn from."""
