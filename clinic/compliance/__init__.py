"""What a site shows to whoever asks whether it keeps the rules: one signed file, of figures, times and names of those
who work here. Nothing of any patient.
"""
