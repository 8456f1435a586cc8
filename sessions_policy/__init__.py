"""Session security levels: what a session has proven, what is asked of it, and the one decision between the two."""
