"""The demo organisation: people, policies and apps to try the product with. Its names are fixed, its secrets are made here."""
