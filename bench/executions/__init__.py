"""Deletions by the real workflow, in the embedded AWS, while processes die and partners refuse."""
