"""The only code that knows a provider's SDK; everything above speaks our words."""
