"""Campaigns as files: a campaign with what it uses, as YAML that names things instead of numbering them.

`parts` declares what comes along, `document` is the file, `exporting` makes one of what is stored, `applying` tells what a
file would change and changes it.
"""
