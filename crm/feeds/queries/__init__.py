"""What is in a user's calendar, one event for a file or an invitation, and who can be invited."""
