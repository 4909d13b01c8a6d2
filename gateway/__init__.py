"""The only public door: who is asking, which service answers, and is the request fit to be passed on."""
