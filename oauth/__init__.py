"""The OAuth 2 and OpenID Connect server: connected apps, their tokens, and the bridge from a token into the browser."""
