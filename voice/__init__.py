"""A customer's call: greeted, put through to a person, never lost."""
