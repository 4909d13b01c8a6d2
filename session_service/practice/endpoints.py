"""The doors of the practice room, in the order in which they are tried."""

from session_service.practice.catalogue.endpoints import router as catalogue
from session_service.practice.history.endpoints import router as history
from session_service.practice.sessions.endpoints import router as sessions
from session_service.practice.sharing.endpoints import router as sharing

# The history before the sessions: `/sessions/history` is no session's address.
routers = (catalogue, history, sessions, sharing)
