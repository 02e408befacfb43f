"""Text messages: written once, sent to contacts one by one or to segments."""
