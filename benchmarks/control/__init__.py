"""The control: a tiny guarded view under Django's own sessions, auth and ``login_required``, and nothing else."""
