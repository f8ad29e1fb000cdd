"""What those need who look into an incident: gathered from the rows, as PDF to read and as JSON for programs."""
