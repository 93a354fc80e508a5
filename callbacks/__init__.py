"""Promises to ring someone, and keeping them."""
