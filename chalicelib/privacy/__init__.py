"""What a person may ask of us about their data: the policy, their requests, and the deletion itself."""
