"""The service: rooms on floors, where imports only go down."""
