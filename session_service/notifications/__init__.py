"""The in-app inbox: what happened to a user, told by the events of the other rooms."""
