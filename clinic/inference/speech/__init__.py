"""Speech: recordings become samples, samples words, words voice. What is said is the patient's: no log line of it."""
