"""What the product costs beside bare Django: see README.md."""
