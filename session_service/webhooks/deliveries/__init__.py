"""What is sent to webhooks, as their owners and operators see it: the log, tests, sending again."""
