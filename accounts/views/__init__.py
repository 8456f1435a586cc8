"""The pages of people: sign in, challenge, enrol, step up, security, reports."""
