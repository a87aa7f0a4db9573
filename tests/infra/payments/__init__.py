"""The stand-in payments provider, through its real client."""
