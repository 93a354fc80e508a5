"""Greetings as people see and make them: which is whose, how it is checked, recorded and put back."""
