"""Segment filters: what a filter is, and how a list of them becomes one SQL condition over `contacts`."""
