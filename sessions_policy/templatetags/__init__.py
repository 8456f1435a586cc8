"""Template tags for session levels."""
