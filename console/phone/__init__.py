"""The phone in the browser: who rings, what they hear, the phones of the staff, and what came of it."""
