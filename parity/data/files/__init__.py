"""Readers of the files that a user brings. None of them runs code from a file."""
