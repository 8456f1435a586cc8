"""The API of people: the caller, their session, the reports, and the login of programs."""
