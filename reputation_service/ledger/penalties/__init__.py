"""No-shows that an appeal suspends, and that its decision lifts or books again."""
