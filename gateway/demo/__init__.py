"""The demo page: two buddies side by side, each with an identity of their own. Plain ES modules, nothing to build."""
