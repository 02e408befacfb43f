"""What each command of `honeyguide` does. These modules import quickly: the product is imported when a command runs."""
