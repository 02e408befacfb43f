"""The figures of widgets over REST."""
