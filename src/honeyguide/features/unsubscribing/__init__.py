"""What stands behind the unsubscribe link of an e-mail: a question, the page of preferences, and the way back.

public.py     addresses and answers          preferences.py   the preference page and what is sent from it
queries.py    marking messages, whose it is
"""
