"""Webhooks: what happens here, told to other systems over HTTP (engine webhooks-queue)."""
