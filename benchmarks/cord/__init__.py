"""What the stop cord, the sealed cases, replay and the incident pack promise, measured with real workers."""
