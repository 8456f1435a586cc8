"""The description of the API and of the OAuth endpoints (OpenAPI 3), and the page that shows it to people."""
