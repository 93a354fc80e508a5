"""What a caller hears before the beep, and what they leave after it."""
