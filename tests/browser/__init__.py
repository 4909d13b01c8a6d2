"""The demo page in a real browser. `python -m tests.browser URL` takes the pictures for the documents."""
