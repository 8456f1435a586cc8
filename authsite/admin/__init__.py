"""The administration site."""
