"""Campaigns as files: a campaign with the segments and e-mails it uses, as YAML that names things instead of numbering them.

`document` is the file, `exporting` makes one of what is stored, `applying` tells what a file would change and changes it.
"""
