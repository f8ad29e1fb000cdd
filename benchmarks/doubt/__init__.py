"""What `clinic.doubt` promises, measured on generated data where the truth is known."""
