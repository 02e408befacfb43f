"""What comes back after e-mails were sent: bounces, complaints, unsubscriptions and replies.

notices.py    what somebody tells us about a message        acting.py    doing what a notice means, once
reading.py    a returned message -> a notice                queries.py   statements of acting
mailbox.py    the monitored mailbox, over IMAP                callbacks/   what providers tell, and public.py their address
failures.py   whether a refusal is for good, and in whose words

A notice names its message by tracking hashes, which nobody can make up (engine.delivery.sealed). Without one the address
must do; who then is believed, and how far, says acting.py.
"""
