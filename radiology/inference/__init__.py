"""Pure compute: arrays in, frozen dataclasses out. No Django, no queue; torch only where a net is built or run."""
