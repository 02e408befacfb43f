"""What is held about one person, handed out as a file, and erased for good, with a signed record of it (docs/privacy.md).

`registry` names every table that knows something of a contact; nothing else here knows tables.
"""
