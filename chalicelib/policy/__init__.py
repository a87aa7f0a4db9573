"""The privacy policy as data, and what it decides: ages, durations, deadlines, what is offered."""
