"""Faults planted into a sound policy, and whether each is refused with the right sentence."""
