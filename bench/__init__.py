"""Proofs that need more than a test: races on the embedded AWS, and figures as ratios and exact counts."""

from tests.harness import environment

environment.prepare()
