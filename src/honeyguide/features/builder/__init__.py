"""The visual builder of e-mails and landing pages: pages around `engine.documents`, for whatever `subjects` lists."""
