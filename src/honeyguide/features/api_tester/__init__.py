"""The API to read and to try: every call of the OpenAPI document, sent by the browser with the user's own rights."""
