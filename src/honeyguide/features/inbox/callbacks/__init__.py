"""What e-mail providers tell at `/mailer/callback`: a file for each, with how it proves who it is and what its words mean.

told.py     one call, and how pieces of it are read       sendgrid, mailgun, ses, postmark, sparkpost, mailjet
"""

from honeyguide.features.inbox.callbacks import mailgun, mailjet, postmark, sendgrid, ses, sparkpost
from honeyguide.features.inbox.callbacks.told import Provider, Told

PROVIDERS: tuple[Provider, ...] = (
    ses.PROVIDER, sendgrid.PROVIDER, mailgun.PROVIDER, postmark.PROVIDER, sparkpost.PROVIDER, mailjet.PROVIDER,
)  # fmt: skip

__all__ = ["PROVIDERS", "Provider", "Told"]
