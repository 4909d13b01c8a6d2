"""What live updates cannot make anything of."""


class MalformedEvent(Exception):
    """The event is of a type that nobody is told of live, or its data is not what the type promises."""
