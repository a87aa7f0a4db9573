"""The policy at build time: sources read and checked, compiled to what the service obeys, and explained."""
