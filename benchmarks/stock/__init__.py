"""A stock django-oauth-toolkit project, as its documentation sets one up, with the product's database settings."""
