"""Blocks that more than one architecture uses, each with its twin."""
