"""No more mails, by a link in a mail, without signing in."""
