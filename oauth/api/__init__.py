"""``/api/v1/connected-apps/``: apps, their secrets and their tokens, for those who administer them."""
