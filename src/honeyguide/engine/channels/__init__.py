"""Messages that leave by HTTP: text messages, push notifications. One table for all, and one sender for each channel.

A feature declares a `Channel` in its `channel.py`: how its messages are written and which provider takes them. Everything else
is here: who gets what exactly once, trying again, what is in doubt, which links were followed.

    PENDING -> CLAIMED -> ATTEMPTING -> SENT | FAILED | UNKNOWN, or back to PENDING to be tried again; CANCELLED before it

Guarantee. A provider is called for a message only after its row says ATTEMPTING on disk. Whoever claims rows writes down a
token and the time; what is still marked after `LEASE_SECONDS`, much longer than a call may take, belonged to a process that
died: claimed rows are due again, attempted ones become UNKNOWN, for nobody can know whether the provider has them. These are
repeated only if a person says so, or if a repetition does no harm (`Channel.repeatable`).
"""
