"""People, their devices, the login sequence and what happened in it."""
