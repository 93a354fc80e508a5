"""The page of people and teams: who is there, and the forms that change them."""
