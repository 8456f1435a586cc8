"""Commands that span applications."""
