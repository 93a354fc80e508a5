"""The page of opening hours: the week, holidays, days of their own, and what they come to."""
