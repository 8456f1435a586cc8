"""Commands of the OAuth server."""
