"""A password hasher for tests."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class OneRoundHasher(PBKDF2PasswordHasher):
    """PBKDF2 with a single round."""

    algorithm = "one_round"
    iterations = 1
