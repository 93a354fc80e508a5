"""The settings pages' insides: forms, what was typed, what it comes to in words."""
