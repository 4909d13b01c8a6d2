"""Refusals of the caching room. The first line of a docstring is what the client reads."""

from kit.errors import Forbidden


class GatewaysOnly(Forbidden):
    """Only a gateway may do this"""
