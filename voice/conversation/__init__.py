"""What we say on the phone, and what follows from what we hear: pure functions, one a step."""
