"""The laptop: embedded AWS, stand-in payments and carrier, the gateway and the runner."""
