"""Campaigns: what is done with contacts, step by step (engine campaigns)."""
