"""What deploys the service, and what stands in for the cloud on a laptop. Never packaged."""
