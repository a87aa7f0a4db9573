"""What every room stands on: settings, clock, ids, errors, tables and the door of a route."""
