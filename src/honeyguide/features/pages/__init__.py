"""Landing pages, and the visits to web pages that tracking reports."""
