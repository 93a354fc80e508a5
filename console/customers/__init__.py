"""Customers as people see and change them: found, taken in from a list, exported, forgotten."""
