"""The office: the business with all that it works with. Every other room stands on it; it imports none of them."""
