"""Calls from the browser: quoted, held, dialled with a limit, settled once, and kept as call records."""
