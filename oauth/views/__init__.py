"""The pages and endpoints of the OAuth server."""
