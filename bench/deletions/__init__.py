"""Deletions simulated from the workflow's own definition, under killed steps, lost machines and outages."""
